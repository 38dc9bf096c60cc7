"""What was asked of a run: a task file above it, or in a folder of tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from themis.formats.actions.maestro import load_documents
from themis.formats.bounds import MAX_PICTURES, MAX_SMALL_FILE, MAX_UPWARD
from themis.formats.fields import record, text
from themis.formats.files import is_plain, names_in, read_text, upward
from themis.formats.tasks import TaskFiles

_TASK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
_YAML = (".yaml", ".yml")


def find_prompt(folder: Path, task: str, tasks: TaskFiles | None) -> str:
    """`prompt` of <task>.yaml or <task>-anything.yaml, in tasks/ above or among the task files.

    Empty where none is found.
    """
    task = task or folder.absolute().parent.name
    if not _TASK.fullmatch(task):
        return ""
    return next(filter(None, map(_prompt, _task_files(folder, task, tasks))), "")


def _task_files(folder: Path, task: str, tasks: TaskFiles | None) -> Iterator[Path]:
    for above in upward(folder, most=MAX_UPWARD):
        for name in names_in(above / "tasks", most=MAX_PICTURES):
            stem, _, ending = name.rpartition(".")
            if (stem == task or stem.startswith(f"{task}-")) and f".{ending}" in _YAML:
                yield above / "tasks" / name
    if tasks is not None:
        yield from (*tasks.named(task, *_YAML), *tasks.beginning(f"{task}-", *_YAML))


def _prompt(path: Path) -> str:
    if not is_plain(path):
        return ""
    documents = load_documents(read_text(path, limit=MAX_SMALL_FILE))
    return text(record(documents[0]).get("prompt")).strip() if documents else ""
