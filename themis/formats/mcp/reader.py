"""Runs of agents that drive a device through MCP tools, recorded as stream-json."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Platform, Step, Trajectory
from themis.formats.bounds import MAX_RUN_ACTIONS, MAX_SMALL_FILE
from themis.formats.contract import Reader, Recording
from themis.formats.fields import record, text
from themis.formats.files import is_plain, peek
from themis.formats.jsonfile import parse, read_json
from themis.formats.mcp.actions import is_harness
from themis.formats.mcp.results import error_of, give_shots_back, platform_of, size_of_device
from themis.formats.mcp.screens import Draft, Screens
from themis.formats.mcp.task import find_prompt
from themis.formats.mcp.transcript import ToolCall, Transcript, read_transcript
from themis.formats.onefile import file_of, sources
from themis.formats.pictures import Album, Size
from themis.formats.tasks import TaskFiles

TRANSCRIPT = "transcript.jsonl"
_LABELS = {"PASS": Label.PASSED, "FAIL": Label.FAILED}


@dataclass(frozen=True, slots=True)
class McpStream:
    """stream-json transcripts, for instance those of the LincForge mobile benchmark."""

    tasks: TaskFiles | None = None
    name = "mcp-stream"
    title = "MCP stream-json"
    marks = "transcript.jsonl, or a .jsonl that begins with a stream-json init line"

    def among(self, tasks: TaskFiles) -> Reader:
        """The same reader, which looks for the instruction there too."""
        return McpStream(tasks)

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if it holds one transcript; each file, if it holds several."""
        yield from sources(folder, _transcripts(folder, names))

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = file_of(source, _transcripts, TRANSCRIPT)
        return _recording(read_transcript(path), _meta_beside(path), self.tasks)


def _transcripts(folder: Path, names: frozenset[str]) -> list[Path]:
    if TRANSCRIPT in names and is_plain(folder / TRANSCRIPT):
        return [folder / TRANSCRIPT] if _may_be_stream(folder / TRANSCRIPT) else []
    others = (folder / name for name in sorted(names) if name.endswith(".jsonl"))
    return [path for path in others if is_plain(path) and _is_stream(path)]


def _first_line(path: Path) -> Json:
    return parse(next(iter(peek(path).splitlines()), ""), at=str(path))


def _is_stream(path: Path) -> bool:
    try:
        first = record(_first_line(path))
    except UnreadableTrajectory:
        return False
    return first.get("type") == "system" and first.get("subtype") == "init"


def _may_be_stream(path: Path) -> bool:
    """By its name it is one: only a first line that is plainly something else speaks against."""
    try:
        return "type" in record(_first_line(path))
    except UnreadableTrajectory:
        return True


def _meta_beside(path: Path) -> dict[str, Json]:
    meta = path.parent / "meta.json"
    return record(read_json(meta, limit=MAX_SMALL_FILE)) if is_plain(meta) else {}


def _recording(transcript: Transcript, meta: dict[str, Json], tasks: TaskFiles | None) -> Recording:
    folder = transcript.path.parent
    asked = find_prompt(folder, text(meta.get("task")), tasks)
    instruction = asked or transcript.prompt
    if not instruction:
        raise UnreadableTrajectory(
            f"{transcript.path}: the transcript does not say what was asked; put"
            " tasks/<id>.yaml with `prompt` above the run or into --tasks DIR, the id being `task`"
            " in meta.json"
        )
    album = Album(str(transcript.path))
    steps, harness = _steps(transcript, album)
    if not steps:
        raise UnreadableTrajectory(
            f"{transcript.path}: no tool of a device was called; there is nothing to judge"
        )
    verdict = meta.get("verdict")
    warnings = list(transcript.warnings)
    if verdict is not None and text(verdict) not in _LABELS:
        warnings.append(f"meta.json: verdict {verdict!r:.40} is neither PASS nor FAIL: no label")
    trajectory = Trajectory(
        instruction=instruction,
        platform=_platform(transcript.calls, meta),
        steps=steps,
        label=_LABELS.get(text(verdict)),
        ending=_ending(transcript),
        format=McpStream.name,
        warnings=tuple(warnings),
        meta={"model": transcript.model, **meta, "harness": harness},
    )
    return Recording(trajectory=trajectory, pictures=album.pictures)


def _steps(transcript: Transcript, album: Album) -> tuple[tuple[Step, ...], list[Json]]:
    """The steps, and the calls of the harness, which are none."""
    calls = transcript.calls
    give_shots_back(calls)
    screens = Screens(album, _sizes(calls))
    drafts: list[Draft] = []
    harness: list[Json] = []
    thought: list[str] = []
    device = ""
    n_actions = 0
    for call in calls:
        device = call.device or device
        if call.thought:
            thought.append(call.thought)
        if is_harness(call) and not call.shots:
            harness.append(_aside(call, len(drafts)))
            continue
        call.thought = "\n\n".join(thought)
        thought.clear()
        drafts.append(screens.draft(call, device))
        n_actions += len(drafts[-1].actions)
        if n_actions > MAX_RUN_ACTIONS:
            raise UnreadableTrajectory(
                f"{transcript.path}: more than {MAX_RUN_ACTIONS} actions; split the recording"
            )
    several = len({draft.device for draft in drafts if draft.device}) > 1
    steps = [draft.step(with_actor=several) for draft in drafts]
    if transcript.last_words and transcript.result is None:
        steps.append(Step(thought=transcript.last_words))  # cut off before it ended
    return tuple(steps), harness


def _aside(call: ToolCall, before_step: int) -> Json:
    told: dict[str, Json] = {"before_step": before_step, "name": call.name, "input": call.given}
    error = error_of(call)
    return {**told, "error": error} if error else told


def _sizes(calls: list[ToolCall]) -> dict[str, Size]:
    """The first size seen of each device: an action may come before it."""
    sizes: dict[str, Size] = {}
    device = ""
    for call in calls:
        device = call.device or device
        if device not in sizes and (size := size_of_device(call)) is not None:
            sizes[device] = size
    return sizes


def _platform(calls: list[ToolCall], meta: dict[str, Json]) -> Platform:
    if "android_version" in record(meta.get("device")):
        return Platform.ANDROID
    return next(filter(None, map(platform_of, calls)), Platform.UNKNOWN)


def _ending(transcript: Transcript) -> Ending:
    """What the agent says at the end, in its words.

    "success" in the result line is the harness's word for an end without error; it says nothing
    of the task, so it is nobody's claim.
    """
    result = transcript.result
    return Ending(answer=text(result.get("result")) or None) if result else Ending()
