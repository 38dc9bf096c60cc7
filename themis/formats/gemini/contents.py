"""Contents of the Gemini API, in either spelling of their names, and the turns they make."""

from __future__ import annotations

from collections.abc import Iterator

from themis.domain.jsontypes import Json
from themis.formats.actions import gemini
from themis.formats.chat.conversation import Conversation, Piece
from themis.formats.chat.turns import Call, Result, Turn
from themis.formats.fields import items, record, text

_Part = dict[str, Json]


class Contents:
    """How the API writes conversations."""

    def piece(self, value: dict[str, Json]) -> Piece | None:
        """A request with `contents`, a response with `candidates`, or one content."""
        contents = value.get("contents")
        if contents:
            about = {name: held for name, held in value.items() if name != "contents"}
            return Piece(items=_as_contents(contents), whole=True, about=about)
        for candidate in map(record, items(value.get("candidates"))[:1]):
            beside = {name: held for name, held in value.items() if name != "candidates"}
            beside["candidate"] = {k: v for k, v in candidate.items() if k != "content"}
            if self.is_item(candidate.get("content")):
                return Piece(items=[candidate.get("content")], beside={"response": beside})
        return Piece(items=[value]) if self.is_item(value) else None

    def is_item(self, value: Json) -> bool:
        """Whether it is a content."""
        return isinstance(record(value).get("parts"), list)

    def mark(self, item: Json) -> Json:
        """The words, calls and names of results; results have ids only in newer versions."""
        marks: list[Json] = [record(item).get("role") or "user"]
        for part in parts(record(item)):
            call, response = called(part), answered(part)
            if call:
                marks.append([call.get("name"), call.get("args"), call.get("id")])
            elif response:
                marks.append([response.get("name"), response.get("id")])
            elif text(part.get("text")) and not part.get("thought"):
                marks.append(part.get("text"))
        return marks

    def opening(self, item: Json) -> str:
        """The user's words."""
        content = record(item)
        if content.get("role") not in (None, "user"):
            return ""
        return "\n".join(text(part["text"]) for part in parts(content) if text(part.get("text")))

    def n_calls(self, item: Json) -> int:
        """Calls of the predefined functions."""
        return sum(
            1 for part in parts(record(item)) if text(called(part).get("name")) in gemini.WORDS
        )


def _as_contents(contents: Json) -> list[Json]:
    if isinstance(contents, str):
        return [{"role": "user", "parts": [{"text": contents}]}]
    return items(contents) or [contents]


def parts(content: dict[str, Json]) -> list[_Part]:
    """The parts of a content."""
    return [record(part) for part in items(content.get("parts"))]


def called(part: _Part) -> _Part:
    """The function call of a part; empty where it is none."""
    return record(part.get("functionCall") or part.get("function_call"))


def answered(part: _Part) -> _Part:
    """The function response of a part; empty where it is none."""
    return record(part.get("functionResponse") or part.get("function_response"))


class Turns:
    """One turn a content of the model, and the pictures shown after the last."""

    def __init__(self, conversation: Conversation) -> None:
        self.turns: list[Turn] = []
        self.shown: list[int] = []
        self._conversation = conversation
        self._heard: list[str] = []
        self._has_asked = False
        for content in map(record, conversation.items):
            if "response" in content and self.turns:
                self.turns[-1].raw["response"] = content["response"]
            elif content.get("role") == "model":
                self._said(content)
            else:
                self._came_back(content)
        if self._heard and self.turns:
            self.turns[-1].raw["heard_last"] = list(self._heard)

    def _said(self, content: dict[str, Json]) -> None:
        turn = Turn(shown=self.shown, heard=self._heard)
        self.shown, self._heard = [], []
        kept: list[Json] = []
        for part in parts(content):
            call, words = called(part), text(part.get("text")).strip()
            if call:
                turn.calls.append(Call(payload=part))
                turn.thoughts += filter(None, [text(record(call.get("args")).get("intent"))])
            elif words:
                (turn.thoughts if part.get("thought") is True else turn.said).append(words)
            else:
                kept.append(part)
        if kept:
            turn.raw["parts"] = kept
        self.turns.append(turn)

    def _came_back(self, content: dict[str, Json]) -> None:
        words: list[str] = []
        for part in parts(content):
            response = answered(part)
            if response:
                self._answer(response)
            else:
                words += filter(None, [text(part.get("text")).strip()])
                self.shown += self._pictures([part])
        self._heard += words if self._has_asked else []
        self._has_asked = self._has_asked or bool(words)

    def _answer(self, response: _Part) -> None:
        told = record(response.get("response"))
        result = Result(
            texts=[text(held) for held in told.values() if text(held)],
            pictures=list(self._pictures(parts(response))),
            error=text(told.get("error")) or None,
            raw=response,
        )
        call = self._waiting(response)
        if call is None:
            self.shown += result.pictures
        else:
            call.result = result

    def _waiting(self, response: _Part) -> Call | None:
        """The call that a response answers: by its id, else the first of that name."""
        calls = [call for turn in self.turns[-1:] for call in turn.calls if call.result is None]
        same = [call for call in calls if called(call.payload).get("name") == response.get("name")]
        identity = response.get("id")
        named = [call for call in calls if identity and called(call.payload).get("id") == identity]
        return next(iter(named or same), None)

    def _pictures(self, among: list[_Part]) -> Iterator[int]:
        for part in among:
            blob = record(part.get("inlineData") or part.get("inline_data"))
            file = record(part.get("fileData") or part.get("file_data"))
            held = blob.get("data") or file.get("fileUri") or file.get("file_uri")
            position = self._conversation.pictures.position(held, self._conversation.folder)
            if position is not None:
                yield position
