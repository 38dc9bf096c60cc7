"""One conversation out of a log that may repeat it with every request.

A line may hold a request, which tells the whole history again, a response, or one message. The
history is kept once, in the fullest version: what a program later cuts out of it, old screenshots
above all, was there when it was first told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_LOG, MAX_REPEATED, MAX_STEPS
from themis.formats.chat.embedded import Embedded
from themis.formats.fields import items, record, text
from themis.formats.jsonfile import read_json, read_lines

_MAX_ITEMS = MAX_STEPS * 8  # messages, calls and results of one conversation
_MAX_CONVERSATIONS = 1_000
_MAX_TOLD = 2_000_000  # items in all requests together, each told again and again
_MAX_PREAMBLE = 8  # items of a system or a developer before the user speaks
_WRAPPERS = ("request", "body", "params", "kwargs", "response", "result", "completion")
_ASKED = ("instruction", "goal")
_MAYBE_ASKED = ("task_description", "task", "prompt", "query")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one entry of a log tells of a conversation."""

    items: list[Json]
    whole: bool = False  # the history from its beginning, not only what is new
    continues: bool = False  # by the word of the source
    about: dict[str, Json] = field(default_factory=dict)  # model, tools, ...
    beside: Json = None  # what a response says beside its items: usage, ids


class Dialect(Protocol):
    """How one API writes conversations."""

    def piece(self, value: dict[str, Json]) -> Piece | None:
        """What an object tells, if it is a request, a response or a message."""
        ...

    def is_item(self, value: Json) -> bool:
        """Whether a value is one message or item of a conversation."""
        ...

    def mark(self, item: Json) -> Json:
        """What makes an item the same one when it is told again, with its pictures or without."""
        ...

    def opening(self, item: Json) -> str:
        """What the user says in an item; empty where it is not the user's."""
        ...

    def n_calls(self, item: Json) -> int:
        """How many calls of a computer tool stand in an item."""
        ...


@dataclass(slots=True, kw_only=True)
class Conversation:
    """The items of one conversation, pictures taken out."""

    path: Path
    pictures: Embedded
    items: list[Json] = field(default_factory=list)
    about: dict[str, Json] = field(default_factory=dict)
    n_calls: int = 0
    marks: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where files that the log names are looked for."""
        return self.path.parent

    def take(self, piece: Piece, dialect: Dialect, name: str) -> None:
        """Add what is new in a piece."""
        self.about.update(piece.about)
        marks = [_digest(dialect.mark(item)) for item in piece.items]
        before = len(self.items)
        for position in self._new(marks, whole=piece.whole):
            item = piece.items[position]
            self.items.append(self.pictures.without(item, name))
            self.marks.append(marks[position])
            self.n_calls += dialect.n_calls(item)
        if piece.beside and len(self.items) > before:
            self.items.append(self.pictures.without(piece.beside, name))
        if len(self.items) > _MAX_ITEMS:
            raise UnreadableTrajectory(f"{name}: more than {_MAX_ITEMS} messages; split the log")

    def _new(self, marks: list[str], *, whole: bool) -> Iterator[int]:
        told = self.marks
        if not whole:
            is_repeated = bool(marks) and told[-len(marks) :] == marks
            return iter(()) if is_repeated else iter(range(len(marks)))
        if marks[: len(told)] == told or told[: len(marks)] == marks:
            return iter(range(len(told), len(marks)))
        if told[-1] in marks:  # the history was shortened at its beginning
            last = len(marks) - 1 - marks[::-1].index(told[-1])
            return iter(range(last + 1, len(marks)))
        known = set(told)
        return iter([position for position, mark in enumerate(marks) if mark not in known])


def _digest(mark: Json) -> str:
    written = json.dumps(mark, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def read_conversation(path: Path, dialect: Dialect) -> Conversation:
    """The conversation with the most calls; a warning where others have calls too."""
    told: dict[str, Conversation] = {}
    current: Conversation | None = None
    about: dict[str, Json] = {}
    n_told = 0
    for name, value in entries(path):
        for piece in pieces(value, dialect):
            n_told += len(piece.items)
            if n_told > _MAX_TOLD:
                raise UnreadableTrajectory(f"{name}: more than {_MAX_TOLD} messages; split the log")
            if not piece.items:
                about.update(piece.about)
                continue
            current = _chosen(piece, dialect, told, current, path)
            current.take(piece, dialect, name)
    best = max(told.values(), key=lambda each: each.n_calls, default=None)
    if best is None or not best.n_calls:
        raise UnreadableTrajectory(f"{path}: no call of a computer tool; there is nothing to judge")
    best.about = {**about, **best.about}
    others = sum(1 for each in told.values() if each is not best and each.n_calls)
    if others:
        best.pictures.warnings.append(
            f"{path.name}: {others} other conversations with calls were left out;"
            " give each run a file of its own"
        )
    return best


def entries(path: Path, *, limit: int = MAX_REPEATED) -> Iterator[tuple[str, Json]]:
    """What a log holds, line by line or as one, and a name for it."""
    if path.suffix.lower() == ".json":
        yield path.name, read_json(path, limit=MAX_LOG)
        return
    for number, value in read_lines(path, limit=limit):
        yield f"{path.name} line {number}", value


def pieces(value: Json, dialect: Dialect) -> Iterator[Piece]:
    """The pieces in one entry: a request beside its response, a list of either, a history."""
    if isinstance(value, list):
        if value and all(dialect.is_item(each) for each in value):
            yield Piece(items=value, whole=True)
        else:
            for each in value:
                yield from pieces(each, dialect) if isinstance(each, dict) else ()
        return
    entry = record(value)
    piece = dialect.piece(entry)
    if piece is not None:
        yield piece
    elif entry:
        yield Piece(items=[], about={k: v for k, v in entry.items() if k not in _WRAPPERS})
    if piece is None or piece.whole:
        for key in _WRAPPERS:
            inner = entry.get(key)
            if isinstance(inner, dict | list):
                yield from pieces(inner, dialect)


def _chosen(
    piece: Piece,
    dialect: Dialect,
    told: dict[str, Conversation],
    current: Conversation | None,
    path: Path,
) -> Conversation:
    """The conversation a piece belongs to: a history is known by what it opens with."""
    opening = opening_of(piece.items[:_MAX_PREAMBLE], dialect) if piece.whole else ""
    if current is not None and (piece.continues or not opening):
        return current
    if opening not in told:
        if len(told) >= _MAX_CONVERSATIONS:
            raise UnreadableTrajectory(f"{path}: more than {_MAX_CONVERSATIONS} conversations")
        told[opening] = Conversation(path=path, pictures=Embedded(path))
    return told[opening]


def opening_of(told: list[Json], dialect: Dialect) -> str:
    """The first words of the user."""
    return next((said for item in told if (said := dialect.opening(item))), "")


def instruction_of(conversation: Conversation, dialect: Dialect) -> str:
    """What was asked: where the log says so itself, else the first words of the user."""
    opening = opening_of(conversation.items, dialect)
    about = conversation.about
    said = next((text(about.get(key)) for key in _ASKED if text(about.get(key))), "")
    said = said or opening.strip()
    said = said or next((text(about.get(key)) for key in _MAYBE_ASKED if text(about.get(key))), "")
    if not said.strip():
        raise UnreadableTrajectory(
            f"{conversation.path}: nobody says what was asked; keep the first user message, or add"
            ' an object {"instruction": "..."}'
        )
    return said.strip()


def tools_of(conversation: Conversation) -> Iterator[dict[str, Json]]:
    """The tools that were declared."""
    about = conversation.about
    holders = (about, *(record(about.get(name)) for name in ("config", "kwargs", "response")))
    declared = next((items(each["tools"]) for each in holders if items(each.get("tools"))), [])
    return map(record, declared)


def meta_of(conversation: Conversation, rest: Json) -> Json:
    """What the log says beside the run; `rest` of its last words."""
    about = record(conversation.pictures.without(conversation.about, conversation.path.name))
    return {**about, "last": rest} if rest else about or None
