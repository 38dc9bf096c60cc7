"""What stands around an OSWorld run: its task, its score, and whether the score means success."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label
from themis.formats.bounds import MAX_SMALL_FILE, MAX_UPWARD
from themis.formats.fields import items, record, text, words
from themis.formats.files import is_plain, names_in, read_bytes, upward
from themis.formats.jsonfile import read_json

ASKED = "You are asked to complete the following task:"
_EXECUTED = "Executed a translation of your issued tool call"
_SAFETY_FOLDER = re.compile(r"\d{8}@\d{6}-(failed|success|aborted)")
_SAFETY_TREES = ("sec_eval", "sec_eval_results")
_MAX_BESIDE = 64  # JSON files of one folder that are tried as task files


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What messages.json holds, where it was kept."""

    instruction: str = ""
    thoughts: tuple[str, ...] = ()
    translated: bool = False  # by the harness of the security evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """result.txt: the label it amounts to, and why it is none."""

    label: Label | None = None
    warnings: tuple[str, ...] = ()
    meta: dict[str, Json] = field(default_factory=dict)


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


def find_instruction(folder: Path) -> str:
    """From the task JSON in the folder, or from the one of the same id above it; else empty."""
    for path in _task_files(folder):
        if is_plain(path) and (found := _instruction_in(path)):
            return found
    return ""


def _task_files(folder: Path) -> Iterator[Path]:
    here = folder.absolute()
    names = [name for name in names_in(folder, most=10_000) if name.endswith(".json")]
    yield from (here / name for name in names[:_MAX_BESIDE] if name != "messages.json")
    for above in list(upward(here, most=MAX_UPWARD))[1:]:
        yield above / f"{here.name}.json"
        for examples in ("evaluation_examples/examples", "examples"):
            yield above / examples / here.parent.name / f"{here.name}.json"


def _instruction_in(path: Path) -> str:
    try:
        return text(record(read_json(path, limit=MAX_SMALL_FILE)).get("instruction")).strip()
    except UnreadableTrajectory:  # a file that merely stands nearby
        return ""


def read_score(folder: Path, *, why_not: str) -> Score:
    """The label of result.txt; `why_not` says why its number does not mean task success."""
    path = folder / "result.txt"
    if not is_plain(path):
        return Score(warnings=(why_not,) if why_not else ())
    written = read_bytes(path, limit=MAX_SMALL_FILE).decode("utf-8", "replace").strip()
    meta: dict[str, Json] = {"result": written[:80]}
    if why_not:
        return Score(warnings=(why_not,), meta=meta)
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if number in (0.0, 1.0):
        label = Label.PASSED if number else Label.FAILED
        return Score(label=label, meta={**meta, "score": number})
    if 0.0 < number < 1.0:
        partly = f"result.txt: {number} is a part of the task; no label was taken"
        return Score(warnings=(partly,), meta={**meta, "score": number})
    odd = f"result.txt: {written!r:.40} is no score from 0 to 1; no label was taken"
    return Score(warnings=(odd,), meta=meta)


def why_score_is_no_label(folder: Path, *, foreign: bool) -> str:
    """A sentence where the run is a security evaluation; empty for a stock run.

    There, result.txt says whether a planted attack worked. `foreign`: the run itself shows that
    the harness of the evaluation recorded it, whatever its folder is called by now.
    """
    here = folder.absolute()
    above = [place.name for place in list(here.parents)[:MAX_UPWARD]]
    if _SAFETY_FOLDER.fullmatch(here.name):
        sign = f"the folder is named {here.name}"
    elif any(name in _SAFETY_TREES for name in above):
        sign = "it stands in a sec_eval tree"
    elif foreign:
        sign = "its actions and messages are those of the OSWorld-Sec-Eval harness"
    else:
        return ""
    return (
        f"no label was taken: a security evaluation ({sign}), where result.txt says whether"
        " a planted attack worked and not whether the task was done"
    )
