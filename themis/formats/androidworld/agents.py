"""JSON of agents that run on AndroidWorld, and post_step_NNN.png: one step's screen after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step, Trajectory
from themis.formats.androidworld.elements import as_text
from themis.formats.androidworld.shots import Shots
from themis.formats.androidworld.turn import ending, read_turn
from themis.formats.bounds import MAX_STEPS
from themis.formats.contract import Recording
from themis.formats.fields import items, number, record, text
from themis.formats.files import is_plain, peek
from themis.formats.jsonfile import read_json
from themis.formats.onefile import only_file

_WORDS = ('"task_name"', '"goal"', '"prompts"')
_LISTS = {  # beside the step records, one entry a step
    "prompt": "prompts",
    "response": "responses",
    "action": "actions",
    "seconds": "step_timings",
}
_OUTCOMES = ("success", "task_actually_successful")
_SHOWN = "ui_elements"
_LATEST = 4e9  # seconds since 1970


class AndroidWorldAgents:
    """Runs whose evaluator wrote prompts, responses, actions and step_records of each step."""

    name = "androidworld-agents"
    title = "AndroidWorld agent's JSON"
    marks = "a .json with task_name, goal, prompts and step_records"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """Each file that begins like such a run."""
        for name in sorted(names):
            path = folder / name
            if name.endswith(".json") and is_plain(path):
                begin = peek(path)
                if all(word in begin for word in _WORDS):
                    yield path

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        source = only_file(self, source)
        run = record(read_json(source))
        instruction = text(run.get("goal"))
        if not instruction:
            raise UnreadableTrajectory(f"{source}: goal: expected a text; export the run again")
        rows = _rows(run, source)
        shots = Shots(source)
        steps = _with_end(tuple(_step(row, shots) for row in rows), run)
        warnings = [*shots.warnings, *_disagreement(run)]
        trajectory = Trajectory(
            instruction=instruction,
            platform=Platform.ANDROID,
            steps=steps,
            label=_label(run),
            ending=_ending(run, steps),
            format=self.name,
            warnings=tuple(warnings),
            meta=_meta(run),
        )
        return Recording(trajectory=trajectory, pictures=shots.album.pictures)


def _rows(run: dict[str, Json], source: Path) -> list[dict[str, Json]]:
    """What is recorded of each step: its record, or, without one, what was asked and replied."""
    records = [record(each) for each in items(run.get("step_records"))]
    count = len(records) or len(items(run.get("responses")) or items(run.get("actions")))
    if count == 0:
        raise UnreadableTrajectory(
            f"{source}: step_records: holds no step; export the run with its step records"
        )
    if count > MAX_STEPS:
        raise UnreadableTrajectory(f"{source}: more than {MAX_STEPS} steps; split the recording")
    lists = {one: items(run.get(all_of)) for one, all_of in _LISTS.items()}
    return [
        _fields(
            records[at] if records else {},
            {one: held[at] for one, held in lists.items() if at < len(held)},
        )
        for at in range(count)
    ]


def _fields(told: dict[str, Json], beside: dict[str, Json]) -> dict[str, Json]:
    """One step's fields on one level; what the run repeats beside its records is left out."""
    state, agent = record(told.get("state")), record(told.get("agent_data"))
    fields = {name: held for name, held in told.items() if name not in ("state", "agent_data")}
    fields |= agent
    shown = state.get(_SHOWN)
    fields.setdefault(_SHOWN, shown)
    repeated = agent.get("before_element_list") in (None, shown)
    if fields.get("action") == fields.get("action_output"):
        fields.pop("action", None)
    kept = {name: held for name, held in state.items() if name != _SHOWN or not repeated}
    if kept:
        fields["state"] = kept
    known = [held for held in fields.values() if isinstance(held, str)]
    return {**fields, **{name: held for name, held in beside.items() if held not in known}}


def _step(row: dict[str, Json], shots: Shots) -> Step:
    return replace(read_turn(row, shots.of(row)), ended_at=_time(row.get("timestamp")))


def _time(seconds: Json) -> str | None:
    """A time in seconds since 1970 as ISO 8601; the record is written when its step has ended."""
    found = number(seconds)
    if found is None or not 0 <= found <= _LATEST:
        return None
    return datetime.fromtimestamp(found, UTC).isoformat()


def _with_end(steps: tuple[Step, ...], run: dict[str, Json]) -> tuple[Step, ...]:
    """The steps; the elements at the very end belong to the last of them."""
    final = as_text(record(run.get("final_state")).get(_SHOWN))
    last = steps[-1]
    return (*steps[:-1], replace(last, after_ui=last.after_ui or final))


def _label(run: dict[str, Json]) -> Label | None:
    found = next((run[name] for name in _OUTCOMES if isinstance(run.get(name), bool)), None)
    if found is None:
        return None
    return Label.PASSED if found else Label.FAILED


def _disagreement(run: dict[str, Json]) -> list[str]:
    said = {run[name] for name in _OUTCOMES if isinstance(run.get(name), bool)}
    if len(said) < 2:
        return []
    return [f"{_OUTCOMES[0]} and {_OUTCOMES[1]} disagree; the label is {_OUTCOMES[0]}"]


def _ending(run: dict[str, Json], steps: tuple[Step, ...]) -> Ending:
    """What the agent said last; `agent_claimed_done` where its action does not tell."""
    said = ending(steps)
    if said.claim is None and run.get("agent_claimed_done") is True:
        return Ending(claim=Claim.SUCCESS, answer=said.answer)
    return said


def _meta(run: dict[str, Json]) -> dict[str, Json]:
    left_out = ("goal", "step_records", "initial_state", "final_state", *_OUTCOMES)
    return {
        name: held
        for name, held in run.items()
        if name not in left_out and name not in _LISTS.values()
    }
