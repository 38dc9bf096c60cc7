"""The Messages API of Anthropic: its messages told apart, and made into turns."""

from __future__ import annotations

from collections.abc import Iterator

from themis.domain.jsontypes import Json
from themis.formats.actions import claude
from themis.formats.chat.conversation import Conversation, Piece
from themis.formats.chat.turns import Call, Result, Turn
from themis.formats.fields import items, record, text

_TAKEN = ("type", "text", "thinking")


class Messages:
    """How the API writes conversations."""

    def piece(self, value: dict[str, Json]) -> Piece | None:
        """A request with `messages`, or one message: a response is one too."""
        messages = items(value.get("messages"))
        if messages:
            about = {name: held for name, held in value.items() if name != "messages"}
            return Piece(items=messages, whole=True, about=about)
        return Piece(items=[value]) if self.is_item(value) else None

    def is_item(self, value: Json) -> bool:
        """Whether it is a message."""
        entry = record(value)
        return text(entry.get("role")) != "" and "content" in entry

    def mark(self, item: Json) -> Json:
        """The calls and results by their ids; the words of a message that has neither."""
        message = record(item)
        ids: list[Json] = [
            [block.get("type"), block.get("id") or block.get("tool_use_id")]
            for block in blocks(message)
            if block.get("type") in ("tool_use", "tool_result")
        ]
        return [message.get("role"), ids or list[Json](_words(message))]

    def opening(self, item: Json) -> str:
        """The user's words."""
        message = record(item)
        return "\n".join(_words(message)) if message.get("role") == "user" else ""

    def n_calls(self, item: Json) -> int:
        """Calls of the computer or browser tools, not those of the shell alone."""
        return sum(1 for block in blocks(record(item)) if _is_computer(block))


def blocks(message: dict[str, Json]) -> list[dict[str, Json]]:
    """The blocks of a message; its text as one where it is a string."""
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [record(block) for block in items(content)]


def _words(message: dict[str, Json]) -> list[str]:
    return [text(block["text"]) for block in blocks(message) if text(block.get("text"))]


def _is_computer(block: dict[str, Json]) -> bool:
    if block.get("type") != "tool_use":
        return False
    return (
        block.get("name") == "computer"
        or text(block.get("toolset_name")) in ("computer", "browser")
        or text(record(block.get("input")).get("action")) in claude.COMPUTER_WORDS
    )


def turns_of(conversation: Conversation) -> tuple[list[Turn], list[int]]:
    """One turn a message of the assistant, and the pictures shown after the last."""
    turns: list[Turn] = []
    calls: dict[str, Call] = {}
    shown: list[int] = []
    heard: list[str] = []
    has_asked = False
    for message in map(record, conversation.items):
        if message.get("role") == "assistant":
            turn = _turn(message, calls)
            turn.shown, turn.heard, shown, heard = shown, heard, [], []
            turns.append(turn)
        elif message.get("role") == "user":
            words = _answer(message, calls, shown, conversation)
            heard += words if has_asked else []
            has_asked = has_asked or bool(words)
    if heard and turns:
        turns[-1].raw["heard_last"] = list(heard)
    return turns, shown


def _turn(message: dict[str, Json], calls: dict[str, Call]) -> Turn:
    turn = Turn()
    kept: list[Json] = []
    for block in blocks(message):
        kind = block.get("type")
        if kind == "thinking":
            turn.thoughts.append(text(block.get("thinking")).strip())
        elif kind == "text":
            turn.said.append(text(block.get("text")).strip())
        elif kind == "tool_use":
            call = Call(payload=block)
            turn.calls.append(call)
            calls[text(block.get("id"))] = call
        left = {name: held for name, held in block.items() if name not in _TAKEN and held}
        if kind not in ("thinking", "text", "tool_use"):
            kept.append(block)
        elif left and kind != "tool_use":  # signatures, citations
            kept.append({"type": kind, **left})
    turn.thoughts, turn.said = [*filter(None, turn.thoughts)], [*filter(None, turn.said)]
    beside = {name: held for name, held in message.items() if name not in ("content", "role")}
    turn.raw = {**({"message": beside} if beside else {}), **({"blocks": kept} if kept else {})}
    return turn


def _answer(
    message: dict[str, Json],
    calls: dict[str, Call],
    shown: list[int],
    conversation: Conversation,
) -> list[str]:
    """Give each call its result; the user's own pictures go to `shown`, the words are returned."""
    words: list[str] = []
    for block in blocks(message):
        call = calls.get(text(block.get("tool_use_id")))
        if block.get("type") == "tool_result" and call is not None:
            call.result = _result(block, conversation)
        elif block.get("type") == "image":
            shown += _pictures([block], conversation)
        elif text(block.get("text")).strip():
            words.append(text(block.get("text")).strip())
    return words


def _result(block: dict[str, Json], conversation: Conversation) -> Result:
    inner = blocks(block)
    texts = [text(each["text"]) for each in inner if text(each.get("text"))]
    failed = block.get("is_error") is True
    return Result(
        texts=texts,
        pictures=list(_pictures(inner, conversation)),
        error=("\n".join(texts) or "the tool failed without a word") if failed else None,
        raw=block,
    )


def _pictures(inner: list[dict[str, Json]], conversation: Conversation) -> Iterator[int]:
    for block in inner:
        if block.get("type") != "image":
            continue
        source = record(block.get("source"))
        held = source.get("data") or source.get("url") or source.get("path")
        position = conversation.pictures.position(held, conversation.folder)
        if position is not None:
            yield position
