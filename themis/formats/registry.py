"""Every reader there is, and the search for what they recognise under a path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from themis.domain.errors import Misconfigured, UnknownFormat, UnreadableTrajectory
from themis.formats.agentnet.reader import AgentNet
from themis.formats.aitw.reader import Aitw
from themis.formats.androidworld.agents import AndroidWorldAgents
from themis.formats.androidworld.checkpoint import AndroidWorldCheckpoint
from themis.formats.anthropic.reader import Anthropic
from themis.formats.aside.heap import Aside
from themis.formats.atif.reader import Atif, documents
from themis.formats.bounds import MAX_DEPTH, MAX_ENTRIES
from themis.formats.browsergym.agentlab import AgentLab
from themis.formats.browsergym.reward_bench import AgentRewardBench
from themis.formats.contract import Collection, Part, Reader, Recording, TaskReader
from themis.formats.cua.reader import Cua
from themis.formats.files import is_plain
from themis.formats.gemini.reader import Gemini
from themis.formats.mcp.reader import McpStream
from themis.formats.native import FILE, Native
from themis.formats.nothing import no_recording
from themis.formats.online_mind2web.reader import OnlineMind2Web
from themis.formats.openai.reader import OpenAi
from themis.formats.os_themis.reader import OsThemis
from themis.formats.osworld.reader import Osworld
from themis.formats.secrets import without_secrets
from themis.formats.tasks import TaskFiles
from themis.formats.uitars.reader import UiTars
from themis.formats.webvoyager.reader import Webvoyager

# Where two recognise the same place, the first one has it.
READERS: tuple[Reader, ...] = (
    Native(),
    Atif(),
    Webvoyager(),
    Osworld(),
    McpStream(),
    AndroidWorldCheckpoint(),
    AndroidWorldAgents(),
    Aitw(),
    AgentNet(),
    OnlineMind2Web(),
    AgentLab(),
    AgentRewardBench(),
    Cua(),
    Anthropic(),
    OpenAi(),
    Gemini(),
    UiTars(),
    OsThemis(),  # the least particular of them: what is left
)


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that a reader says is its own. `source` begins with the path searched."""

    source: Path
    reader: Reader
    part: Part | None = None  # where the file holds several

    @property
    def place(self) -> str:
        """Where it stands, for people: "runs/a1", or "runs.jsonl#3"."""
        return f"{self.source}#{self.part.name}" if self.part else str(self.source)

    def read(self) -> Recording:
        """The recording, whole; raises UnreadableTrajectory with file, field and remedy.

        Without secrets of whoever recorded it, save that Themis' own format keeps what it says.
        """
        if self.part is not None and isinstance(self.reader, Collection):
            recording = self.reader.read_part(self.source, self.part)
        else:
            recording = self.reader.read(self.source)
        return recording if isinstance(self.reader, Native) else without_secrets(recording)


def reader(name: str) -> Reader:
    """The reader of that name; Misconfigured names those there are."""
    for each in READERS:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in READERS)
    raise Misconfigured(f"format: no reader is called {name!r:.60}; there are {known}")


def find(
    path: Path,
    *,
    only: Reader | None = None,
    tasks: TaskFiles | None = None,
    aside: Aside | None = None,
) -> Iterator[Found]:
    """Every recording at or below a file or folder, sorted; nothing where nothing is known.

    `tasks`: where readers that need it may look for an instruction. `aside` gathers what is met
    and is no recording. Follows no link below `path`. Raises UnreadableTrajectory where `path` is
    not there, a folder cannot be listed, or there is more than one search may look at.
    """
    readers = tuple(_among(each, tasks) for each in (READERS if only is None else (only,)))
    if path.is_dir():
        yield from _walk(path, _Search(readers, aside))
    elif is_plain(path):
        names = frozenset({path.name})
        yield from _standing(path.parent, names, _Search(readers, aside), named=path)
    else:
        raise UnreadableTrajectory(f"{path}: no such file or folder; check the path")


def _among(each: Reader, tasks: TaskFiles | None) -> Reader:
    return each.among(tasks) if tasks is not None and isinstance(each, TaskReader) else each


def unknown(path: Path, *, only: Reader | None = None) -> UnknownFormat:
    """The error for a path where `find` yields nothing."""
    return no_recording(path, READERS if only is None else (only,))


@dataclass(slots=True)
class _Search:
    """What is looked for, what is met beside it, and how much may still be looked at."""

    readers: tuple[Reader, ...]
    aside: Aside | None = None
    entries: int = field(default=MAX_ENTRIES)


def _walk(folder: Path, search: _Search, depth: int = 0) -> Iterator[Found]:
    names, folders = _listed(folder, search)
    yield from _standing(folder, names, search)
    if folders and depth >= MAX_DEPTH:
        raise UnreadableTrajectory(
            f"{folder}: deeper than {MAX_DEPTH} folders; start the search further down"
        )
    for name in folders:
        yield from _walk(folder / name, search, depth + 1)


def _listed(folder: Path, search: _Search) -> tuple[frozenset[str], list[str]]:
    """The names of the files and, sorted, of the folders; links are neither."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                search.entries -= 1
                if search.entries < 0:
                    raise UnreadableTrajectory(
                        f"{folder}: more than {MAX_ENTRIES} files; start the search further down"
                    )
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
    except OSError as error:
        raise UnreadableTrajectory(
            f"{folder}: cannot be listed ({error.strerror}); check the permissions"
        ) from error
    return frozenset(files), sorted(folders)


def _standing(
    folder: Path, names: frozenset[str], search: _Search, named: Path | None = None
) -> Iterator[Found]:
    """What stands directly in a folder; `named` is the file the caller gave, if it was one."""
    taken: set[Path] = set()
    for each in search.readers:
        for source in each.find(folder, names):
            if source not in taken:
                taken.add(source)
                if search.aside is not None:
                    search.aside.take(source)
                yield from _parts(named or source, each)
        if named is not None and taken:
            return
        names -= _own(each, folder, names)
    if search.aside is not None and not taken:
        search.aside.look(folder, names)


def _own(each: Reader, folder: Path, names: frozenset[str]) -> frozenset[str]:
    """Files that say themselves whose they are: what they quote of others misleads nobody."""
    if isinstance(each, Native):
        return frozenset({FILE}) if any(each.find(folder, names)) else frozenset()
    return frozenset(documents(folder, names)) if isinstance(each, Atif) else frozenset()


def _parts(source: Path, each: Reader) -> Iterator[Found]:
    """The recordings of one source: usually one, which is the source itself."""
    several = False
    if isinstance(each, Collection):
        try:
            for part in each.parts(source):
                several = True
                yield Found(source, each, part)
        except UnreadableTrajectory:
            several = False  # reading it whole says the same, and stops nothing beside it
    if not several:
        yield Found(source, each)
