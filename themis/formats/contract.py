"""What a reader is: it finds recordings under a path by their content and reads one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from themis.domain.trajectory import Trajectory
from themis.formats.tasks import TaskFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A screen as the source holds it: a file, or bytes taken out of one. Not yet checked."""

    name: str  # for messages: the file, or "transcript.jsonl line 12"
    path: Path | None = None
    content: bytes | None = None

    def read(self, limit: int) -> bytes:
        """The bytes, at most `limit + 1` of them, so that a caller sees what is too large."""
        if self.path is None:
            return (self.content or b"")[: limit + 1]
        with self.path.open("rb") as file:
            return file.read(limit + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A trajectory as read, its pictures beside it.

    `trajectory.screens` is empty here: steps refer to positions in `pictures`, and whoever
    stores the recording checks each picture and fills `screens` in the same order.
    """

    trajectory: Trajectory
    pictures: tuple[Picture, ...]


class Reader(Protocol):
    """One foreign format."""

    name: str  # "webvoyager"
    title: str  # "WebVoyager"
    marks: str  # what it is recognised by, for the message that nothing was

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The recordings that stand directly in `folder`, which holds `names`.

        Yields the path that identifies each (the folder itself, or a file in it). Looks into
        files only as far as it takes to recognise them; never follows links; never raises for
        content it does not know.
        """
        ...

    def read(self, source: Path) -> Recording:
        """One recording, whole; raises UnreadableTrajectory with file, field and remedy."""
        ...


class Part(NamedTuple):
    """One of several recordings that stand in one file."""

    name: str  # as people count: "3" is the third line
    offset: int  # bytes before it, so that the last is read as fast as the first


@runtime_checkable
class Collection(Protocol):
    """What a reader offers besides, whose files may hold several recordings each."""

    def parts(self, source: Path) -> Iterator[Part]:
        """The recordings in a file that `find` gave; none: it is one recording, read whole.

        Raises UnreadableTrajectory for one that is too large; `read` then refuses it likewise.
        """
        ...

    def read_part(self, source: Path, part: Part) -> Recording:
        """One of them; raises UnreadableTrajectory with file, field and remedy."""
        ...


@runtime_checkable
class TaskReader(Protocol):
    """What a reader offers besides, whose recordings keep their instruction in another file."""

    def among(self, tasks: TaskFiles) -> Reader:
        """The same reader, which looks for the instruction there too."""
        ...
