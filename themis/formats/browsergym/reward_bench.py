"""AgentRewardBench's cleaned trajectories: one JSON file a run of AgentLab."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats.bounds import MAX_STEPS
from themis.formats.browsergym.axtree import as_text
from themis.formats.browsergym.goal import without_pictures
from themis.formats.browsergym.label import judged
from themis.formats.browsergym.steps import Observed, acted, ending_of, steps_of
from themis.formats.contract import Recording
from themis.formats.fields import items, number, record, text
from themis.formats.files import is_folder, is_plain, peek, upward
from themis.formats.jsonfile import read_json
from themis.formats.onefile import file_of, sources
from themis.formats.pictures import Album, Size

_BEGINS = re.compile(r'\s*\{\s*"benchmark"\s*:')
_HOLDS = ('"goal"', '"summary_info"', '"experiment"')
_SCREENS = "screenshots"  # of the data set, beside the folder of the trajectories
_UP = 6  # folders from a trajectory to the data set's own: cleaned/benchmark/agent/experiment
# The page and the prompts, told over and over.
_RETOLD = frozenset(("axtree", "axtree_pruned", "axtree_obj", "chat_messages", "bounding_boxes"))
_TOLD = _RETOLD | {"num", "action", "reasoning", "extra_element_properties", "screenshot_path"}


class AgentRewardBench:
    """Trajectories as AgentRewardBench publishes them."""

    name = "agent-reward-bench"
    title = "AgentRewardBench"
    marks = "a .json that begins with benchmark and has goal, summary_info and steps"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if it holds one; each file, if it holds several."""
        yield from sources(folder, _ours_in(folder, names))

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = file_of(source, _ours_in, "trajectory")
        document = record(read_json(path))
        goal = text(document.get("goal")).strip()
        if not goal:
            raise UnreadableTrajectory(f"{path}: goal: expected what was asked; put it there")
        shots = _Shots(path, Album(str(path)))
        steps = _steps(items(document.get("steps")), shots, path)
        verdict = judged(record(document.get("summary_info")), path.stem)
        warnings = (*shots.warnings, *filter(None, [verdict.why_not]))
        trajectory = Trajectory(
            instruction=goal,
            platform=Platform.WEB,
            steps=steps,
            label=verdict.label,
            ending=ending_of(steps),
            format=AgentRewardBench.name,
            warnings=warnings,
            meta={
                "task": path.stem,
                **{key: value for key, value in document.items() if key not in ("steps", "logs")},
            },
        )
        return Recording(trajectory=trajectory, pictures=shots.album.pictures)


def _ours_in(folder: Path, names: frozenset[str]) -> list[Path]:
    files = (folder / name for name in sorted(names) if name.endswith(".json"))
    return [path for path in files if is_plain(path) and _is_ours(path)]


def _is_ours(path: Path) -> bool:
    begin = peek(path)
    return bool(_BEGINS.match(begin)) and all(key in begin for key in _HOLDS)


def _steps(entries: list[Json], shots: _Shots, path: Path) -> tuple[Step, ...]:
    if len(entries) > MAX_STEPS:
        raise UnreadableTrajectory(f"{path}: more than {MAX_STEPS} steps; split the run")
    observed = [_observed(record(entry), at, shots) for at, entry in enumerate(entries)]
    steps = steps_of(observed)
    if not steps:
        raise UnreadableTrajectory(f"{path}: steps: none has an action; convert it again")
    return steps


class _Shots:
    """The screenshots of one run, beside it or in the data set's own folder of them."""

    def __init__(self, source: Path, album: Album) -> None:
        self.album = album
        self.warnings: list[str] = []
        self._folders = [source.parent / source.stem, source.parent]
        tree = next((each for each in upward(source.parent, most=_UP) if _is_set(each)), None)
        self._set = tree

    def of(self, path: str, at: int) -> tuple[int | None, Size | None]:
        """The position of a screen and its size, by the path the step gives."""
        for folder, name in self._places(path):
            position = self.album.add_file(folder, name)
            if position is not None:
                return position, self.album.size(position)
        self.warnings.append(f"step {at}: screenshot {path:.200} is not there")
        return None, None

    def _places(self, path: str) -> Iterator[tuple[Path, str]]:
        parts = PurePosixPath(path).parts
        if not parts:
            return
        yield from ((folder, parts[-1]) for folder in self._folders)
        if self._set is not None and _SCREENS in parts:
            yield self._set, "/".join(parts[parts.index(_SCREENS) :])


def _is_set(folder: Path) -> bool:
    return is_folder(folder / _SCREENS) and is_folder(folder / "cleaned")


def _observed(entry: dict[str, Json], at: int, shots: _Shots) -> Observed:
    own = number(entry.get("num"))
    picture, size = shots.of(text(entry.get("screenshot_path")), at)
    elements = entry.get("extra_element_properties") or entry.get("bounding_boxes")
    beside: dict[str, Json] = {key: value for key, value in entry.items() if key not in _TOLD}
    return Observed(
        number=int(own) if own is not None and 0 <= own <= MAX_STEPS else at,
        actions=acted(text(entry.get("action")) or None, elements, size),
        thought=text(entry.get("reasoning")),
        picture=picture,
        ui=text(entry.get("axtree")) or as_text(entry.get("axtree_obj")) or None,
        error=text(entry.get("last_action_error")) or None,
        raw=without_pictures(beside),
    )
