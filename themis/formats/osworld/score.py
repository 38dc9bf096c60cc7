"""result.txt: the label it amounts to, and why it is none."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label
from themis.formats.bounds import MAX_SMALL_FILE, MAX_UPWARD
from themis.formats.files import is_plain, read_bytes

_SAFETY_FOLDER = re.compile(r"\d{8}@\d{6}-(failed|success|aborted)")
_SAFETY_TREES = ("sec_eval", "sec_eval_results")
_WORDS = {"true": 1.0, "false": 0.0}  # an evaluator's bool, as Python prints it


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """result.txt: the label it amounts to, and why it is none."""

    label: Label | None = None
    warnings: tuple[str, ...] = ()
    meta: dict[str, Json] = field(default_factory=dict)


def read_score(folder: Path, *, why_not: str) -> Score:
    """The label of result.txt; `why_not` says why its number does not mean task success."""
    path = folder / "result.txt"
    if not is_plain(path):
        return Score(warnings=(why_not,) if why_not else ())
    written = read_bytes(path, limit=MAX_SMALL_FILE).decode("utf-8", "replace").strip()
    meta: dict[str, Json] = {"result": written[:80]}
    if why_not:
        return Score(warnings=(why_not,), meta=meta)
    number = _number(written)
    if number in (0.0, 1.0):
        label = Label.PASSED if number else Label.FAILED
        return Score(label=label, meta={**meta, "score": number})
    if 0.0 < number < 1.0:
        partly = f"result.txt: {number} is a part of the task; no label was taken"
        return Score(warnings=(partly,), meta={**meta, "score": number})
    odd = f"result.txt: {written!r:.40} is no score from 0 to 1; no label was taken"
    return Score(warnings=(odd,), meta=meta)


def _number(written: str) -> float:
    try:
        return float(_WORDS.get(written.lower(), written))
    except ValueError:
        return math.nan


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
