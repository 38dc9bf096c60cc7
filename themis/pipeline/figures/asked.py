"""What charts are narrowed to, and which of the runs in them somebody points at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from themis.rewards.judges import Judge

BINS = 10  # of scores, equally wide
LENGTHS = ((1, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, None))  # steps


class Against(StrEnum):
    """Whose word counts as the truth."""

    BOTH = "both"  # a person's final ruling, else the label that came with the run
    PEOPLE = "people"
    LABELS = "labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is counted. Empty means everything; the days are days of verdicts, both included."""

    against: Against = Against.BOTH
    platform: str = ""
    critics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    queue: int | None = None  # only its runs, and only its rulings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Some of what was counted. None, or empty, means any.

    Without a judge each run counts once, by the newest verdict of all that are asked for.
    """

    judge: Judge | None = None
    said: str = ""  # an outcome
    truth: str = ""  # an outcome, as people say it; "none" where nobody said
    is_right: bool | None = None  # of those that both decide
    error_class: str | None = None  # as the judge names it; "" where it names none
    people_class: str | None = None  # as people name it; "own" where they use a word of their own
    app: str | None = None  # "" where none is known
    agent: str | None = None
    length: str = ""
    week: str = ""  # its Monday, as in 2026-03-02
    bin: int | None = None  # of scores, from 0


def length_name(low: int, high: int | None) -> str:
    """What a span of steps is called: "6-10", "101-"."""
    return f"{low}-{high or ''}"


LENGTH_NAMES = tuple(length_name(*span) for span in LENGTHS)
