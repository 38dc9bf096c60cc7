"""What a story is: a task, the scripted agent that tries it, and how its truth is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo.recorder.moves import Move
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Whether the task is done, and the program state that says so."""

    passed: bool
    reading: str


@dataclass(frozen=True, slots=True)
class Beat:
    """One step: a thought, the moves it leads to, and what must be on the screen after."""

    thought: str
    moves: tuple[Move, ...]
    shows: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One task and one scripted attempt at it."""

    name: str
    instruction: str
    script: tuple[Beat, ...]
    opens_on: Target
    thought: str  # the last one, before the agent stops
    claim: Claim
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebStory(Story):
    """A story in one of the pages of `demo/pages`; its truth is in the page's database."""

    site: str
    truth: Callable[[sqlite3.Connection], Truth]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopStory(Story):
    """A story on a Linux desktop; its truth is in the home folder."""

    programs: tuple[tuple[str, ...], ...]  # commands; "~" stands for the home folder
    windows: Mapping[str, tuple[int, int, int, int]]  # title part to x, y, width, height
    truth: Callable[[Path], Truth]
    files: Mapping[str, str] = field(default_factory=dict)  # path in the home folder to text


def beat(thought: str, *moves: Move, shows: Target | None = None) -> Beat:
    """A beat, written the way scripts read best."""
    return Beat(thought, moves, shows)
