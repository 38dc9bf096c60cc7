"""OSWorld runs: traj.jsonl, screenshots beside it, result.txt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats.actions.mouse import Mouse
from themis.formats.bounds import MAX_ACTIONS, MAX_RUN_ACTIONS
from themis.formats.chat.embedded import Embedded
from themis.formats.claims import ending_of
from themis.formats.contract import Reader, Recording
from themis.formats.files import is_plain, peek
from themis.formats.frame import Frame
from themis.formats.jsonfile import parse
from themis.formats.osworld.actions import actions_of
from themis.formats.osworld.inline import fill, take_out
from themis.formats.osworld.lines import NUMBERS, THOUGHTS, Told, read_turns
from themis.formats.osworld.score import read_score, why_score_is_no_label
from themis.formats.osworld.screens import Views, arrange, has_shots
from themis.formats.osworld.task import Dialogue, find_task, platform_of, read_dialogue
from themis.formats.pictures import Album
from themis.formats.tasks import TaskFiles

LINES = "traj.jsonl"


@dataclass(frozen=True, slots=True)
class Osworld:
    """Stock OSWorld, the common variants of its lines, and the runs of OSWorld-Sec-Eval."""

    tasks: TaskFiles | None = None
    name = "osworld"
    title = "OSWorld"
    marks = "traj.jsonl whose lines have step_num (or step) and action"

    def among(self, tasks: TaskFiles) -> Reader:
        """The same reader, which looks for the instruction there too."""
        return Osworld(tasks)

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its traj.jsonl begins like OSWorld's or cannot be understood at all.

        Under another name a file is found if its lines say more, and screenshots stand beside it.
        """
        if LINES in names:
            if is_plain(folder / LINES) and _may_be(folder / LINES):
                yield folder
        elif has_shots(names):
            others = (folder / name for name in sorted(names) if name.endswith(".jsonl"))
            yield from (path for path in others if is_plain(path) and _is(path))

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        told = read_turns(folder / LINES if source.is_dir() else source)
        dialogue, task = read_dialogue(folder), find_task(folder, self.tasks)
        instruction = dialogue.instruction or task.instruction or told.instruction
        if not instruction:
            raise UnreadableTrajectory(
                f"{told.path}: the run does not say what was asked; put the task JSON (with"
                f" `instruction`) beside it as {folder.absolute().name}.json, or name the folder"
                " of the tasks (--tasks DIR)"
            )
        platform = task.platform or platform_of(folder) or Platform.LINUX
        return _recording(told, dialogue, instruction, platform)


def _first_line(path: Path) -> Json:
    first = next((line for line in peek(path).splitlines() if line.strip()), "")
    return parse(first, at=str(path))


def _may_be(path: Path) -> bool:
    """By its name it is one: only a first line that is plainly something else speaks against."""
    try:
        line = _first_line(path)
    except UnreadableTrajectory:
        return True
    return isinstance(line, dict) and "action" in line and any(name in line for name in NUMBERS)


def _is(path: Path) -> bool:
    try:
        line = _first_line(path)
    except UnreadableTrajectory:
        return False
    if not isinstance(line, dict) or "action" not in line:
        return False
    stock = "step_num" in line and ("screenshot_file" in line or "action_timestamp" in line)
    return stock or ("step" in line and any(name in line for name in THOUGHTS))


def _recording(told: Told, said: Dialogue, instruction: str, platform: Platform) -> Recording:
    folder = told.path.parent
    album = Album(str(told.path))
    inside = Embedded(told.path, album)
    take_out(told, inside)
    views = arrange(told, folder, album)
    fill(views, told, inside)
    steps = tuple(_steps(told, views, said.thoughts, album))
    foreign = said.translated or any(
        action.name == "bash" for step in steps for action in step.actions
    )
    score = read_score(folder, why_not=why_score_is_no_label(folder, foreign=foreign))
    warnings = [*score.warnings, *views.warnings, *told.warnings, *inside.warnings]
    if len(said.thoughts) > len(steps):
        warnings.append(
            f"messages.json: {len(said.thoughts)} turns for {len(steps)} steps;"
            " thoughts may stand at the wrong step"
        )
    here = folder.absolute()
    trajectory = Trajectory(
        instruction=instruction,
        platform=platform,
        steps=steps,
        label=score.label,
        ending=ending_of(steps),
        format=Osworld.name,
        warnings=tuple(warnings),
        meta={"task": here.name, "domain": here.parent.name, **score.meta},
    )
    return Recording(trajectory=trajectory, pictures=album.pictures)


def _steps(told: Told, views: Views, thoughts: tuple[str, ...], album: Album) -> Iterator[Step]:
    counts = [turn.whole_number for turn in told.turns]
    numbered = counts != list(range(1, len(counts) + 1))
    mouse = Mouse()
    n_actions = 0
    for at, turn in enumerate(told.turns):
        before, after = views.before[at], views.after[at]
        # Where nothing was seen before the first step, the screen after it has the same size.
        mouse.frame = Frame(picture=album.size(after if before is None else before))
        actions = tuple(
            action for line in turn.lines for action in actions_of(line.get("action"), mouse)
        )
        n_actions += len(actions)
        if len(actions) > MAX_ACTIONS or n_actions > MAX_RUN_ACTIONS:
            raise UnreadableTrajectory(
                f"{told.path}: line {turn.at[-1]}: more than {MAX_ACTIONS} actions in one step or"
                f" {MAX_RUN_ACTIONS} in all; split the recording"
            )
        yield Step(
            thought=turn.thought or (thoughts[at] if at < len(thoughts) else ""),
            actions=actions,
            before=before,
            after=after,
            error=turn.error,
            number=turn.whole_number if numbered else None,
            started_at=turn.started_at,
            raw=list[Json](turn.lines),
        )
