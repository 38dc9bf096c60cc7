"""ATIF documents, read: every version of 1, those that Themis wrote without any loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.domain.action import ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step, Trajectory
from themis.domain.wire import decode
from themis.formats.atif.calls import own_mark
from themis.formats.atif.content import results_of
from themis.formats.atif.steps import Steps
from themis.formats.bounds import MAX_FILE, MAX_OWN_NESTING, MAX_PICTURES, MAX_SMALL_FILE
from themis.formats.contract import Recording
from themis.formats.fields import items, number, record, text, words
from themis.formats.files import is_plain, names_in, peek
from themis.formats.jsonfile import read_json
from themis.formats.native import FILE, FORMAT
from themis.formats.pictures import Album
from themis.formats.toplevel import behind

VERSION = "ATIF-v1.7"
READ = '"ATIF-v1.'
_NOTHING_SAID = Ending()
_LABELS = {1.0: Label.PASSED, 0.0: Label.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What Themis writes into the document's `extra`, because ATIF has no field for it."""

    screens: tuple[str, ...] = ()  # every picture, in order
    instruction: str | None = None  # where it is not the first message of the user
    platform: Platform = Platform.UNKNOWN
    label: Label | None = None
    ending: Ending = _NOTHING_SAID
    format: str = ""
    warnings: tuple[str, ...] = ()
    meta: Json = None


class Atif:
    """Trajectories as Harbor and others exchange them."""

    name = "atif"
    title = "ATIF"
    marks = 'a JSON object whose "schema_version" begins with ATIF-v1.'

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if one document stands in it; each file, if there are several."""
        found = [folder / name for name in documents(folder, names)]
        if len(found) == 1:
            yield folder
        else:
            yield from found

    def read(self, source: Path) -> Recording:
        """One document, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = _document_in(source) if source.is_dir() else source
        data = record(read_json(path, limit=MAX_FILE, nesting=MAX_OWN_NESTING))
        if not text(data.get("schema_version")).startswith(READ[1:]):
            raise UnreadableTrajectory(
                f"{path}: schema_version: expected {VERSION} or an older 1.x; export it as that"
            )
        return recording_of(data, path)


def documents(folder: Path, names: frozenset[str]) -> list[str]:
    """The files of a folder that are ATIF."""
    held = sorted(name for name in names if name.lower().endswith(".json"))
    return [name for name in held if is_plain(folder / name) and _is_one(folder / name)]


def _is_one(path: Path) -> bool:
    begin = peek(path, limit=MAX_FILE) if path.name == FILE else peek(path)
    return (behind(begin, "schema_version") or "").startswith(READ)


def _document_in(folder: Path) -> Path:
    found = documents(folder, frozenset(names_in(folder, most=MAX_PICTURES)))
    if len(found) != 1:
        raise UnreadableTrajectory(
            f"{folder}: {len(found)} ATIF documents stand here; name the one to read"
        )
    return folder / found[0]


def recording_of(data: dict[str, Json], path: Path) -> Recording:
    """The recording in a document that lies at `path`; raises UnreadableTrajectory."""
    album = Album(str(path))
    held = own_mark(data)
    mark = None if held is None else decode(Mark, held, at=f"{path}: extra.themis")
    for name in mark.screens if mark is not None else ():
        _add_own(album, path, name)
    steps = Steps(str(path), path.parent, album)
    _collect(data, f"{path}: ", steps, None)
    instruction = _instruction(data)
    if not steps.found:
        raise UnreadableTrajectory(f"{path}: steps: none is the agent's; there is nothing to judge")
    trajectory = Trajectory(
        instruction=instruction,
        platform=Platform.UNKNOWN,
        steps=tuple(steps.found),
        label=_label(path.parent, steps.warnings) if mark is None else None,
        ending=_ending(steps.found, data),
        format=Atif.name,
        warnings=(*steps.warnings, *_remarks(data)),
        meta=_meta(data),
    )
    if mark is not None:
        trajectory = _marked(trajectory, mark, path)
    if not trajectory.instruction.strip():
        raise UnreadableTrajectory(
            f"{path}: steps: no message of the user says what was asked; put one first"
        )
    return Recording(trajectory=trajectory, pictures=album.pictures)


def _add_own(album: Album, path: Path, name: str) -> None:
    before = len(album.pictures)
    if album.add_file(path.parent, name) is None or len(album.pictures) == before:
        raise UnreadableTrajectory(
            f"{path}: extra.themis.screens: {name!r:.200} is no plain file inside the folder, or"
            " stands twice; export the recording again"
        )


def _marked(read: Trajectory, mark: Mark, path: Path) -> Trajectory:
    if mark.format and not FORMAT.fullmatch(mark.format):
        raise UnreadableTrajectory(f"{path}: extra.themis.format: expected a short name")
    return Trajectory(
        instruction=read.instruction if mark.instruction is None else mark.instruction,
        platform=mark.platform,
        steps=read.steps,
        label=mark.label,
        ending=mark.ending,
        format=mark.format or Atif.name,
        warnings=mark.warnings,
        meta=mark.meta,
    )


def _collect(data: dict[str, Json], at: str, steps: Steps, actor: str | None) -> None:
    """Steps of a document and, where it calls them, of the subagents embedded in it."""
    inner = [record(each) for each in items(data.get("subagent_trajectories"))]
    who = actor or (_agent(data) if inner else None)
    for position, step in enumerate(map(record, items(data.get("steps")))):
        steps.add(step, f"{at}steps[{position}]", who)
        for name in _called(step):
            for each in [each for each in inner if each.get("trajectory_id") == name][:1]:
                inner.remove(each)
                _go_inside(each, at, steps)
    for each in inner:
        _go_inside(each, at, steps)


def _go_inside(data: dict[str, Json], at: str, steps: Steps) -> None:
    name = text(data.get("trajectory_id"))
    _collect(data, f"{at}subagent {name!r:.60}: ", steps, _agent(data) or name or None)


def _called(step: dict[str, Json]) -> list[str]:
    references = (items(each.get("subagent_trajectory_ref")) for each in results_of(step))
    return [text(record(each).get("trajectory_id")) for held in references for each in held]


def _agent(data: dict[str, Json]) -> str | None:
    return text(record(data.get("agent")).get("name")) or None


def _instruction(data: dict[str, Json]) -> str:
    """What the user said first."""
    said = (
        words(step.get("message"))
        for step in map(record, items(data.get("steps")))
        if step.get("source") == "user"
    )
    return next(filter(str.strip, said), "")


def _ending(steps: list[Step], data: dict[str, Json]) -> Ending:
    """The word of the last action if that ends the run; else what the agent said last of all."""
    last = next(reversed(steps[-1].actions), None)
    if last is not None and last.type is ActionType.TERMINATE:
        claim = Claim.SUCCESS if last.status == "success" else Claim.FAILURE
        return Ending(claim=claim, answer=last.text)
    final = record(next(reversed(items(data.get("steps"))), None))
    is_words = final.get("source") == "agent" and not final.get("tool_calls")
    return Ending(answer=words(final.get("message")) or None) if is_words else Ending()


def _label(folder: Path, warnings: list[str]) -> Label | None:
    """What the verifier of the trial gave, where the run lies in a trial of Harbor."""
    for path in (folder / "result.json", folder.absolute().parent / "result.json"):
        if not is_plain(path):
            continue
        result = record(read_json(path, limit=MAX_SMALL_FILE))
        if "trial_name" not in result:
            continue
        rewards = record(record(result.get("verifier_result")).get("rewards"))
        given = number(rewards.get("reward"))
        if given is not None and given not in _LABELS:
            warnings.append(f"result.json: reward {given:g} is neither 0 nor 1: no label")
        return None if given is None else _LABELS.get(given)
    return None


def _remarks(data: dict[str, Json]) -> Iterator[str]:
    if later := text(data.get("continued_trajectory_ref")):
        yield f"the run goes on in {later!r:.200}, which is a recording of its own"
    users = [each for each in map(record, items(data.get("steps"))) if each.get("source") == "user"]
    if len(users) > 1:
        yield f"the user spoke {len(users)} times; the instruction is what was said first"


def _meta(data: dict[str, Json]) -> Json:
    """Everything but the agent's steps, which are the recording's."""
    kept = {name: held for name, held in data.items() if name != "steps"}
    inner = data.get("subagent_trajectories")
    if isinstance(inner, list):
        kept["subagent_trajectories"] = [
            _meta(each) if isinstance(each, dict) else each for each in inner
        ]
    others = [each for each in items(data.get("steps")) if record(each).get("source") != "agent"]
    return {**kept, "steps": others}
