"""Episodes of Android in the Zoo: a JSON list of steps, each with the screen before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Step, Trajectory
from themis.formats.actions import aitw
from themis.formats.aitw.elements import KEYS, Element, as_text, elements_of, hit
from themis.formats.bounds import MAX_STEPS
from themis.formats.contract import Recording
from themis.formats.fields import text
from themis.formats.files import is_plain, peek
from themis.formats.frame import Frame
from themis.formats.jsonfile import read_json
from themis.formats.onefile import only_file
from themis.formats.pictures import Album

_WORDS = (('"episode_id"',), ('"result_action_type"', '"results/action_type"'))
_GOALS = ("instruction", "goal_info")
_IMAGES = ("image_path", "image_full_path", "image")
_THOUGHT = "coat_action_think"
_OF_RUN = ("instruction", "goal_info", "episode_id", "episode_length", "image/encoded", _THOUGHT)


class Aitw:
    """Demonstrations in AITZ's files, and in AITW's fields where they were exported as JSON."""

    name = "aitw"
    title = "AITW / AITZ"
    marks = "a .json list of steps with episode_id and result_action_type"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """Each file that begins like an episode."""
        for name in sorted(names):
            path = folder / name
            if name.endswith(".json") and is_plain(path):
                begin = peek(path)
                if all(any(word in begin for word in either) for either in _WORDS):
                    yield path

    def read(self, source: Path) -> Recording:
        """One episode, whole; raises UnreadableTrajectory with file, field and remedy."""
        source = only_file(self, source)
        rows = _rows(read_json(source), source)
        instruction = next((text(rows[0][name]) for name in _GOALS if text(rows[0].get(name))), "")
        if not instruction:
            raise UnreadableTrajectory(
                f"{source}: instruction: expected a text; export the episode again"
            )
        episode = _Episode(source)
        for row in rows:
            episode.take(row)
        steps = episode.finished()
        trajectory = Trajectory(
            instruction=instruction,
            platform=Platform.ANDROID,
            steps=steps,
            ending=_ending(steps[-1].actions[0]),
            format=self.name,
            warnings=tuple(episode.warnings),
            meta=_meta(rows[0]),
        )
        return Recording(trajectory=trajectory, pictures=episode.album.pictures)


def _rows(held: Json, source: Path) -> list[dict[str, Json]]:
    rows = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    if not rows or not isinstance(held, list) or len(rows) != len(held):
        raise UnreadableTrajectory(f"{source}: expected a list of steps; export the episode again")
    if len(rows) > MAX_STEPS:
        raise UnreadableTrajectory(f"{source}: more than {MAX_STEPS} steps; split the recording")
    if len({str(row.get("episode_id")) for row in rows}) > 1:
        raise UnreadableTrajectory(
            f"{source}: episode_id: holds several episodes; save each in a file of its own"
        )
    return rows


class _Episode:
    """Steps and pictures while the rows are read."""

    def __init__(self, source: Path) -> None:
        self.album = Album(str(source))
        self.warnings: list[str] = []
        self._folder = source.parent
        self._steps: list[Step] = []

    def take(self, row: dict[str, Json]) -> None:
        """The next step."""
        position = self._screen(row)
        elements = elements_of(row)
        number = row.get("step_id")
        is_counted = number is None or number == len(self._steps)
        self._steps.append(
            Step(
                thought=text(row.get(_THOUGHT)),
                actions=(
                    _on_element(_action(row, Frame(picture=self.album.size(position))), elements),
                ),
                before=position,
                before_ui=as_text(elements),
                number=number if isinstance(number, int) and not is_counted else None,
                raw=_kept(row),
            )
        )

    def finished(self) -> tuple[Step, ...]:
        """The steps; what is before the next one is after each."""
        following = [*self._steps[1:], None]
        return tuple(
            step if then is None else replace(step, after=then.before)
            for step, then in zip(self._steps, following, strict=True)
        )

    def _screen(self, row: dict[str, Json]) -> int | None:
        """The picture by its name alone: the path is that of the data set, not of the file."""
        named = next((text(row[name]) for name in _IMAGES if text(row.get(name))), "")
        name = PurePosixPath(named).name
        position = self.album.add_file(self._folder, name) if name else None
        if position is None:
            told = f"{name:.120} is not in the folder" if name else "no screen is named"
            self.warnings.append(f"step {len(self._steps) + 1}: {told}")
        return position


def _action(row: dict[str, Json], frame: Frame) -> Action:
    given = {name: held for name, held in row.items() if _is_of_action(name)}
    return aitw.read_action(given, frame)


def _is_of_action(name: str) -> bool:
    return name.startswith(("result_", "results/"))


def _on_element(action: Action, elements: tuple[Element, ...]) -> Action:
    """A tap with the element it falls on."""
    if action.type is not ActionType.CLICK or action.point is None:
        return action
    under = hit(elements, action.point)
    return action if under is None else replace(action, box=under.box, element=under.name)


def _kept(row: dict[str, Json]) -> dict[str, Json] | None:
    left_out = (*_OF_RUN, *KEYS)
    kept = {
        name: held for name, held in row.items() if name not in left_out and not _is_of_action(name)
    }
    return kept or None


def _ending(last: Action) -> Ending:
    if last.type is not ActionType.TERMINATE:
        return Ending()
    return Ending(claim=Claim.SUCCESS if last.status == "success" else Claim.FAILURE)


def _meta(row: dict[str, Json]) -> dict[str, Json]:
    subset = PurePosixPath(text(row.get("image_path"))).parts[:1]
    told: dict[str, Json] = {"episode_id": row.get("episode_id")}
    return {**told, "subset": subset[0]} if subset else told
