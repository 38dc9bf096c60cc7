"""OSWorld runs: traj.jsonl, one screenshot after each line, result.txt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Step, Trajectory
from themis.formats.actions.computer13 import SPECIAL, read_object
from themis.formats.actions.pyautogui import Mouse, read_code
from themis.formats.bounds import MAX_ACTIONS, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.contract import Recording
from themis.formats.fields import text
from themis.formats.files import is_plain, peek
from themis.formats.jsonfile import parse, read_lines
from themis.formats.osworld.task import (
    Dialogue,
    find_instruction,
    read_dialogue,
    read_score,
    why_score_is_no_label,
)
from themis.formats.pictures import Album

LINES = "traj.jsonl"
_SHELL = "BASH "  # OSWorld-Sec-Eval only: no word of the stock vocabulary


@dataclass(slots=True)
class _Turn:
    """One step while its lines are read."""

    number: Json
    actions: list[Action] = field(default_factory=list)
    after: int | None = None
    error: str | None = None


@dataclass(slots=True)
class _Lines:
    """What traj.jsonl has told so far."""

    path: Path
    album: Album
    mouse: Mouse = field(default_factory=Mouse)
    turns: list[_Turn] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    instruction: str = ""
    has_shell: bool = False
    n_actions: int = 0


class Osworld:
    """Stock OSWorld, and the runs of OSWorld-Sec-Eval in the same layout."""

    name = "osworld"
    title = "OSWorld"
    marks = "traj.jsonl whose lines have step_num and action"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its traj.jsonl begins like OSWorld's or cannot be understood at all."""
        if LINES in names and is_plain(folder / LINES) and _begins_right(folder / LINES):
            yield folder

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        path = folder / LINES if source.is_dir() else source
        lines = _Lines(path=path, album=Album(str(path)))
        for number, line in read_lines(path):
            _take(lines, number, line, folder)
        if not lines.turns:
            raise UnreadableTrajectory(f"{path}: holds no step; record the run again")
        dialogue = read_dialogue(folder)
        instruction = dialogue.instruction or find_instruction(folder) or lines.instruction
        if not instruction:
            raise UnreadableTrajectory(
                f"{path}: the run does not say what was asked; put the task JSON (with"
                f" `instruction`) beside it as {folder.absolute().name}.json"
            )
        return _recording(lines, dialogue, instruction, folder)


def _begins_right(path: Path) -> bool:
    first = next((line for line in peek(path).splitlines() if line.strip()), "")
    try:
        line = parse(first, at=str(path))
    except UnreadableTrajectory:
        return True
    return isinstance(line, dict) and "step_num" in line and "action" in line


def _take(lines: _Lines, number: int, line: Json, folder: Path) -> None:
    where = f"{lines.path}: line {number}"
    if not isinstance(line, dict):
        raise UnreadableTrajectory(f"{where}: expected an object; export the run again")
    lines.instruction = lines.instruction or text(line.get("instruction")).strip()
    if "action" not in line:
        _take_error(lines, number, line)
        return
    turn = _turn_of(lines, line.get("step_num"), where)
    actions = _actions(line, lines)
    turn.actions += actions
    lines.n_actions += len(actions)
    if len(turn.actions) > MAX_ACTIONS or lines.n_actions > MAX_RUN_ACTIONS:
        raise UnreadableTrajectory(
            f"{where}: more than {MAX_ACTIONS} actions in one step or {MAX_RUN_ACTIONS} in all;"
            " split the recording"
        )
    _take_picture(lines, turn, number, text(line.get("screenshot_file")), folder)


def _take_error(lines: _Lines, number: int, line: dict[str, Json]) -> None:
    """OSWorld ends a run that broke with {"Error": "Time limit exceeded in ..."}."""
    said = text(line.get("Error")) or text(line.get("error"))
    if said and lines.turns:
        lines.turns[-1].error = said
    lines.warnings.append(f"{LINES} line {number}: " + (said or "has no action; it was left out"))


def _turn_of(lines: _Lines, step: Json, where: str) -> _Turn:
    if isinstance(step, dict | list):
        raise UnreadableTrajectory(f"{where}: step_num: expected a number; export the run again")
    if step is None or not lines.turns or lines.turns[-1].number != step:
        lines.turns.append(_Turn(number=step))
    if len(lines.turns) > MAX_STEPS:
        raise UnreadableTrajectory(f"{where}: more than {MAX_STEPS} steps; split the recording")
    return lines.turns[-1]


def _actions(line: dict[str, Json], lines: _Lines) -> list[Action]:
    """The actions of one line; the first keeps the whole line as it is."""
    action = line.get("action")
    if isinstance(action, dict):
        actions: tuple[Action, ...] = (read_object(action, lines.mouse),)
    elif isinstance(action, str):
        actions = _written(action, lines)
    else:
        actions = (Action(type=ActionType.TOOL_CALL),)
    return [replace(each, raw=line) if at == 0 else each for at, each in enumerate(actions)]


def _written(action: str, lines: _Lines) -> tuple[Action, ...]:
    if action.strip() in SPECIAL:
        return (SPECIAL[action.strip()],)
    if action.startswith(_SHELL):
        lines.has_shell = True
        return (Action(type=ActionType.CODE, name="bash", text=action.removeprefix(_SHELL)),)
    return read_code(action, lines.mouse) or (Action(type=ActionType.CODE, text=action),)


def _take_picture(lines: _Lines, turn: _Turn, number: int, name: str, folder: Path) -> None:
    position = lines.album.add_file(folder, name) if name else None
    if name and position is None:
        lines.warnings.append(f"{LINES} line {number}: {name:.120} is not in the folder")
    turn.after = position


def _recording(lines: _Lines, said: Dialogue, instruction: str, folder: Path) -> Recording:
    foreign = lines.has_shell or said.translated
    score = read_score(folder, why_not=why_score_is_no_label(folder, foreign=foreign))
    if len(said.thoughts) > len(lines.turns):
        lines.warnings.append(
            f"messages.json: {len(said.thoughts)} turns for {len(lines.turns)} steps;"
            " thoughts may stand at the wrong step"
        )
    here = folder.absolute()
    trajectory = Trajectory(
        instruction=instruction,
        platform=Platform.LINUX,
        steps=tuple(_steps(lines.turns, said.thoughts)),
        label=score.label,
        ending=_ending(lines.turns),
        format=Osworld.name,
        warnings=(*score.warnings, *lines.warnings),
        meta={"task": here.name, "domain": here.parent.name, **score.meta},
    )
    return Recording(trajectory=trajectory, pictures=lines.album.pictures)


def _steps(turns: list[_Turn], thoughts: tuple[str, ...]) -> Iterator[Step]:
    before: int | None = None
    for position, turn in enumerate(turns):
        yield Step(
            thought=thoughts[position] if position < len(thoughts) else "",
            actions=tuple(turn.actions),
            before=before,
            after=turn.after,
            error=turn.error,
        )
        before = turn.after


def _ending(turns: list[_Turn]) -> Ending:
    last = turns[-1].actions[-1] if turns[-1].actions else None
    if last is None or last.type is not ActionType.TERMINATE:
        return Ending()
    return Ending(claim=Claim.SUCCESS if last.status == "success" else Claim.FAILURE)
