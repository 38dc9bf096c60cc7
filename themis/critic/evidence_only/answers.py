"""Proofs about reported texts: the answer against what the screens said; never on its own word."""

from __future__ import annotations

import re

from themis.critic.evidence_only.demands import Demand
from themis.critic.evidence_only.elements import Element, Tree, unique
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Proof, Weight, open_question, proven, refuted, seen
from themis.critic.evidence_only.wording import clipped, contains, contains_loosely, normal, same
from themis.domain.evidence import Evidence, Stance

MAX_ANSWER = 4_000
SLACK = 4  # characters that recognition may add
_HEADERS = ("header", "heading", "title")
_CLOCK = re.compile(r"^\d{1,2}[:.]\d{2}\b")
_QUOTES = (
    re.compile(r"\*\*\s*(.{1,200}?)\s*\*\*"),
    re.compile(r"\"([^\"\n]{1,200})\""),
    re.compile(r"`([^`\n]{1,200})`"),
    re.compile(r"\u201c([^\u201d]{1,200})\u201d"),
)


def prove_answer(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether the answer repeats, word for word, the text that was asked for."""
    answer = run.answer[:MAX_ANSWER]
    if not answer.strip():
        return open_question("no answer is recorded")
    return _labelled(demand, run, answer) if demand.text else _shown(demand, run, answer)


def _labelled(demand: Demand, run: Run, answer: str) -> Proof:
    """ "Build channel": the value that the screens show beside a label."""
    found = {
        normal(value): (step, element, value)
        for step, tree in enumerate(run.after)
        if tree is not None and not tree.recognised
        for element, value in _values(tree, demand.text)
    }
    if len(found) != 1:
        return open_question(f'the screens show {len(found)} values for "{demand.text}"')
    step, element, value = next(iter(found.values()))
    note = seen(
        run, f'"{demand.text}" reads "{clipped(value, 80)}"', Stance.SUPPORTS, step, [element]
    )
    if contains(answer, value) or contains_loosely(answer, value):
        return proven(
            f'the answer says "{clipped(value, 80)}", as the screen does', Weight.QUOTED, note
        )
    if any(char.isdigit() for char in value):
        return open_question("the answer may say the same number in other words", note)
    against = Evidence(
        claim="the answer does not name it",
        stance=Stance.CONTRADICTS,
        found_by=note.found_by,
        steps=(len(run.steps) - 1,),
        quote=clipped(answer),
    )
    return refuted(f'the screen says "{clipped(value, 80)}", the answer does not', Weight.QUOTED,
                   note, against)  # fmt: skip


def _values(tree: Tree, label: str) -> list[tuple[Element, str]]:
    """The values of a label: "Label: value" in one element, or a field that bears the label."""
    found = []
    for element in tree.elements:
        for text in element.texts:
            joined = re.fullmatch(
                rf"\s*{re.escape(normal(label))}\s*[:=]\s*(\S.{{0,120}})", normal(text)
            )
            if joined:
                found.append((element, text.strip()[-len(joined[1]) :]))
        if same(element.name, label) and element.value:
            found.append((element, element.value))
    return found


def _shown(demand: Demand, run: Run, answer: str) -> Proof:
    """A text that only the last deed brought to the screen, quoted in the answer."""
    final = run.final
    if final is None:
        return open_question("the final state was not recorded in words")
    quoted = {q.strip(" \"'`*") for shape in _QUOTES for q in shape.findall(answer)}
    matching = [e for e in final.elements if any(_says(final, e, q) for q in quoted if q)]
    if demand.field in _HEADERS:
        found = _headers(run, final, matching)
    else:
        fresh = final.new_since(run.before[run.tail] if run.acts else None)
        found = tuple(e for e in matching if e in fresh and not e.editable)
        found = found or _wrapped(final, fresh, quoted)
    if len({normal(" ".join(e.texts)) for e in found}) != 1:
        return open_question("the answer does not quote one text that the last act brought")
    note = seen(
        run, "the answer repeats it word for word", Stance.SUPPORTS, run.tail, unique(found)
    )
    weight = Weight.RECOGNISED if final.recognised else Weight.QUOTED
    return proven("the answer quotes the final screen", weight, note)


def _wrapped(final: Tree, fresh: tuple[Element, ...], quoted: set[str]) -> tuple[Element, ...]:
    """Two or three lines read from pixels that say together, all new, what was quoted."""
    if not final.recognised:
        return ()
    for count in (2, 3):
        for at in range(len(final.elements) - count + 1):
            lines = final.elements[at : at + count]
            whole = " ".join(text for line in lines for text in line.texts)
            if all(line in fresh for line in lines) and any(_is_all(whole, q) for q in quoted):
                return (Element(name=whole, line=whole),)
    return ()


def _is_all(text: str, quoted: str) -> bool:
    """Whether a text read from pixels says what was quoted, and hardly more."""
    return contains_loosely(text, quoted) and len(text) <= len(quoted) + SLACK


def _says(tree: Tree, element: Element, quoted: str) -> bool:
    """Whether an element says what was quoted, all of it and no more."""
    if tree.recognised:
        return any(_is_all(text, quoted) for text in element.texts)
    return any(same(text, quoted) for text in element.texts)


def _headers(run: Run, final: Tree, matching: list[Element]) -> tuple[Element, ...]:
    """A heading, or the topmost text that does not stand on every screen of the run."""
    headings = tuple(e for e in matching if e.is_heading)
    if headings or run.first is None or final.recognised:
        return headings
    own = [e for e in final.new_since(run.first) if not any(_CLOCK.match(t) for t in e.texts)]
    if not own or any(e.box is None for e in own):
        return ()
    top = min(own, key=lambda e: e.box.y if e.box else 0.0)
    return tuple(e for e in matching if e is top)
