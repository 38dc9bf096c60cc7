"""Proofs about demanded texts: they stand where they should, elsewhere, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable

from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.elements import Element, Tree, own_label, unique
from themis.critic.evidence_only.facts import Act, Run
from themis.critic.evidence_only.proof import (
    Proof,
    Weight,
    did,
    open_question,
    proven,
    refuted,
    seen,
)
from themis.critic.evidence_only.signs import UNDOING, confirmations
from themis.critic.evidence_only.wording import contains, misspelt, normal, same
from themis.domain.action import ActionType
from themis.domain.evidence import Stance

_NAMES = ("name", "title", "subject", "label", "summary", "headline")
SAME_PLACE = 0.5  # likeness from which two screens count as the same place


def prove_text(demand: Demand, run: Run, all_demands: tuple[Demand, ...]) -> Proof:
    """Whether a demanded text stands, at the end, where it should."""
    final = run.final
    if final is None:
        return _unread(demand, run)
    hits = _new_hits(demand.text, run, final)
    saving = any(d.kind is Kind.COMMIT for d in all_demands)
    if final.recognised:
        return _recognised(demand, run, hits)
    if hits:
        return _standing(demand, run, hits, saving=saving)
    sure = _is_sure(demand, all_demands)
    return (
        _undone(demand, run, final)
        or _slip(demand, run, final, frozenset(normal(d.text) for d in all_demands))
        or _handed_over(demand, run, final)
        or (_never_typed(demand, run) if sure else None)
        or open_question(f'"{demand.text}" is not on the final screen, which may be another page')
    )


def _is_sure(demand: Demand, all_demands: tuple[Demand, ...]) -> bool:
    """Whether the text was rightly read: it stood in quotes, or the whole clause is understood."""
    half_read = (d for d in all_demands if d.kind is Kind.OPAQUE)
    return demand.quoted or not any(d.clause.startswith(demand.clause) for d in half_read)


def prove_removal(demand: Demand, run: Run, _: tuple[Demand, ...]) -> Proof:
    """Whether a thing that was listed is gone from the same list."""
    final = run.final
    last = max((i for i, t in enumerate(run.trees) if t and t.shows(demand.text)), default=None)
    if final is None or final.recognised or last is None:
        return open_question(f'it is not recorded in words whether "{demand.text}" is gone')
    if final.shows(demand.text):
        standing = final.holding(demand.text)
        exact = [e for e in standing if any(same(t, demand.text) for t in e.texts)]
        note = seen(run, f'"{demand.text}" still stands at the end', Stance.CONTRADICTS, run.tail,
                    exact or standing)  # fmt: skip
        removing = (demand.verb, "delete", "remove", "trash", "discard", "rename", "move")
        tried = any(a.is_on(*removing) or not a.known for a in run.acts)
        if exact and not tried and run.first and exact_in(run.first, demand.text):
            return refuted(f'"{demand.text}" is still there', Weight.NEVER_DONE, note)
        return open_question(f'"{demand.text}" is still mentioned at the end', note)
    before = run.trees[last]
    words = (demand.verb, "delete", "remove", "discard", "trash", "rename", "enter", "ok", "save")
    acts = [a for a in run.acts if a.step >= last - 1 and a.is_on(*words)]
    if before is None or before.likeness(final) < SAME_PLACE or not acts:
        return open_question(f'"{demand.text}" is not on the final screen, maybe for other reasons')
    return proven(
        f'"{demand.text}" was listed and is gone',
        Weight.FINAL_STATE,
        seen(run, f'"{demand.text}" was listed before', Stance.SUPPORTS, max(0, last - 1),
             before.holding(demand.text)),
        did(run, "the act that removed it", Stance.SUPPORTS, (a.step for a in acts)),
    )  # fmt: skip


def exact_in(tree: Tree, text: str) -> bool:
    """Whether an element says exactly this."""
    return any(same(held, text) for e in tree.elements for held in e.texts)


def labelled(tree: Tree, element: Element, wanted: str) -> bool:
    """Whether a field may be called what the instruction calls it."""
    return any(contains(label, wanted) or contains(wanted, label) for label in tree.labels(element))


def _new_hits(text: str, run: Run, tree: Tree) -> tuple[Element, ...]:
    """The elements that hold a text and did not say the same when the run began."""
    first = run.first if run.first is not tree else None
    known = {normal(e.quote) for e in first.holding(text)} if first else set()
    return tuple(e for e in tree.holding(text) if normal(e.quote) not in known)


def _standing(demand: Demand, run: Run, hits: tuple[Element, ...], *, saving: bool) -> Proof:
    step, held = _last_held(demand.text, run)
    wrong = _wrong_field(demand, held) if held else None
    if wrong is not None:
        note = seen(
            run, f'"{demand.text}" stands in another field', Stance.CONTRADICTS, step, wrong
        )
        return refuted(f"not in the field {demand.field}", Weight.WRONG_FIELD, note)
    exact = tuple(e for e in hits if any(same(text, demand.text) for text in e.texts))
    static = tuple(e for e in hits if not e.editable)
    right = _right_fields(demand, held) if held else ()
    here = tuple(e for e in right if e in hits)
    lasts = saving or bool(static) or not demand.lasting
    shown = unique((*exact, *here)) if (here or static) else ()
    note = seen(run, f'"{demand.text}" stands on the final screen', Stance.SUPPORTS, run.tail,
                shown or hits)  # fmt: skip
    if demand.field and not static and not here:
        return open_question(
            f'"{demand.text}" is there, but not clearly as the {demand.field}', note
        )
    if not (right or exact):
        return open_question(f'"{demand.text}" is there only as a part of something else', note)
    if not lasts:
        return open_question(f'"{demand.text}" was typed, and nothing shows that it was kept', note)
    return proven(f'"{demand.text}" is there at the end', Weight.FINAL_STATE, note)


def _last_held(text: str, run: Run) -> tuple[int, Tree | None]:
    """The last moment at which a field held a text."""
    for step in range(len(run.after) - 1, -1, -1):
        tree = run.after[step]
        if tree and any(e.editable and contains(e.value or "", text) for e in tree.elements):
            return step, tree
    return run.tail, None


def _right_fields(demand: Demand, tree: Tree) -> tuple[Element, ...]:
    """The fields that hold exactly the text, called as the instruction calls them."""
    return tuple(
        e for e in tree.elements
        if e.editable and same(e.value or "", demand.text)
        and (not demand.field or not _fields_named(demand, tree) or labelled(tree, e, demand.field))
    )  # fmt: skip


def _fields_named(demand: Demand, tree: Tree) -> tuple[Element, ...]:
    """The fields that the tree itself calls as the instruction does."""
    return tuple(e for e in tree.elements if e.editable and _is_called(own_label(e), demand.field))


def _wrong_field(demand: Demand, tree: Tree) -> tuple[Element, ...] | None:
    """The fields that hold the text while the one it belongs to does not."""
    named = [e for e in _fields_named(demand, tree) if _bare(own_label(e)) == _bare(demand.field)]
    if not demand.field or not named or any(contains(e.value or "", demand.text) for e in named):
        return None
    fields = [e for e in tree.elements if e.editable and contains(e.value or "", demand.text)]
    labels = [own_label(e) for e in fields]
    # what one program calls a title is a name in the next
    close = demand.field in _NAMES and any(_bare(label) in _NAMES for label in labels)
    return (*fields, *named) if fields and all(labels) and not close else None


def _bare(label: str) -> str:
    return normal(label).removesuffix("field").strip(" :*")


def _is_called(label: str, wanted: str) -> bool:
    return bool(label) and (contains(label, wanted) or contains(wanted, label))


def _undone(demand: Demand, run: Run, final: Tree) -> Proof | None:
    """The text stood there, an act that undoes took it away, and it is still gone."""
    for act in reversed(run.acts):
        before, after = run.before[act.step], run.after[act.step]
        if before is None or after is None or before.recognised or not act.is_on(*UNDOING):
            continue
        stood = _new_hits(demand.text, run, before)
        gone = stood and not after.shows(demand.text)
        if gone and before.likeness(after) >= SAME_PLACE and after.likeness(final) >= SAME_PLACE:
            return refuted(
                f'"{demand.text}" was there and was undone',
                Weight.UNDONE,
                did(run, f'"{demand.text}" stood there', Stance.SUPPORTS, (act.step,),
                    "; ".join(e.quote for e in stood[:3])),
                seen(run, f"gone after {act.names[0]}", Stance.CONTRADICTS, act.step),
            )  # fmt: skip
    return None


def _slip(demand: Demand, run: Run, final: Tree, wanted: frozenset[str]) -> Proof | None:
    """What was typed is nearly the demanded text, and the misspelling is what stands."""
    if final.shows(demand.text) or any(t and _new_hits(demand.text, run, t) for t in run.after):
        return None
    for act in reversed(run.typed):
        typed = (act.action.text or "").strip()
        slipped = misspelt(typed, demand.text) and normal(typed) not in wanted
        standing = _new_hits(typed, run, final) if slipped else ()
        exact = [e for e in standing if any(same(text, typed) for text in e.texts)]
        if exact:
            return refuted(
                f'"{typed}" was entered in place of "{demand.text}"',
                Weight.MISSPELT,
                did(run, f'typed "{typed}"', Stance.CONTRADICTS, (act.step,), typed),
                seen(run, "what stands at the end", Stance.CONTRADICTS, run.tail, exact),
            )
    return None


def _handed_over(demand: Demand, run: Run, final: Tree) -> Proof | None:
    """The form held the text, it was sent off, and the program confirmed."""
    told = confirmations(final.new_since(run.first))
    for act in reversed(run.acts):
        tree = run.before[act.step]
        if (
            not told
            or tree is None
            or not act.is_on("save", "submit", "send", "enter", "add", "post")
        ):
            continue
        held = [
            e for e in tree.elements
            if e.editable and same(e.value or "", demand.text)
            and (not demand.field or labelled(tree, e, demand.field))
        ]  # fmt: skip
        if held:
            return proven(
                f'the form held "{demand.text}" when it was sent off, and that was confirmed',
                Weight.CONFIRMED,
                did(run, f'the field held "{demand.text}"', Stance.SUPPORTS, (act.step,),
                    held[0].quote),
                seen(run, "the program confirmed", Stance.SUPPORTS, run.tail, told),
            )  # fmt: skip
    return None


def _never_typed(demand: Demand, run: Run) -> Proof | None:
    """Nothing recorded ever held the text, and nothing was done that could hide it."""
    if any(t is None or t.recognised for t in run.trees) or not all(a.known for a in run.acts):
        return None
    written = normal(" ".join(a.action.text or "" for a in run.typed)).replace(" ", "")
    shown = any(t and t.shows(demand.text) for t in run.trees)
    keyed = any(
        a.action.type is ActionType.KEY and len("".join(a.action.keys)) == 1 for a in run.acts
    )
    if shown or keyed or normal(demand.text).replace(" ", "") in written:
        return None
    if any(misspelt(a.action.text or "", demand.text) for a in run.typed):
        return None
    note = did(run, f'no step enters "{demand.text}" and no screen shows it', Stance.CONTRADICTS,
               (run.tail,))  # fmt: skip
    return refuted(f'"{demand.text}" was never entered', Weight.NEVER_DONE, note)


def _recognised(demand: Demand, run: Run, hits: Iterable[Element]) -> Proof:
    found = tuple(hits)
    if not found:
        return open_question(f'"{demand.text}" was not recognised on the final picture')
    note = seen(
        run, f'"{demand.text}" was read on the final picture', Stance.SUPPORTS, run.tail, found
    )
    if demand.lasting:
        return open_question("pixels do not tell a kept text from a typed one", note)
    return proven(f'"{demand.text}" is on the final picture', Weight.RECOGNISED, note)


def _unread(demand: Demand, run: Run) -> Proof:
    acts: list[Act] = [a for a in run.typed if contains(a.action.text or "", demand.text)]
    if not acts:
        return open_question("the final state was not recorded in words")
    note = did(run, f'typed "{demand.text}"', Stance.SUPPORTS, (a.step for a in acts), demand.text)
    return open_question("it was typed; the final state was not recorded in words", note)
