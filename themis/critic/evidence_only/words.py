"""Words in pictures with their places, through the tesseract program."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import dataclass

from PIL import Image

from themis.critic.evidence_only.reading import PROGRAM, SIDE, recognised
from themis.critic.evidence_only.screens import grey
from themis.domain.action import Box
from themis.domain.errors import UnreadableScreen

ENLARGED = 1.5  # times at most: letters of a small screen are read better, slower beyond that
SURE = 30  # of 100: below are icons and shadows
MAX_WORDS = 5_000
MAX_WORD = 200  # characters
MAX_OUTPUT = 2_000_000  # bytes
_WORD = "5"  # the level of a word's row
_LINE = ("page_num", "block_num", "par_num", "line_num")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word and its place in pixels of the picture."""

    text: str
    box: Box


def is_possible() -> bool:
    """Whether the program is installed."""
    return shutil.which(PROGRAM) is not None


def lines_of(content: bytes, *, width: int) -> tuple[tuple[Word, ...], ...] | None:
    """The words of a picture, line by line; None where it could not be read. Blocking.

    `width` is that of the picture as it was recorded: places are told in its pixels.
    """
    try:
        small = grey(content, side=SIDE)
        times = min(SIDE / max(small.size), ENLARGED)
        if times > 1:
            size = (round(small.width * times), round(small.height * times))
            small = small.resize(size, Image.Resampling.LANCZOS)
        table = recognised(small, "tsv")
    except (OSError, UnreadableScreen, subprocess.SubprocessError):
        return None
    return _lines(table[:MAX_OUTPUT].decode("utf-8", "replace"), width / small.width)


def _lines(table: str, scale: float) -> tuple[tuple[Word, ...], ...]:
    lines: dict[tuple[str, ...], list[Word]] = {}
    n_words = 0
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = " ".join((row.get("text") or "").split())[:MAX_WORD]
        if row.get("level") != _WORD or not text or n_words >= MAX_WORDS:
            continue
        box = _box(row, scale)
        if box is not None:
            n_words += 1
            key = tuple(row.get(name) or "" for name in _LINE)
            lines.setdefault(key, []).append(Word(text=text, box=box))
    return tuple(tuple(line) for line in lines.values())


def _box(row: dict[str, str], scale: float) -> Box | None:
    """The place of a word; None of one that is doubtful, or of a row that is cut off."""
    try:
        if float(row["conf"]) < SURE:
            return None
        x, y, width, height = (
            round(float(row[name]) * scale, 1) for name in ("left", "top", "width", "height")
        )
    except (KeyError, TypeError, ValueError):
        return None
    return Box(x=x, y=y, width=width, height=height)
