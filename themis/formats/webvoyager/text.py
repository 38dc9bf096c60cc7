"""The sentences of WebVoyager: its task, its observations, and the replies of its agent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from themis.domain.action import Action, ActionType, Direction
from themis.domain.jsontypes import Json
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.frame import Frame

TASK = "Now given a task:"
_OBSERVATION = "Observation:"
_VISIT = "Please interact with "
_GET_ANSWER = " and get the answer."
_ELEMENT = re.compile(r"\[(\d{1,6})\]: ")
_NOTE = re.compile(r"note: (.{0,500}?) please analyze the attached", re.DOTALL)
_NOTE_END = 1_000  # characters within which the harness remarks something
_ACTION = re.compile(r"^[ \t]*Action:", re.MULTILINE)
_TARGETED = re.compile(r"\[?(\d{1,6}|WINDOW)\]?(?:[;\s]+(.*)|)", re.DOTALL)
_LABEL = re.compile(r"\[?(\d{1,6})\]?")
_WAIT_SECONDS = 5.0  # what WebVoyager sleeps
_HOME = "https://www.google.com/"  # where its Google action goes


class Task(NamedTuple):
    """What was asked, without the frame around it."""

    instruction: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the harness told the agent before one reply."""

    elements: dict[str, str] = field(default_factory=dict)  # "2": '<button> "search"'
    note: str = ""  # a remark on the action before
    refusal: str = ""  # why the action before was not carried out

    @property
    def ui(self) -> str:
        """The elements, one a line, as the harness wrote them."""
        return "\n".join(f"[{label}]: {what}" for label, what in self.elements.items())


def parse_task(said: str) -> Task | None:
    """The task in a user message; None where it gives none."""
    _, given, rest = said.partition(TASK)
    if not given:
        return None
    asked = rest.partition(_OBSERVATION)[0].strip()
    if asked.endswith(_GET_ANSWER.strip()) and _VISIT in asked:
        instruction, _, visit = asked.rpartition(_VISIT)
        return Task(instruction.strip(), visit.removesuffix(_GET_ANSWER.strip()).strip())
    return Task(asked, "")


def read_observation(said: str) -> Observation:
    """The labelled elements and what the harness remarks; a message without them is a refusal."""
    _, seen, rest = said.partition(_OBSERVATION)
    if not seen:
        return Observation(refusal=said.strip())
    note = _NOTE.search(rest[:_NOTE_END])
    return Observation(elements=_elements(rest), note=note[1].strip() if note else "")


def _elements(rest: str) -> dict[str, str]:
    found = list(_ELEMENT.finditer(rest))
    if not found:
        return {}
    ends = [match.start() for match in found[1:]] + [len(rest)]
    return {
        match[1]: rest[match.end() : end].strip().removesuffix(";")
        for match, end in zip(found, ends, strict=True)
    }


def read_reply(said: str, elements: dict[str, str]) -> tuple[str, tuple[Action, ...]]:
    """The thought of one reply and its action; no action where the reply has none."""
    marked = _ACTION.search(said)
    if marked is None:
        return said.strip(), ()
    thought = said[: marked.start()].strip().removeprefix("Thought:").strip()
    return thought, (_action(said[marked.end() :].strip(), elements),)


def _action(written: str, elements: dict[str, str]) -> Action:
    word, argument = _split(written)
    if word == "ANSWER":
        answer = _unbracketed(argument)
        return Action(
            type=ActionType.TERMINATE, name=word, text=answer, status="success", raw=written
        )
    target, content = _target(argument)
    element = _element(target, elements)
    if word == "Click" and element:
        return Action(type=ActionType.CLICK, name=word, element=element, raw=written)
    if word == "Type" and element:
        return Action(
            type=ActionType.TYPE,
            name=word,
            element=element,
            text=_unbracketed(content),
            submit=True,  # WebVoyager empties the field first and presses Enter at the end
            clear_first=True,
            raw=written,
        )
    return _wordless(word, content.strip("[] \n").lower(), element, written)


def _wordless(word: str, content: str, element: str | None, written: str) -> Action:
    """The actions that need no label, and whatever is none of WebVoyager's."""
    if word == "Scroll" and content in ("up", "down"):
        way = Direction(content)
        return Action(
            type=ActionType.SCROLL, name=word, element=element, direction=way, raw=written
        )
    if word == "Wait":
        return Action(type=ActionType.WAIT, name=word, seconds=_WAIT_SECONDS, raw=written)
    if word == "GoBack":
        return Action(type=ActionType.NAVIGATE, name=word, mode="back", raw=written)
    if word == "Google":
        return Action(type=ActionType.NAVIGATE, name=word, mode="goto", text=_HOME, raw=written)
    return Action(type=ActionType.TOOL_CALL, name=word, text=written, raw=written)


def _split(written: str) -> tuple[str, str]:
    word = re.match(r"[A-Za-z]{0,40}", written)
    length = word.end() if word else 0
    return written[:length], written[length:].lstrip("; \n")


def _target(argument: str) -> tuple[str, str]:
    """The label, or WINDOW, and what follows it, behind a semicolon or a mere gap."""
    found = _TARGETED.fullmatch(argument)
    if found:
        return found[1], (found[2] or "").strip()
    target, _, content = argument.partition(";")
    return target.strip(), content.strip()


def _element(target: str, elements: dict[str, str]) -> str | None:
    label = _LABEL.fullmatch(target)
    if label is None:
        return None
    what = elements.get(label[1])
    return f"[{label[1]}] {what}" if what else f"[{label[1]}]"


def _unbracketed(content: str) -> str:
    inner = content.strip()
    if inner.startswith("[") and inner.endswith("]") and inner.count("[") == 1:
        return inner[1:-1]
    return inner


def _read(payload: Json, _frame: Frame) -> tuple[Action, ...]:
    return (_action(payload if isinstance(payload, str) else "", {}),)


VOCABULARY = Vocabulary(
    name="webvoyager",
    title="WebVoyager",
    words=frozenset(("Click", "Type", "Scroll", "Wait", "GoBack", "Google", "ANSWER")),
    read=_read,
)
