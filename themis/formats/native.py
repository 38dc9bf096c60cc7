"""Themis' own format, read and written: trajectory.json and its pictures in one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from themis.domain.action import MODES, Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Platform, Step, Trajectory
from themis.domain.wire import decode, encode, upgraded
from themis.formats.bounds import MAX_ACTIONS, MAX_FILE, MAX_PICTURES, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.contract import Picture, Recording
from themis.formats.files import is_plain, peek
from themis.formats.jsonfile import read_json
from themis.formats.pictures import Album

VERSION = "trajectory/2"
_OLDER = "trajectory/1"
FILE = "trajectory.json"
STATUSES = ("success", "failure", "infeasible")
_MARK = '"themis"'
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
    meta: Json = None


class Native:
    """The format to write if you control the recorder."""

    name = "themis"
    title = "Themis"
    marks = f'trajectory.json with "themis": "{VERSION}"'

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its trajectory.json names Themis or is no JSON object at all."""
        path = folder / FILE
        if FILE in names and is_plain(path):
            content = peek(path, limit=MAX_FILE)
            if _MARK in content or not content.lstrip().startswith("{"):
                yield folder

    def read(self, source: Path) -> Recording:
        """One recording, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        path = folder / FILE if source.is_dir() else source
        data = read_json(path, strict=True)
        if not isinstance(data, dict) or data.get("themis") not in (VERSION, _OLDER):
            raise UnreadableTrajectory(f'{path}: themis: expected "{VERSION}"; convert the file')
        if data["themis"] == _OLDER:
            data = upgraded(data)
        document = decode(Document, data, at=f"{path}: trajectory")
        check(document, f"{path}: trajectory")
        album = Album(str(path))
        for position, name in enumerate(document.screens):
            _add_screen(album, folder, name, f"{path}: screens[{position}]")
        return Recording(trajectory=trajectory_of(document), pictures=album.pictures)


def _add_screen(album: Album, folder: Path, name: str, at: str) -> None:
    before = len(album.pictures)
    if album.add_file(folder, name) is None:
        raise UnreadableTrajectory(
            f"{at}: {name!r:.200} is no plain file inside the folder; give a relative path"
            " without '..' and without links, or put the picture there"
        )
    if len(album.pictures) == before:
        raise UnreadableTrajectory(f"{at}: {name!r:.200} is listed twice; refer to it by position")


def trajectory_of(document: Document) -> Trajectory:
    """The domain value, its screens still to be filled in."""
    return Trajectory(
        instruction=document.instruction,
        platform=document.platform,
        steps=document.steps,
        label=document.label,
        ending=document.ending,
        format=Native.name,
        meta=document.meta,
    )


def check(document: Document, at: str) -> None:
    """Raise UnreadableTrajectory, beginning with `at`, for what the format does not allow."""
    if not document.instruction.strip():
        raise UnreadableTrajectory(f"{at}.instruction: empty; say what the agent was asked to do")
    if not document.steps:
        raise UnreadableTrajectory(f"{at}.steps: empty; record at least one step")
    check_counts(document, at)
    check_steps(document.steps, len(document.screens), at)


def check_counts(document: Document, at: str) -> None:
    """Raise UnreadableTrajectory for more steps, screens or actions than are taken."""
    if len(document.steps) > MAX_STEPS or len(document.screens) > MAX_PICTURES:
        raise UnreadableTrajectory(
            f"{at}: more than {MAX_STEPS} steps or {MAX_PICTURES} screens; split the recording"
        )
    if sum(len(step.actions) for step in document.steps) > MAX_RUN_ACTIONS:
        raise UnreadableTrajectory(f"{at}: more than {MAX_RUN_ACTIONS} actions; split it")


def check_steps(steps: tuple[Step, ...], n_screens: int, at: str) -> None:
    """Raise UnreadableTrajectory for steps that refer to screens or act as none can."""
    for number, step in enumerate(steps):
        _check_step(step, n_screens, f"{at}.steps[{number}]")


def _check_step(step: Step, n_screens: int, at: str) -> None:
    for name, position in (("before", step.before), ("after", step.after)):
        if position is not None and not 0 <= position < n_screens:
            raise UnreadableTrajectory(
                f"{at}.{name}: {position} is no position in screens, which has {n_screens}"
            )
    if len(step.actions) > MAX_ACTIONS:
        raise UnreadableTrajectory(f"{at}.actions: more than {MAX_ACTIONS}; split the step")
    for number, action in enumerate(step.actions):
        if wrong := _wrong_with(action):
            raise UnreadableTrajectory(f"{at}.actions[{number}].{wrong}")


def _wrong_with(action: Action) -> str:
    if len(action.path) == 1:
        return "path: one point is no way; give two or more"
    if action.count < 1:
        return f"count: {action.count} is too few; 1 is the least"
    if action.seconds is not None and action.seconds < 0:
        return "seconds: cannot be negative"
    if action.box is not None and (action.box.width < 0 or action.box.height < 0):
        return "box: cannot have a negative size"
    if action.mode is not None and action.mode not in MODES.get(action.type, ()):
        allowed = ", ".join(MODES.get(action.type, ())) or "none"
        return f"mode: {action.mode!r:.40} is no way of {action.type.value}; there are {allowed}"
    if action.status is not None and action.status not in STATUSES:
        return f"status: expected one of {', '.join(STATUSES)}"
    if action.type is ActionType.TERMINATE and action.status is None:
        return f"status: missing; a terminate says {', '.join(STATUSES)}"
    return ""


def write(recording: Recording, folder: Path) -> Path:
    """Write a recording in this format into a folder that has none yet; returns the folder.

    Raises UnreadableTrajectory where a picture cannot be read or the folder is taken.
    """
    trajectory = recording.trajectory
    names = tuple(_name(number, each) for number, each in enumerate(recording.pictures, 1))
    document = Document(
        themis=VERSION,
        instruction=trajectory.instruction,
        platform=trajectory.platform,
        steps=trajectory.steps,
        screens=names,
        label=trajectory.label,
        ending=trajectory.ending,
        meta=trajectory.meta,
    )
    try:
        (folder / "screens").mkdir(parents=True)
        for name, picture in zip(names, recording.pictures, strict=True):
            _copy(picture, folder / name)
        text = json.dumps(encode(document), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UnreadableTrajectory(
            f"{folder}: cannot be written ({error.strerror}); choose an empty folder"
        ) from error
    return folder


def _name(number: int, picture: Picture) -> str:
    ending = PurePath(picture.name).suffix.lower()
    return f"screens/{number:04}{ending if ending in ('.png', '.jpg', '.jpeg', '.webp') else ''}"


def _copy(picture: Picture, target: Path) -> None:
    if picture.path is not None:
        shutil.copyfile(picture.path, target, follow_symlinks=False)
    else:
        target.write_bytes(picture.content or b"")
