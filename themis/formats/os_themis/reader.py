"""Runs in OS-Themis' layout: trajectory.json with the reasoning, action and screen of each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Step, Trajectory
from themis.formats.actions.guess import understood
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE, MAX_FILE, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.chat.embedded import Embedded
from themis.formats.contract import Recording
from themis.formats.fields import items, record, text
from themis.formats.files import is_plain, peek
from themis.formats.frame import Frame
from themis.formats.jsonfile import parse, read_json
from themis.formats.native import FILE
from themis.formats.os_themis import names as known
from themis.formats.pictures import size_in
from themis.formats.toplevel import behind


class OsThemis:
    """Runs as the OS-Themis critic takes them."""

    name = "os-themis"
    title = "OS-Themis"
    marks = "trajectory.json with a task and steps that have an action beside a screenshot"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its trajectory.json holds such steps."""
        path = folder / FILE
        if FILE not in names or not is_plain(path):
            return
        content = peek(path, limit=MAX_FILE)
        if any(behind(content, name) is not None for name in known.FOREIGN):
            return
        try:
            data = parse(content, at=str(path))
        except UnreadableTrajectory:
            return
        if known.steps_of(data):
            yield folder

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = source / FILE if source.is_dir() else source
        data = read_json(path)
        steps = known.steps_of(data)
        if not steps:
            raise UnreadableTrajectory(
                f"{path}: steps: none has an action beside a screenshot or a thought"
            )
        if len(steps) > MAX_STEPS:
            raise UnreadableTrajectory(f"{path}: more than {MAX_STEPS} steps; split the run")
        task = known.task_of(data)
        if not task.strip():
            raise UnreadableTrajectory(
                f"{path}: instruction: missing; say beside the steps what the agent was asked to do"
            )
        return _Run(path, data).recording(task)


class _Run:
    """One file, made into steps."""

    def __init__(self, path: Path, data: Json) -> None:
        self._path = path
        self._inside = Embedded(path)
        self._data = self._inside.without(data, path.name)
        self._album = self._inside.album
        self._warnings = self._inside.warnings
        self._n_actions = 0

    def recording(self, task: str) -> Recording:
        steps = known.steps_of(self._data)
        befores, afters = self._screens(steps)
        read = tuple(
            self._step(step, number, before, after)
            for number, (step, before, after) in enumerate(
                zip(steps, befores, afters, strict=True), 1
            )
        )
        trajectory = Trajectory(
            instruction=task,
            platform=known.platform_of(self._data),
            steps=read,
            ending=_ending(read),
            format=OsThemis.name,
            warnings=tuple(self._warnings),
            meta=_meta(self._data),
        )
        return Recording(trajectory=trajectory, pictures=self._album.pictures)

    def _screens(self, steps: list[dict[str, Json]]) -> tuple[list[int | None], list[int | None]]:
        """Before and after each step: what comes before a step comes after the one before it."""
        whole = record(self._data)
        listed = items(known.first(whole, known.ALL_SCREENS))
        own = [known.first(step, known.BEFORE) for step in steps]
        paths = own if any(own) else [*listed, *[None] * len(steps)][: len(steps)]
        last = known.first(whole, known.LAST)
        if last is None and not any(own) and len(listed) > len(steps):
            last = listed[len(steps)]
        befores = [self._shot(path, number) for number, path in enumerate(paths, 1)]
        following = [*befores[1:], self._shot(last, len(steps))]
        told = [self._shot(known.first(step, known.AFTER), at) for at, step in enumerate(steps, 1)]
        afters = [
            later if said is None else said for said, later in zip(told, following, strict=True)
        ]
        return befores, afters

    def _shot(self, path: Json, number: int) -> int | None:
        name = text(path)
        if not name:
            return None
        if (held := self._inside.standing(name)) is not None:
            return held
        position = self._album.add_file(self._path.parent, name)
        if position is None:
            self._warnings.append(
                f"step {number}: the screenshot {name!r:.200} is no file inside the folder"
            )
        return position

    def _step(
        self, step: dict[str, Json], number: int, before: int | None, after: int | None
    ) -> Step:
        size = None if before is None else size_in(self._album.pictures[before])
        told = known.first(step, known.ACTIONS)
        payloads = told if isinstance(told, list) else [] if told is None else [told]
        actions = tuple(
            action for payload in payloads for action in _actions(payload, Frame(picture=size))
        )
        self._n_actions += len(actions)
        if len(actions) > MAX_ACTIONS or self._n_actions > MAX_RUN_ACTIONS:
            raise UnreadableTrajectory(
                f"{self._path}: step {number}: more than {MAX_ACTIONS} actions, or"
                f" {MAX_RUN_ACTIONS} in the run; split it"
            )
        return Step(
            thought=text(known.first(step, known.THOUGHTS)),
            actions=actions,
            before=before,
            after=after,
            error=text(known.first(step, known.ERRORS)) or None,
            raw=step,
        )


def _actions(payload: Json, frame: Frame) -> tuple[Action, ...]:
    found = understood(payload, frame)
    if found:
        return (replace(found[0], raw=payload), *found[1:])
    written = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    held = record(payload)
    name = text(held.get("action_type") or held.get("type") or held.get("name"))
    return (Action(type=ActionType.TOOL_CALL, name=name, text=written[:MAX_CODE], raw=payload),)


def _ending(steps: tuple[Step, ...]) -> Ending:
    last = next(reversed(steps[-1].actions), None)
    if last is None or last.type is not ActionType.TERMINATE:
        return Ending()
    claim = Claim.SUCCESS if last.status == "success" else Claim.FAILURE
    return Ending(claim=claim, answer=last.text)


def _meta(data: Json) -> Json:
    """Everything beside the steps: labels and scores stay here, their meaning is not published."""
    whole = record(data)
    steps = known.first(whole, known.STEPS)
    return {name: held for name, held in whole.items() if held is not steps} or None
