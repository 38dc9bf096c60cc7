"""Themis' own format, read and written: trajectory.json and its pictures in one folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Platform, Step, Trajectory
from themis.domain.wire import decode, encode, upgraded
from themis.formats.bounds import (
    MAX_FILE,
    MAX_OWN_NESTING,
    MAX_PICTURES,
    MAX_RUN_ACTIONS,
    MAX_STEPS,
)
from themis.formats.contract import Recording
from themis.formats.files import is_plain, peek
from themis.formats.jsonfile import read_json
from themis.formats.layout import lay_out, names_of, put
from themis.formats.pictures import Album
from themis.formats.sound import check_step
from themis.formats.toplevel import behind

VERSION = "trajectory/2"
_OLDER = "trajectory/1"
FILE = "trajectory.json"
FORMAT = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_NOTHING_SAID = Ending()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What trajectory.json holds."""

    themis: str
    instruction: str
    platform: Platform
    steps: tuple[Step, ...]
    screens: tuple[str, ...] = ()
    label: Label | None = None
    ending: Ending = _NOTHING_SAID
    format: str = ""  # which reader found it first; empty: it was recorded in this format
    warnings: tuple[str, ...] = ()
    meta: Json = None


class Native:
    """The format to write if you control the recorder."""

    name = "themis"
    title = "Themis"
    marks = f'trajectory.json with "themis": "{VERSION}"'

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its trajectory.json names Themis or is no JSON at all."""
        path = folder / FILE
        if FILE in names and is_plain(path):
            content = peek(path, limit=MAX_FILE).lstrip()
            mark = behind(content, "themis")
            if not content.startswith(("{", "[")) or (mark is not None and mark[:1] in ('"', "")):
                yield folder

    def read(self, source: Path) -> Recording:
        """One recording, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        path = folder / FILE if source.is_dir() else source
        data = read_json(path, strict=True, nesting=MAX_OWN_NESTING)
        if not isinstance(data, dict) or data.get("themis") not in (VERSION, _OLDER):
            raise UnreadableTrajectory(f'{path}: themis: expected "{VERSION}"; convert the file')
        if data["themis"] == _OLDER:
            data = upgraded(data)
        document = decode(Document, data, at=f"{path}: trajectory")
        _check(document, path)
        album = Album(str(path))
        for position, name in enumerate(document.screens):
            _add_screen(album, folder, name, f"{path}: screens[{position}]")
        return Recording(trajectory=_trajectory(document), pictures=album.pictures)


def _add_screen(album: Album, folder: Path, name: str, at: str) -> None:
    before = len(album.pictures)
    if album.add_file(folder, name) is None:
        raise UnreadableTrajectory(
            f"{at}: {name!r:.200} is no plain file inside the folder; give a relative path"
            " without '..' and without links, or put the picture there"
        )
    if len(album.pictures) == before:
        raise UnreadableTrajectory(f"{at}: {name!r:.200} is listed twice; refer to it by position")


def _trajectory(document: Document) -> Trajectory:
    return Trajectory(
        instruction=document.instruction,
        platform=document.platform,
        steps=document.steps,
        label=document.label,
        ending=document.ending,
        format=document.format or Native.name,
        warnings=document.warnings,
        meta=document.meta,
    )


def _check(document: Document, path: Path) -> None:
    at = f"{path}: trajectory"
    if not document.instruction.strip():
        raise UnreadableTrajectory(f"{at}.instruction: empty; say what the agent was asked to do")
    if document.format and not FORMAT.fullmatch(document.format):
        raise UnreadableTrajectory(f"{at}.format: expected a short name such as webvoyager")
    if not document.steps:
        raise UnreadableTrajectory(f"{at}.steps: empty; record at least one step")
    if len(document.steps) > MAX_STEPS or len(document.screens) > MAX_PICTURES:
        raise UnreadableTrajectory(
            f"{at}: more than {MAX_STEPS} steps or {MAX_PICTURES} screens; split the recording"
        )
    if sum(len(step.actions) for step in document.steps) > MAX_RUN_ACTIONS:
        raise UnreadableTrajectory(f"{at}: more than {MAX_RUN_ACTIONS} actions; split it")
    for number, step in enumerate(document.steps):
        check_step(step, len(document.screens), f"{at}.steps[{number}]")


def write(recording: Recording, folder: Path) -> Path:
    """Write a recording in this format into a folder that has none yet; returns the folder.

    Raises UnreadableTrajectory where a picture cannot be read or the folder is taken.
    """
    trajectory = recording.trajectory
    names = names_of(recording.pictures)
    document = Document(
        themis=VERSION,
        instruction=trajectory.instruction,
        platform=trajectory.platform,
        steps=trajectory.steps,
        screens=names,
        label=trajectory.label,
        ending=trajectory.ending,
        format="" if trajectory.format == Native.name else trajectory.format,
        warnings=trajectory.warnings,
        meta=trajectory.meta,
    )
    lay_out(recording.pictures, names, folder)
    return put(encode(document), folder / FILE, indent=1)
