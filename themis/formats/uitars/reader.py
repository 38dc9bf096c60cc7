"""Runs of UI-TARS: the report of its desktop program and SDK, chat messages, plain steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from themis.domain.action import Action, ActionType, SpaceKind
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats.actions.uitars import Grid, read_calls
from themis.formats.bounds import MAX_STREAM
from themis.formats.chat.conversation import entries
from themis.formats.chat.embedded import Embedded
from themis.formats.chat.recognise import UITARS, logs_in, the_log
from themis.formats.chat.turns import Call, Read, Turn, told
from themis.formats.contract import Recording
from themis.formats.fields import record, text
from themis.formats.frame import Frame
from themis.formats.uitars.coordinates import grid_of
from themis.formats.uitars.plain import is_chat, read_chat, read_steps, steps_in
from themis.formats.uitars.report import is_report, read_report
from themis.formats.uitars.run import Reply, Run

_PARSED = Grid(SpaceKind.NORM1)
_PHONE = (ActionType.SYSTEM_BUTTON, ActionType.OPEN_APP)


class UiTars:
    """UI-TARS and what speaks its notation."""

    name = UITARS
    title = "UI-TARS"
    marks = 'a .json or .jsonl with replies "Action: click(start_box=...)", or predictionParsed'

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if it holds one log; each file, if it holds several."""
        return logs_in(folder, names, UITARS)

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = the_log(source, UITARS)
        run = _run(path)
        if not run.replies:
            raise UnreadableTrajectory(f"{path}: no reply of the model; there is nothing to judge")
        if not run.instruction.strip():
            raise UnreadableTrajectory(
                f"{path}: nobody says what was asked; add `instruction` beside the steps"
            )
        grid, warning = grid_of(run)
        story = told(_turns(run), _reader(run, grid), run.pictures, path=path, last=run.last)
        trajectory = Trajectory(
            instruction=run.instruction.strip(),
            platform=_platform(story.steps),
            steps=story.steps,
            ending=story.ending,
            format=UITARS,
            meta=_meta(run, story.rest),
            warnings=(*run.pictures.warnings, *([warning] if warning else [])),
        )
        return Recording(trajectory=trajectory, pictures=run.pictures.album.pictures)


def _run(path: Path) -> Run:
    run = Run(path=path, pictures=Embedded(path))
    if is_chat(next((value for _, value in entries(path)), None)):
        return read_chat(run)  # line by line: requests may repeat their history
    lines = [value for _, value in entries(path, limit=MAX_STREAM)]
    whole = lines[0] if len(lines) == 1 else lines
    if is_report(whole):
        read_report(record(run.pictures.without(whole, path.name)), run)
        return run
    if steps := steps_in(whole):
        for line in [record(each) for each in lines if not steps_in([each])]:
            about = {name: held for name, held in line.items() if held not in (steps, [])}
            run.about.update(record(run.pictures.without(_without_lists(about), path.name)))
        run.instruction = text(run.about.get("instruction")) or text(run.about.get("task"))
        read_steps(steps, run)
        return run
    return read_chat(run)


def _without_lists(about: dict[str, Json]) -> Json:
    return {name: held for name, held in about.items() if not isinstance(held, list)}


def _turns(run: Run) -> list[Turn]:
    turns = []
    for position, reply in enumerate(run.replies):
        turn = Turn(shown=reply.shown, error=reply.error)
        turn.thoughts = [reply.thought] if reply.thought and reply.calls else []
        turn.said = [] if reply.calls else [*filter(None, [reply.thought])]
        if reply.calls:
            turn.calls = [Call(payload={"reply": position})]
        turn.raw = dict(reply.beside)
        turns.append(turn)
    return turns


def _reader(run: Run, grid: Grid) -> Read:
    def read(payload: dict[str, Json], frame: Frame) -> tuple[Action, ...]:
        return _actions(run.replies[int(str(payload["reply"]))], frame, grid)

    return read


def _actions(reply: Reply, frame: Frame, grid: Grid) -> tuple[Action, ...]:
    """The actions of one reply; the first keeps all that was said."""
    done = read_calls(reply.calls, frame, _PARSED if reply.is_parsed else grid)
    if not done:
        return ()
    raw: Json = {"said": reply.said, "parsed": done[0].raw} if reply.is_parsed else reply.said
    return (replace(done[0], raw=raw), *done[1:])


def _platform(steps: tuple[Step, ...]) -> Platform:
    kinds = {action.type for step in steps for action in step.actions}
    return Platform.ANDROID if kinds.intersection(_PHONE) else Platform.UNKNOWN


def _meta(run: Run, rest: Json) -> Json:
    about = {name: held for name, held in run.about.items() if name != "instruction"}
    return {**about, "last": rest} if rest else about or None
