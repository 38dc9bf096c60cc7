"""traj.jsonl taken apart: which lines are one step, what each says beside its action."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_ACTIONS, MAX_RUN_ACTIONS, MAX_STEPS
from themis.formats.fields import record, text, words
from themis.formats.jsonfile import read_lines

NUMBERS = ("step_num", "step", "step_idx", "step_id")  # the first is stock
THOUGHTS = ("thought", "reasoning", "response", "thoughts")
_TIME = re.compile(r"(\d{8})@(\d{6})(\d{0,6})")
_SAID_AT = ("action_timestamp", "timestamp")


@dataclass(slots=True)
class Turn:
    """One step: the lines of one number."""

    number: Json
    lines: list[dict[str, Json]] = field(default_factory=list)
    at: list[int] = field(default_factory=list)  # their places in the file
    error: str | None = None

    @property
    def thought(self) -> str:
        """What the agent thought, said once however many lines repeat it."""
        return "\n\n".join(dict.fromkeys(filter(None, map(_thought, self.lines))))

    @property
    def started_at(self) -> str | None:
        """When the first action began, as ISO 8601 where OSWorld's own notation is met."""
        said = (text(self.lines[0].get(name)) for name in _SAID_AT if self.lines)
        return next((as_iso(each) for each in said if each), None)

    @property
    def whole_number(self) -> int | None:
        """The number, where it is one."""
        number = self.number
        return number if isinstance(number, int) and not isinstance(number, bool) else None


@dataclass(slots=True)
class Told:
    """What traj.jsonl tells."""

    path: Path
    turns: list[Turn] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    instruction: str = ""


def number_of(line: dict[str, Json]) -> Json:
    """The step a line says it belongs to; None where it says nothing."""
    return next((line[name] for name in NUMBERS if name in line), None)


def read_turns(path: Path) -> Told:
    """The whole file; raises UnreadableTrajectory for lines that are none of OSWorld's."""
    told = Told(path=path)
    for count, (number, line) in enumerate(read_lines(path)):
        where = f"{path}: line {number}"
        if count >= MAX_RUN_ACTIONS:
            raise UnreadableTrajectory(
                f"{where}: more than {MAX_RUN_ACTIONS} lines; split the recording"
            )
        if not isinstance(line, dict):
            raise UnreadableTrajectory(f"{where}: expected an object; export the run again")
        told.instruction = told.instruction or text(line.get("instruction")).strip()
        if "action" in line:
            _take(told, line, number, where)
        else:
            _take_error(told, line, number)
    if not told.turns:
        raise UnreadableTrajectory(f"{path}: holds no step; record the run again")
    return told


def _take(told: Told, line: dict[str, Json], at: int, where: str) -> None:
    step = number_of(line)
    if isinstance(step, dict | list):
        raise UnreadableTrajectory(f"{where}: step_num: expected a number; export the run again")
    if step is None or not told.turns or told.turns[-1].number != step:
        if _begins_again(told.turns, step):
            told.warnings.append(
                f"{told.path.name} line {at}: the steps begin again at {step}; an earlier run may"
                " stand before it in the same file"
            )
        told.turns.append(Turn(number=step))
    turn = told.turns[-1]
    turn.lines.append(line)
    turn.at.append(at)
    if len(told.turns) > MAX_STEPS or len(turn.lines) > MAX_ACTIONS:
        raise UnreadableTrajectory(
            f"{where}: more than {MAX_STEPS} steps, or {MAX_ACTIONS} actions in one of them;"
            " split the recording"
        )


def _begins_again(turns: list[Turn], step: Json) -> bool:
    """OSWorld appends: a run that was started anew stands behind the one that broke."""
    last = turns[-1].whole_number if turns else None
    following = Turn(number=step).whole_number
    return last is not None and following is not None and following < last


def _take_error(told: Told, line: dict[str, Json], number: int) -> None:
    """OSWorld ends a run that broke with {"Error": "Time limit exceeded in ..."}."""
    said = text(line.get("Error")) or text(line.get("error"))
    if said and told.turns:
        told.turns[-1].error = said
    because = said or "has no action; it was left out"
    told.warnings.append(f"{told.path.name} line {number}: {because}")


def _thought(line: dict[str, Json]) -> str:
    said = (words(line.get(name)) or words(record(line.get(name)).get("content"))
            for name in THOUGHTS)  # fmt: skip
    return next((each.strip() for each in said if each.strip()), "")


def as_iso(written: str) -> str:
    """20250226@162603 as 2025-02-26T16:26:03; anything else as it is written."""
    match = _TIME.fullmatch(written)
    if match is None:
        return written[:80]
    try:
        moment = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007  no zone is said
    except ValueError:
        return written
    return moment.replace(microsecond=int(match[3].ljust(6, "0"))).isoformat()
