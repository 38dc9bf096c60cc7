"""What stands around an OSWorld run: what was asked, on which platform, and what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Platform
from themis.formats.bounds import MAX_SMALL_FILE, MAX_UPWARD
from themis.formats.fields import items, record, text, words
from themis.formats.files import is_plain, names_in, upward
from themis.formats.jsonfile import read_json
from themis.formats.platforms import platform_in
from themis.formats.tasks import TaskFiles

ASKED = "You are asked to complete the following task:"
_EXECUTED = "Executed a translation of your issued tool call"
_MAX_BESIDE = 64  # JSON files of one folder that are tried as task files


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What messages.json holds, where it was kept."""

    instruction: str = ""
    thoughts: tuple[str, ...] = ()
    translated: bool = False  # by the harness of the security evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a task file says."""

    instruction: str = ""
    platform: Platform | None = None


def read_dialogue(folder: Path) -> Dialogue:
    """The instruction and one thought a turn; an empty dialogue without messages.json."""
    path = folder / "messages.json"
    if not is_plain(path):
        return Dialogue()
    messages = [record(each) for each in items(read_json(path))]
    said = [(text(each.get("role")), words(each.get("content"))) for each in messages]
    return Dialogue(
        instruction=next((_after_asked(words) for _, words in said if ASKED in words), ""),
        thoughts=tuple(words.strip() for role, words in said if role == "assistant"),
        translated=any(_EXECUTED in words for _, words in said),
    )


def _after_asked(prompt: str) -> str:
    return prompt.rpartition(ASKED)[2].strip()


def find_task(folder: Path, tasks: TaskFiles | None) -> Task:
    """From the task JSON in the folder, above it, or among the task files; else an empty one."""
    for path in _task_files(folder, tasks):
        if is_plain(path) and (found := _task_in(path)).instruction:
            return found
    return Task()


def _task_files(folder: Path, tasks: TaskFiles | None) -> Iterator[Path]:
    here = folder.absolute()
    names = [name for name in names_in(folder, most=10_000) if name.endswith(".json")]
    yield from (here / name for name in names[:_MAX_BESIDE] if name != "messages.json")
    for above in list(upward(here, most=MAX_UPWARD))[1:]:
        yield above / f"{here.name}.json"
        for examples in ("evaluation_examples/examples", "examples"):
            yield above / examples / here.parent.name / f"{here.name}.json"
    if tasks is not None:
        yield from _of_domain(tasks.named(here.name, ".json"), here.parent.name)
        # One task tried several times: <domain>/<id>/<attempt>.
        yield from _of_domain(tasks.named(here.parent.name, ".json"), here.parent.parent.name)


def _of_domain(paths: tuple[Path, ...], domain: str) -> list[Path]:
    """Those of the run's own domain first: another may have a task of the same id."""
    return sorted(paths, key=lambda path: path.parent.name != domain)


def _task_in(path: Path) -> Task:
    try:
        task = record(read_json(path, limit=MAX_SMALL_FILE))
    except UnreadableTrajectory:  # a file that merely stands nearby
        return Task()
    named = (text(task.get(key)) for key in ("platform", "os", "os_type", "snapshot"))
    said = next(filter(None, map(platform_in, named)), None)
    return Task(
        instruction=text(task.get("instruction")).strip(),
        platform=said or platform_of(path.parent),
    )


def platform_of(folder: Path) -> Platform | None:
    """What the names of the folders say, the nearest first: `examples_windows/`, `macos/`."""
    return next(filter(None, (platform_in(place.name) for place in upward(folder, most=4))), None)
