"""AndroidWorld's checkpoints: a gzipped pickle of one episode, its steps as a dict of lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Platform, Trajectory
from themis.formats.androidworld.pixels import Pixels
from themis.formats.androidworld.turn import ending, read_turn
from themis.formats.bounds import MAX_PEEK, MAX_STEPS
from themis.formats.contract import Recording
from themis.formats.fields import number, text
from themis.formats.files import is_plain
from themis.formats.inert import Admitted, things, withheld
from themis.formats.onefile import only_file
from themis.formats.pickles import Held, as_json, begins, read_pickle

ADMITTED: Admitted = {
    **things(
        "android_world.env.representation_utils.UIElement",
        "android_world.env.representation_utils.BoundingBox",
        "android_world.env.json_action.JSONAction",
        "requests.models.Response",
        "requests.structures.CaseInsensitiveDict",
    ),
    **withheld(
        "requests.models.PreparedRequest",
        "requests.cookies.RequestsCookieJar",
        "http.cookiejar.DefaultCookiePolicy",
        "http.cookiejar.Cookie",
    ),
}
"""What the agents of AndroidWorld leave in their steps, beside plain data and pixels."""

_NAMES = (".pkl.gz", ".pkl", ".pickle", ".gz")
_WORDS = (b"task_template", b"episode_data")
_STEP = "step_number"


class AndroidWorldCheckpoint:
    """Episodes as AndroidWorld's runner saves them, of any of its agents."""

    name = "androidworld"
    title = "AndroidWorld checkpoint"
    marks = "a pickle, gzipped or not, with task_template and episode_data"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """Each file that begins like an episode."""
        for name in sorted(names):
            path = folder / name
            if name.endswith(_NAMES) and is_plain(path):
                begin = begins(path, MAX_PEEK)
                if all(word in begin for word in _WORDS):
                    yield path

    def read(self, source: Path) -> Recording:
        """One episode, whole; raises UnreadableTrajectory with file, field and remedy."""
        source = only_file(self, source)
        episode = _episode(read_pickle(source, ADMITTED), source)
        warnings: list[str] = []
        table = _table(episode.get("episode_data"), source, warnings)
        pixels = Pixels(str(source))
        steps = tuple(
            read_turn({name: as_json(held) for name, held in row.items()}, pixels.of(row))
            for row in table
        )
        told = {name: as_json(held) for name, held in episode.items()}
        instruction = text(told.get("goal"))
        if not instruction:
            raise UnreadableTrajectory(f"{source}: goal: expected a text; save the episode again")
        label = _label(told.get("is_successful"), warnings)
        if not any(step.actions for step in steps):
            warnings.append("no action is recorded, only what the agent says of them")
        trajectory = Trajectory(
            instruction=instruction,
            platform=Platform.ANDROID,
            steps=steps,
            label=label.label,
            ending=ending(steps),
            format=self.name,
            warnings=tuple(warnings),
            meta=_meta(told, label),
        )
        return Recording(trajectory=trajectory, pictures=pixels.pictures)


def _episode(held: Held, source: Path) -> dict[str, Held]:
    episodes = held if isinstance(held, list) else [held]
    if len(episodes) != 1:
        raise UnreadableTrajectory(
            f"{source}: holds {len(episodes)} episodes; save each in a file of its own"
        )
    episode = episodes[0]
    if not isinstance(episode, dict):
        raise UnreadableTrajectory(f"{source}: holds no episode; save the run again")
    return episode


def _table(held: Held, source: Path, warnings: list[str]) -> list[dict[str, Held]]:
    """The steps of a dict of lists, each list one field of every step."""
    lists = {name: each for name, each in _record(held).items() if isinstance(each, list)}
    count = max(map(len, lists.values()), default=0)
    if count == 0:
        raise UnreadableTrajectory(
            f"{source}: episode_data: holds no step; the run broke off before it began"
        )
    if count > MAX_STEPS:
        raise UnreadableTrajectory(f"{source}: more than {MAX_STEPS} steps; split the recording")
    for name, each in lists.items():
        if len(each) != count:
            warnings.append(
                f"{name:.60}: {len(each)} entries for {count} steps; they may stand at the wrong"
                " step"
            )
    return [
        {name: each[at] for name, each in lists.items() if at < len(each)} for at in range(count)
    ]


def _record(held: Held) -> dict[str, Held]:
    return held if isinstance(held, dict) else {}


@dataclass(frozen=True, slots=True)
class _Score:
    """What AndroidWorld's evaluator said."""

    label: Label | None
    score: float | None


def _label(held: Json, warnings: list[str]) -> _Score:
    score = number(held)
    if isinstance(held, bool):
        score = float(held)
    label = {1.0: Label.PASSED, 0.0: Label.FAILED}.get(score) if score is not None else None
    if score is None:
        warnings.append("is_successful is no number: the task was not evaluated; no label")
    elif label is None:
        warnings.append(f"is_successful is {score:g}, neither 0 nor 1; no label")
    return _Score(label, score)


def _meta(told: dict[str, Json], score: _Score) -> dict[str, Json]:
    """What stands beside the steps; the score among it only where it is no label."""
    left_out = ("goal", "episode_data", "is_successful")
    meta: dict[str, Json] = {
        name: held for name, held in told.items() if name not in left_out and held is not None
    }
    if score.label is None and score.score is not None:
        meta["score"] = score.score
    return meta
