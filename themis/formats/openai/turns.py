"""Items of the Responses API made into turns: all that is said before the next output is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.actions import claude, openai
from themis.formats.actions.claude_pointing import Cursor
from themis.formats.chat.conversation import Conversation
from themis.formats.chat.turns import Call, Result, Turn
from themis.formats.fields import items, record, text
from themis.formats.frame import Frame
from themis.formats.jsonfile import parse
from themis.formats.openai.items import COMPUTER, flat, words_of

_MAX_ARGUMENTS = 2**20  # characters of the JSON text of a call
_FAILED = ("failed", "incomplete")
_LEFT = ("type", "role", "content", "summary")


def read_call(payload: dict[str, Json], frame: Frame, cursor: Cursor) -> tuple[Action, ...]:
    """The actions of one computer_call, in order, or of one function call."""
    if payload.get("type") == "computer_call":
        batch = [record(each) for each in items(payload.get("actions"))]
        batch = batch or [record(payload.get("action"))]
        done = [replace(openai.read_action(each, frame), raw=each) for each in batch]
        return (replace(done[0], raw=payload), *done[1:])
    name = text(payload.get("name"))
    if name not in COMPUTER:
        return (Action(type=ActionType.TOOL_CALL, name=name),)
    given = _arguments(payload)
    word = text(given.get("type")) or text(given.get("action"))
    # Some programs offer a function in the notation of Claude under this name.
    if word in claude.COMPUTER_WORDS and (word not in openai.WORDS or "coordinate" in given):
        return claude.read_call({**given, "action": word}, frame, cursor)
    return (openai.read_action({**given, "type": word}, frame),)


def _arguments(payload: dict[str, Json]) -> dict[str, Json]:
    written = payload.get("arguments")
    return record(parsed(written)) if isinstance(written, str) else record(written)


def parsed(written: str) -> Json:
    """JSON that stands in a string; None where it is none."""
    if len(written) > _MAX_ARGUMENTS or not written.lstrip().startswith(("{", "[")):
        return None
    try:
        return parse(written, at="arguments")
    except UnreadableTrajectory:  # the model wrote no JSON: `raw` keeps what it wrote
        return None


class Turns:
    """The turns of one conversation, item by item."""

    def __init__(self, conversation: Conversation) -> None:
        self.turns: list[Turn] = []
        self.shown: list[int] = []
        self._conversation = conversation
        self._calls: dict[str, Call] = {}
        self._heard: list[str] = []
        self._open = False  # whether the model is still speaking
        self._has_asked = False
        for item in conversation.items:
            for each in flat(record(item)):
                self._take(each)
        if self._heard and self.turns:
            self.turns[-1].raw["heard_last"] = list(self._heard)

    def _take(self, item: dict[str, Json]) -> None:
        kind, role = text(item.get("type")), text(item.get("role"))
        if kind in ("computer_call_output", "function_call_output"):
            self._answer(item)
        elif role in ("user", "system", "developer"):
            self._hear(item, is_user=role == "user")
        elif kind == "reasoning":
            self._turn(item).thoughts += [*words_of(item.get("summary"))]
            self._turn(item).thoughts += [*words_of(item.get("content"))]
            self._keep(item)
        elif kind in ("computer_call", "function_call"):
            call = Call(payload=item)
            self._turn(item).calls.append(call)
            self._calls[text(item.get("call_id")) or text(item.get("id"))] = call
        elif role or kind == "message":
            self._turn(item).said += words_of(item.get("content"))
            self._turn(item).thoughts += words_of(item.get("reasoning_content"))
            self._keep(item)
        else:
            self._keep(item, whole=True)

    def _turn(self, _item: dict[str, Json]) -> Turn:
        if not self._open:
            self.turns.append(Turn(shown=self.shown, heard=self._heard))
            self.shown, self._heard, self._open = [], [], True
        return self.turns[-1]

    def _keep(self, item: dict[str, Json], *, whole: bool = False) -> None:
        left: dict[str, Json] = {k: v for k, v in item.items() if whole or (k not in _LEFT and v)}
        if left:
            kept = self._turn(item).raw.setdefault("items", [])
            items(kept).append(left)

    def _hear(self, item: dict[str, Json], *, is_user: bool) -> None:
        self._open = False
        if not is_user:
            return
        words = words_of(item.get("content"))
        self._heard += words if self._has_asked else []
        self._has_asked = self._has_asked or bool(words)
        self.shown += self._pictures(item.get("content"))

    def _answer(self, item: dict[str, Json]) -> None:
        self._open = False
        call = self._calls.get(text(item.get("call_id")))
        output = item.get("output")
        if isinstance(output, str) and (inside := parsed(output)) is not None:
            output = self._conversation.pictures.without(inside, self._conversation.path.name)
            item = {**item, "output": output}
        result = Result(
            texts=words_of(output),
            pictures=list(self._pictures(output)),
            error=_error(item, record(output)),
            raw=item,
        )
        if call is None:
            self.shown += result.pictures
        else:
            call.result = result

    def _pictures(self, content: Json) -> Iterator[int]:
        parts = items(content) or [content]
        for part in map(record, parts):
            held = part.get("image_url") or part.get("screenshot")
            held = record(held).get("url") if isinstance(held, dict) else held
            position = self._conversation.pictures.position(held, self._conversation.folder)
            if position is not None:
                yield position


def _error(item: dict[str, Json], output: dict[str, Json]) -> str | None:
    if said := text(output.get("error")):
        return said
    if output.get("success") is False or item.get("status") in _FAILED:
        return "\n".join(words_of(item.get("output"))) or f"the call is {item.get('status')!s:.20}"
    return None
