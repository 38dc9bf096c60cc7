"""Where words appear in a run: in its UI trees and in what was read off its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from themis.critic.evidence_only.elements import Element
from themis.critic.evidence_only.places import placed
from themis.critic.evidence_only.wording import normal
from themis.critic.evidence_only.words import Word
from themis.domain.action import Box
from themis.domain.trajectory import Trajectory
from themis.trajectories.texts import Lines
from themis.web.places import AFTER, BEFORE

MAX_QUERY = 200  # characters
MAX_SNIPPETS = 3  # of one screen
MAX_BOXES = 40  # of one screen
MAX_SHOWN = 300  # screens
MAX_LOOKED = 30_000_000  # characters of UI trees in one search
AROUND = 60  # characters shown on each side
UNKNOWN = (100_000, 100_000)  # the size of a screen of which there is no picture
_LATIN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Words around what was found."""

    head: str
    match: str
    tail: str
    source: str  # "UI tree" or "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One screen on which the words stand."""

    step: int  # from 1
    view: str
    position: int | None
    snippets: tuple[Snippet, ...]
    boxes: tuple[Box, ...]
    appears: bool  # the screen before it did not show them


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to one search."""

    hits: tuple[Hit, ...]
    n_more: int
    trees_cut: bool  # there were more UI trees than one search looks through


@dataclass(frozen=True, slots=True)
class _Place:
    step: int
    view: str
    position: int | None
    tree: str | None


def find(recording: Trajectory, query: str, read_off: Mapping[str, Lines]) -> Found:
    """Every screen that shows the words, in the order of the run."""
    search = _Search(recording, normal(query[:MAX_QUERY]), read_off)
    hits: list[Hit] = []
    was_there = False
    for place in _places(recording):
        snippets, boxes = search.look(place)
        if snippets:
            hits.append(
                Hit(
                    step=place.step,
                    view=place.view,
                    position=place.position,
                    snippets=tuple(snippets[:MAX_SNIPPETS]),
                    boxes=tuple(boxes[:MAX_BOXES]),
                    appears=not was_there,
                )
            )
        was_there = bool(snippets)
    n_more = max(0, len(hits) - MAX_SHOWN)
    return Found(hits=tuple(hits[:MAX_SHOWN]), n_more=n_more, trees_cut=search.is_spent)


def _places(recording: Trajectory) -> Iterator[_Place]:
    """Every screen once, where it is first shown; trees of one picture that differ apart."""
    seen: set[tuple[int | None, str | None]] = set()
    for number, step in enumerate(recording.steps, 1):
        sides = ((BEFORE, step.before, step.before_ui), (AFTER, step.after, step.after_ui))
        for view, position, tree in sides:
            key = (position, tree or None)
            if key == (None, None) or key in seen:
                continue
            seen |= {key, (position, None)} if position is not None else {key}
            yield _Place(number, view, position, tree)


class _Search:
    """One search: equal trees are looked through once, and all of them together bounded."""

    def __init__(self, recording: Trajectory, query: str, read_off: Mapping[str, Lines]) -> None:
        self._recording = recording
        self._query = query
        self._bare = query.replace(" ", "")
        # Notations spell other letters in their own ways; these stand in the text as they are.
        self._telling = max(_LATIN.findall(query), key=len, default="") if query.isascii() else ""
        self._read_off = read_off
        self._looked = 0
        self.is_spent = False

    def look(self, place: _Place) -> tuple[list[Snippet], list[Box]]:
        """What of a screen holds the words, and where it is."""
        if not self._query:
            return [], []
        snippets, boxes = self._in_tree(place)
        more, places = self._in_picture(place.position)
        return _united([*snippets, *more]), [*boxes, *places]

    def _in_tree(self, place: _Place) -> tuple[list[Snippet], list[Box]]:
        if not place.tree or self._telling not in place.tree.casefold():
            return [], []
        self._looked += len(place.tree)
        if self._looked > MAX_LOOKED:
            self.is_spent = True
            return [], []
        width, height = self._size(place.position)
        told = [
            (snippet, element.box)
            for element in placed(place.tree, width=width, height=height)
            if (snippet := self._snippet(element))
        ]
        return [snippet for snippet, _ in told], [box for _, box in told if box]

    def _snippet(self, element: Element) -> Snippet | None:
        for text in (*element.texts, element.hint):
            if text and self._query in normal(text):
                return _cut_out(text, self._query, "UI tree")
        return None

    def _in_picture(self, position: int | None) -> tuple[list[Snippet], list[Box]]:
        if position is None or not 0 <= position < len(self._recording.screens):
            return [], []
        snippets, boxes = [], []
        for line in self._read_off.get(self._recording.screens[position].digest, ()):
            words = _matched(line, self._bare)
            if words:
                text = " ".join(word.text for word in line)
                snippets.append(_cut_out(text, self._query, "picture"))
                boxes.append(_around(words))
        return snippets, boxes

    def _size(self, position: int | None) -> tuple[int, int]:
        if position is None or not 0 <= position < len(self._recording.screens):
            return UNKNOWN
        screen = self._recording.screens[position]
        return screen.width, screen.height


def _united(snippets: list[Snippet]) -> list[Snippet]:
    """Snippets that say the same are one, from both sources."""
    by_words: dict[str, Snippet] = {}
    for each in snippets:
        words = normal(each.head + each.match + each.tail)
        known = by_words.setdefault(words, each)
        if known.source != each.source and "," not in known.source:
            by_words[words] = replace(known, source=f"{known.source}, {each.source}")
    return list(by_words.values())


def _matched(line: tuple[Word, ...], bare: str) -> list[Word]:
    """The words of a line that hold the query; recognition is not sure of spaces."""
    plain = [normal(word.text).replace(" ", "") for word in line]
    at = "".join(plain).find(bare)
    if at < 0:
        return []
    found, start = [], 0
    for word, text in zip(line, plain, strict=True):
        if start < at + len(bare) and at < start + len(text):
            found.append(word)
        start += len(text)
    return found


def _around(words: list[Word]) -> Box:
    left, top = min(w.box.x for w in words), min(w.box.y for w in words)
    right = max(w.box.x + w.box.width for w in words)
    bottom = max(w.box.y + w.box.height for w in words)
    return Box(x=left, y=top, width=round(right - left, 1), height=round(bottom - top, 1))


def _cut_out(text: str, query: str, source: str) -> Snippet:
    """The words with a little around them; all of it as the tail where they cannot be told."""
    line = " ".join(text.split())
    at = line.casefold().find(query)
    if at < 0:
        short = line if len(line) <= AROUND * 2 else f"{line[: AROUND * 2]}…"
        return Snippet(head="", match="", tail=short, source=source)
    end = at + len(query)
    head, tail = line[max(0, at - AROUND) : at], line[end : end + AROUND]
    return Snippet(
        head=f"…{head}" if at > AROUND else head,
        match=line[at:end],
        tail=f"{tail}…" if len(line) > end + AROUND else tail,
        source=source,
    )
