"""Items of the Responses API, and chat messages brought into their form."""

from __future__ import annotations

from collections.abc import Iterator

from themis.domain.jsontypes import Json
from themis.formats.chat.conversation import Piece
from themis.formats.fields import items, record, text

COMPUTER = ("computer", "computer_use", "computer_use_preview")
KINDS = (
    *("computer_call", "computer_call_output", "function_call", "function_call_output"),
    *("message", "reasoning"),
)
_DECLARED = ("model", "tools", "instructions")  # a response repeats them of its request
_LISTS = ("input", "messages", "items", "new_items")


class Items:
    """How the Responses API and the chat completions write conversations."""

    def piece(self, value: dict[str, Json]) -> Piece | None:
        """A request with `input` or `messages`, a response, or one item."""
        for name in _LISTS:
            told = _as_items(value.get(name))
            if told:
                about = {key: held for key, held in value.items() if key not in (name, "output")}
                continues = bool(text(value.get("previous_response_id")))
                return Piece(items=told, whole=True, continues=continues, about=about)
        output = items(value.get("output"))
        if output and value.get("type") is None:
            beside = {k: v for k, v in value.items() if k not in ("output", *_DECLARED)}
            about = {k: value[k] for k in _DECLARED if value.get(k)}
            return Piece(items=output, about=about, beside={"type": "response", **beside})
        choices = [record(each).get("message") for each in items(value.get("choices"))[:1]]
        if choices and self.is_item(choices[0]):
            beside = {k: v for k, v in value.items() if k != "choices"}
            return Piece(items=choices, beside={"type": "response", **beside})
        return Piece(items=[value]) if self.is_item(value) else None

    def is_item(self, value: Json) -> bool:
        """Whether it is an item or a message."""
        entry = record(value)
        return entry.get("object") != "response" and (
            text(entry.get("type")) in KINDS
            or ("role" in entry and ("content" in entry or "tool_calls" in entry))
        )

    def mark(self, item: Json) -> Json:
        """Calls and outputs by their ids; the words of a message."""
        entry = record(item)
        kind = text(entry.get("type")) or "message"
        called = [record(each).get("id") for each in items(entry.get("tool_calls"))]
        ids = called or entry.get("call_id") or entry.get("tool_call_id")
        if ids:
            return [kind, entry.get("role"), ids]
        if kind == "message":
            return [kind, entry.get("role"), list[Json](words_of(entry.get("content")))]
        return [kind, entry.get("id") or list[Json](words_of(entry.get("summary")))]

    def opening(self, item: Json) -> str:
        """The user's words."""
        entry = record(item)
        return "\n".join(words_of(entry.get("content"))) if entry.get("role") == "user" else ""

    def n_calls(self, item: Json) -> int:
        """Computer calls, and calls of a function named for the computer."""
        return sum(1 for each in flat(record(item)) if is_computer(each))


def _as_items(told: Json) -> list[Json]:
    if isinstance(told, str) and told:
        return [{"type": "message", "role": "user", "content": told}]
    return items(told)


def is_computer(item: dict[str, Json]) -> bool:
    """Whether an item is a call of the computer."""
    if item.get("type") == "computer_call":
        return True
    return item.get("type") == "function_call" and text(item.get("name")) in COMPUTER


def words_of(content: Json) -> list[str]:
    """The texts of a message: a string, or parts of any kind that have a text."""
    if isinstance(content, str):
        return [content] if content.strip() else []
    return [text(part["text"]) for part in map(record, items(content)) if text(part.get("text"))]


def flat(item: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """An item as it is; a chat message as its words and its calls."""
    calls = [record(each) for each in items(item.get("tool_calls"))]
    if item.get("role") == "tool":
        output = {"type": "function_call_output", "call_id": item.get("tool_call_id")}
        yield {**item, **output, "output": item.get("content")}
        return
    if "role" in item or not calls:
        yield {**item, "type": text(item.get("type")) or "message"} if "role" in item else item
    for call in calls:
        function = record(call.get("function"))
        yield {
            **call,
            "type": "function_call",
            "call_id": call.get("id"),
            "name": function.get("name"),
            "arguments": function.get("arguments"),
        }
