"""WebVoyager runs: interact_messages.json and screenshotN.png, taken before the Nth reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from themis.domain.action import ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Step, Trajectory
from themis.formats.bounds import MAX_PICTURES, MAX_STEPS
from themis.formats.contract import Recording
from themis.formats.fields import record, text, words
from themis.formats.files import is_plain, names_in, peek
from themis.formats.jsonfile import read_json
from themis.formats.pictures import Album
from themis.formats.webvoyager.text import (
    TASK,
    Observation,
    parse_task,
    read_observation,
    read_reply,
)

MESSAGES = "interact_messages.json"
_SCREEN = re.compile(r"screenshot([1-9][0-9]{0,4})\.(?:png|jpe?g|webp)")
_UNMARKED = re.compile(r"screenshot[1-9][0-9]{0,4}_no_box\.(?:png|jpe?g|webp)")


class Webvoyager:
    """Runs as WebVoyager itself writes them."""

    name = "webvoyager"
    title = "WebVoyager"
    marks = "interact_messages.json, a list of chat messages with 'Now given a task:'"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its messages, under whatever name, are those of WebVoyager."""
        if _messages_in(folder, names) is not None:
            yield folder

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        names = frozenset(names_in(folder, most=MAX_PICTURES))
        path = _messages_in(folder, names) if source.is_dir() else source
        if path is None:
            raise UnreadableTrajectory(f"{folder}: no {MESSAGES}; put it beside the screenshots")
        messages = read_json(path)
        if not isinstance(messages, list) or not messages:
            raise UnreadableTrajectory(f"{path}: expected a list of messages; export the run again")
        album = Album(str(path))
        screens = _screens(folder, names, album)
        return _Conversation(path, messages, screens).recording(album)


def _messages_in(folder: Path, names: frozenset[str]) -> Path | None:
    """interact_messages.json, unless it is plainly somebody else's; or what reads like it."""
    path = folder / MESSAGES
    if MESSAGES in names and is_plain(path):
        begin = peek(path).lstrip()
        return path if TASK in begin or not begin.startswith("{") else None
    if "screenshot1.png" not in names:
        return None
    others = (folder / name for name in sorted(names) if name.endswith(".json"))
    return next((each for each in others if is_plain(each) and TASK in peek(each)), None)


def _screens(folder: Path, names: frozenset[str], album: Album) -> dict[int, int]:
    """Where each numbered screenshot stands among the pictures.

    Copies without the numbered boxes follow after them: no step was decided on them, but they
    show what the boxes hide.
    """
    numbered = {int(match[1]): name for name in sorted(names) if (match := _SCREEN.fullmatch(name))}
    added = {number: album.add_file(folder, numbered[number]) for number in sorted(numbered)}
    for name in sorted(filter(_UNMARKED.fullmatch, names), key=lambda name: (len(name), name)):
        album.add_file(folder, name)
    return {number: position for number, position in added.items() if position is not None}


class _Conversation:
    """The messages of one run, made into steps."""

    def __init__(self, path: Path, messages: list[Json], screens: dict[int, int]) -> None:
        self._path = path
        self._screens = screens
        self._warnings: list[str] = []
        self._steps: list[Step] = []
        self._instruction = ""
        self._url = ""
        seen = Observation()
        for message in map(record, messages):
            said = words(message.get("content"))
            if text(message.get("role")) == "user":
                seen = self._heard(said)
            elif text(message.get("role")) == "assistant":
                self._replied(said, seen)
                seen = Observation()

    def _heard(self, said: str) -> Observation:
        task = parse_task(said)
        if task is not None and not self._instruction:
            self._instruction, self._url = task.instruction, task.url
        seen = read_observation(said)
        if seen.note and self._steps:
            self._warnings.append(f"step {len(self._steps)}: the harness noted: {seen.note}")
        if seen.refusal and self._steps:
            self._steps[-1] = replace(self._steps[-1], error=seen.refusal)
        return seen

    def _replied(self, said: str, seen: Observation) -> None:
        number = len(self._steps) + 1
        if number > MAX_STEPS:
            raise UnreadableTrajectory(f"{self._path}: more than {MAX_STEPS} steps; split the run")
        thought, actions = read_reply(said, seen.elements)
        if number not in self._screens and not seen.refusal:
            self._warnings.append(f"step {number}: screenshot{number}.png is not in the folder")
        self._steps.append(
            Step(
                thought=thought,
                actions=actions,
                before=self._screens.get(number),
                after=self._screens.get(number + 1),
                before_ui=seen.ui or None,
            )
        )

    def recording(self, album: Album) -> Recording:
        if not self._instruction:
            raise UnreadableTrajectory(
                f"{self._path}: no message says '{TASK} ...'; keep the first user message"
            )
        if not self._steps:
            raise UnreadableTrajectory(
                f"{self._path}: holds no reply of the agent; record it again"
            )
        trajectory = Trajectory(
            instruction=self._instruction,
            platform=Platform.WEB,
            steps=tuple(self._steps),
            ending=self._ending(),
            format=Webvoyager.name,
            warnings=tuple(self._warnings),
            meta=self._meta(),
        )
        return Recording(trajectory=trajectory, pictures=album.pictures)

    def _ending(self) -> Ending:
        last = next(iter(self._steps[-1].actions), None)
        if last is None or last.type is not ActionType.TERMINATE:
            return Ending()
        return Ending(claim=Claim.SUCCESS, answer=last.text)

    def _meta(self) -> dict[str, Json]:
        task = self._path.absolute().parent.name.removeprefix("task")
        return {"task": task, "start_url": self._url} if self._url else {"task": task}
