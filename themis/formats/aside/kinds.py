"""Known things that are no recordings, by content: what each is, and what to bring instead."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.formats.fields import record
from themis.formats.jsonfile import parse
from themis.formats.toplevel import behind

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_STEP = re.compile(r"^[#*\- \t]{0,8}step[ \t]+\d{1,4}\b", re.IGNORECASE | re.MULTILINE)
_TASK_COLUMN = re.compile(r"task|question|instruction|goal", re.IGNORECASE)
_WORD_COLUMN = re.compile(r"label|eval\b|_eval|eval$|success|_status|score", re.IGNORECASE)
_LABEL_KEY = re.compile(r'"[^"]{0,80}human_label"\s*:')
_MAX_HEADER = 4_000  # characters of the first line of a table


@dataclass(frozen=True, slots=True)
class Seen:
    """The beginning of one file, and the names of all that stand beside it."""

    path: Path
    begin: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is no recording."""

    name: str
    endings: tuple[str, ...]
    holds: Callable[[Seen], bool]
    sentence: str  # follows the path and a colon
    is_loud: bool = True  # False: said only where nothing at all was found


def _is_prose(seen: Seen) -> bool:
    pictures = [name for name in seen.names if name.lower().endswith(_PICTURES)]
    told = sum(name in seen.begin for name in pictures)
    return told >= 2 and len(_STEP.findall(seen.begin)) >= 2


def _is_labels(seen: Seen) -> bool:
    if seen.path.suffix.lower() == ".csv":
        columns = _columns(seen.begin)
        return _any(_TASK_COLUMN, columns) and _any(_WORD_COLUMN, columns)
    return bool(_LABEL_KEY.search(seen.begin[:_MAX_HEADER]))


def _is_judgement(seen: Seen) -> bool:
    if seen.path.suffix.lower() == ".csv":
        return "judge" in _columns(seen.begin)
    if behind(seen.begin, "judge") is not None and "judge_" in seen.begin:
        return True
    return any(mark in seen.begin for mark in ('"y_judge"', '"y_human"', '"predicted_label"'))


def _is_items(seen: Seen) -> bool:
    first = _first_line(seen)
    return isinstance(first.get("problem"), str) and isinstance(first.get("images"), list)


def _is_tasks(seen: Seen) -> bool:
    if seen.path.suffix.lower() in (".yaml", ".yml"):
        return seen.begin.startswith("id:") and "\nprompt:" in seen.begin
    if seen.path.suffix.lower() == ".jsonl":
        first = _first_line(seen)
        return "id" in first and any(name in first for name in ("ques", "instruction", "task"))
    if '"answers"' in seen.begin and '"ans"' in seen.begin:
        return True
    asked = ("id", "instruction", "evaluator")
    return all(behind(seen.begin, name) is not None for name in asked)


def _columns(begin: str) -> list[str]:
    line = begin.partition("\n")[0][:_MAX_HEADER]
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _any(pattern: re.Pattern[str], columns: list[str]) -> bool:
    return any(pattern.search(column) for column in columns)


def _first_line(seen: Seen) -> dict[str, object]:
    try:
        return dict(record(parse(seen.begin.partition("\n")[0], at=str(seen.path))))
    except UnreadableTrajectory:
        return {}


KINDS = (
    Kind(
        "prose",
        (".md", ".txt", ".rst"),
        _is_prose,
        "tells a run in prose beside its screenshots; actions cannot be read from sentences."
        " Record it again, or write its steps down as docs/trajectory-format.md says",
    ),
    Kind(
        "judgements",
        (".csv", ".json", ".jsonl"),
        _is_judgement,
        "what a judge said of runs, or how often it agreed with people, without the runs;"
        " bring the runs themselves, with their screenshots",
    ),
    Kind(
        "labels",
        (".csv", ".json", ".jsonl"),
        _is_labels,
        "a table of what became of tasks in people's eyes, without the runs;"
        " bring the runs themselves, with their actions and screenshots",
    ),
    Kind(
        "items",
        (".jsonl", ".json"),
        _is_items,
        "questions about single steps, each with one picture at most; a step alone has no outcome."
        " Bring the runs that the steps are from",
    ),
    Kind(
        "tasks",
        (".jsonl", ".json", ".yaml", ".yml"),
        _is_tasks,
        "tasks, or answers to them, and no run of one; bring the runs an agent made of them",
        is_loud=False,
    ),
)
