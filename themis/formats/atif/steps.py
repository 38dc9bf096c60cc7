"""The steps of an ATIF document: what the agent saw before each, what it did, what came back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from themis.domain.action import Action
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Step
from themis.domain.wire import decode, encode
from themis.formats.atif.calls import own_mark, read_call
from themis.formats.atif.content import complaint, paths_of, results_of, seen
from themis.formats.bounds import MAX_ACTIONS, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.fields import items, record, text, words
from themis.formats.frame import Frame
from themis.formats.pictures import Album, Size, size_in
from themis.formats.sound import check_step

_SAID_ELSEWHERE = ("tool_calls",)  # each call is the raw of its action


class Steps:
    """The agent's steps in order, those of embedded subagents where they were called."""

    def __init__(self, at: str, folder: Path, album: Album) -> None:
        self.found: list[Step] = []
        self.warnings: list[str] = []
        self._at = at
        self._folder = folder
        self._album = album
        self._shown: int | None = None  # the picture the agent saw last
        self._n_actions = 0

    def add(self, step: dict[str, Json], at: str, actor: str | None) -> None:
        """One step of any source; what is not the agent's only changes what it sees."""
        shots = self._shots(paths_of(step.get("message")), at)
        came = [path for each in results_of(step) for path in paths_of(each.get("content"))]
        after = self._shots(came, at)
        if step.get("source") == "agent":
            self._act(step, at, actor, after)
        elif (shots or after) and self.found and self.found[-1].after is None:
            self.found[-1] = replace(self.found[-1], after=(shots or after)[0])
        self._shown = next(iter((*after[::-1], *shots[::-1])), self._shown)

    def _act(self, step: dict[str, Json], at: str, actor: str | None, after: list[int]) -> None:
        if len(self.found) >= MAX_STEPS:
            raise UnreadableTrajectory(f"{self._at}: more than {MAX_STEPS} steps; split the run")
        thoughts = (text(step.get("reasoning_content")), words(step.get("message")))
        mark = own_mark(step)
        position = len(self.found) + 1
        read = Step(
            thought="\n\n".join(filter(None, thoughts)),
            actions=self._actions(step, at),
            before=self._shown,
            after=after[-1] if after else None,
            after_ui=seen(step),
            error=complaint(step),
            actor=actor,
            number=_whole(step.get("step_id")) if mark is None else None,
            started_at=text(step.get("timestamp")) or None,
            raw=_rest(step) if mark is None else None,
        )
        if read.number == position:
            read = replace(read, number=None)
        if mark is not None:
            read = decode(Step, {**record(encode(read)), **mark}, at=f"{at}.extra.themis")
            check_step(read, len(self._album.pictures), f"{at}.extra.themis")
        self.found.append(read)

    def _actions(self, step: dict[str, Json], at: str) -> tuple[Action, ...]:
        frame = Frame(picture=self._size())
        calls = items(step.get("tool_calls"))
        found = tuple(
            action
            for number, call in enumerate(calls)
            for action in read_call(call, frame, f"{at}.tool_calls[{number}]")
        )
        self._n_actions += len(found)
        if len(found) > MAX_ACTIONS or self._n_actions > MAX_RUN_ACTIONS:
            raise UnreadableTrajectory(
                f"{at}: more than {MAX_ACTIONS} actions, or {MAX_RUN_ACTIONS} in the run; split it"
            )
        return found

    def _shots(self, paths: list[str], at: str) -> list[int]:
        added = [(path, self._album.add_file(self._folder, path)) for path in paths]
        self.warnings += [
            f"{at}: the picture {path!r:.200} is no file inside the folder"
            for path, position in added
            if position is None
        ]
        return [position for _, position in added if position is not None]

    def _size(self) -> Size | None:
        return None if self._shown is None else size_in(self._album.pictures[self._shown])


def _rest(step: dict[str, Json]) -> Json:
    told = isinstance(step.get("tool_calls"), list)
    return {name: held for name, held in step.items() if not (told and name in _SAID_ELSEWHERE)}


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
