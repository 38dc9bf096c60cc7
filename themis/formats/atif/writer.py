"""A recording as an ATIF document without loss: what ATIF has no field for goes into `extra`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from themis.domain.action import Action
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Step, Trajectory
from themis.domain.wire import encode
from themis.formats.atif.calls import MARK, own_mark, read_call
from themis.formats.atif.reader import VERSION, Atif, Mark, recording_of
from themis.formats.contract import Picture, Recording
from themis.formats.fields import record, text
from themis.formats.frame import Frame
from themis.formats.layout import ENDINGS, lay_out, names_of, put
from themis.formats.native import FILE
from themis.formats.pictures import size_in

_KINDS = {ending: kind for kind, ending in ENDINGS.items()}
_CALL = {"tool_call_id": str, "function_name": str, "arguments": dict}
_BESIDE = ("type", "name", "raw")  # of an action: not arguments of the call
# What a foreign step says beside the recording, at its old place where it was of the right type.
_KEPT: dict[str, tuple[type, ...]] = {
    "model_name": (str,),
    "reasoning_effort": (str, float, int),
    "metrics": (dict,),
    "is_copied_context": (bool,),
}
_KEPT_OF_RUN: dict[str, tuple[type, ...]] = {
    "session_id": (str,),
    "trajectory_id": (str,),
    "notes": (str,),
    "final_metrics": (dict,),
}


def write_atif(recording: Recording, folder: Path) -> Path:
    """Write a recording as ATIF into a folder that has none yet; returns the folder.

    What Atif reads from it is equal to the recording. Raises UnreadableTrajectory where a
    picture cannot be read or the folder is taken.
    """
    names = names_of(recording.pictures)
    lay_out(recording.pictures, names, folder)
    trajectory = recording.trajectory
    frames = [_frame(step, recording.pictures) for step in trajectory.steps]
    agents = [
        _step(step, number, names, frame)
        for number, (step, frame) in enumerate(zip(trajectory.steps, frames, strict=True), 2)
    ]
    document = _document(trajectory, agents, names)
    # What a reader makes of it as it stands is no loss; what it would miss is told beside it.
    plain = recording_of(document, folder / FILE).trajectory
    for entry, step, read in zip(agents, trajectory.steps, plain.steps, strict=True):
        record(entry["extra"])[MARK] = _missed(step, read)
    record(record(document["extra"])[MARK]).update(_told(trajectory, plain))
    return put(document, folder / FILE)


def _document(
    trajectory: Trajectory, agents: list[dict[str, Json]], names: Sequence[str]
) -> dict[str, Json]:
    """The document; its marks are still empty, so that it reads as anybody's would."""
    meta = record(trajectory.meta) if trajectory.format == Atif.name else {}
    agent: dict[str, Json] = {"name": "unknown", "version": "unknown", **record(meta.get("agent"))}
    screens: list[Json] = [*names]
    return {
        "schema_version": VERSION,
        **_of_type(meta, _KEPT_OF_RUN),
        "agent": agent,
        "steps": [_first(trajectory, names), *agents],
        "extra": {**record(meta.get("extra")), MARK: {"screens": screens}},
    }


def _first(trajectory: Trajectory, names: Sequence[str]) -> dict[str, Json]:
    """The task, and the screen the agent began on."""
    begin = trajectory.steps[0].before
    parts: list[Json] = [{"type": "text", "text": trajectory.instruction}]
    message: Json = trajectory.instruction
    if begin is not None and (shot := _picture(names[begin])):
        message = [*parts, shot]
    return {"step_id": 1, "source": "user", "message": message}


def _step(step: Step, number: int, names: Sequence[str], frame: Frame) -> dict[str, Json]:
    calls = [*_calls(step.actions, number, frame)]
    entry: dict[str, Json] = {"step_id": number, "source": "agent", **_words(step)}
    if _is_time(step.started_at):
        entry["timestamp"] = step.started_at
    if calls:
        entry["tool_calls"] = [*calls]
    if results := [*_results(step, names)]:
        if calls:
            results[0]["source_call_id"] = calls[0]["tool_call_id"]
        entry["observation"] = {"results": [*results]}
    extra: dict[str, Json] = {MARK: {}}
    return {**entry, **_of_type(record(step.raw), _KEPT), "extra": extra}


def _words(step: Step) -> dict[str, Json]:
    """The thought; divided as it was where it was ATIF before."""
    was = record(step.raw)
    said, thought = text(was.get("message")), text(was.get("reasoning_content"))
    if "\n\n".join(filter(None, (thought, said))) != step.thought:
        said, thought = "", step.thought
    return {"message": said, "reasoning_content": thought} if thought else {"message": said}


def _calls(actions: tuple[Action, ...], number: int, frame: Frame) -> Iterator[dict[str, Json]]:
    position = 0
    while position < len(actions):
        action = actions[position]
        if taken := _as_it_was(actions[position:], frame):
            yield record(action.raw)
        else:
            fields = record(encode(action))
            yield {
                "tool_call_id": f"call_{number}_{position + 1}",
                "function_name": action.type.value,
                "arguments": {k: held for k, held in fields.items() if k not in _BESIDE},
                "extra": {MARK: {k: held for k, held in fields.items() if k in _BESIDE}},
            }
        position += taken or 1


def _as_it_was(actions: tuple[Action, ...], frame: Frame) -> int:
    """How many of the next actions the call they were read from still stands for."""
    call = record(actions[0].raw)
    if own_mark(call) is not None or not set(call) <= {*_CALL, "extra"}:
        return 0
    if not all(isinstance(call.get(name), kind) for name, kind in _CALL.items()):
        return 0
    read = read_call(call, frame, "")
    return len(read) if actions[: len(read)] == read else 0


def _frame(step: Step, pictures: Sequence[Picture]) -> Frame:
    return Frame(picture=None if step.before is None else size_in(pictures[step.before]))


def _results(step: Step, names: Sequence[str]) -> Iterator[dict[str, Json]]:
    shot = None if step.after is None else _picture(names[step.after])
    said: list[Json] = [{"type": "text", "text": step.after_ui}] if step.after_ui else []
    if shot is not None:
        yield {"content": [*said, shot]}
    elif step.after_ui:
        yield {"content": step.after_ui}
    if step.error:
        yield {"content": step.error, "extra": {"is_error": True}}


def _picture(name: str) -> Json:
    """The part for a picture; None for a kind that ATIF does not have."""
    kind = _KINDS.get(Path(name).suffix)
    return {"type": "image", "source": {"media_type": kind, "path": name}} if kind else None


def _missed(step: Step, read: Step) -> dict[str, Json]:
    """The fields of a step that do not come out of the document as they went in."""
    held, found = record(encode(step)), record(encode(read))
    gone = {name: Step.__dataclass_fields__[name].default for name in found if name not in held}
    differ = {name: value for name, value in held.items() if found.get(name) != value}
    return {**differ, **{name: encode(value) for name, value in gone.items()}}


def _told(trajectory: Trajectory, read: Trajectory) -> dict[str, Json]:
    same = read.instruction == trajectory.instruction
    return record(
        encode(
            Mark(
                instruction=None if same else trajectory.instruction,
                platform=trajectory.platform,
                label=trajectory.label,
                ending=trajectory.ending,
                format=trajectory.format,
                warnings=trajectory.warnings,
                meta=trajectory.meta,
            )
        )
    )


def _of_type(held: dict[str, Json], kinds: dict[str, tuple[type, ...]]) -> dict[str, Json]:
    return {name: held[name] for name, types in kinds.items() if isinstance(held.get(name), types)}


def _is_time(written: str | None) -> bool:
    try:
        return written is not None and bool(datetime.fromisoformat(written.replace("Z", "+00:00")))
    except ValueError:
        return False
