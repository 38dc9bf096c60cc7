"""Judges as they are measured, and what their verdicts say as scores."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from django.db.models import Q

from themis.critic.trust.table import HALF, Said
from themis.domain.verdict import Outcome
from themis.rewards.models import Measurement
from themis.verdicts.models import Verdict

BELOW_HALF = 0.4999  # a failure of which its judge is not even half sure is no pass
COLUMNS = ("critic", "critic_version", "settings_hash", "model")
MAX_TASK = 200  # characters of an instruction that name a task by themselves


@dataclass(frozen=True, slots=True, order=True)
class Judge:
    """A critic at one version, with one set of settings and one model: others are other judges."""

    critic: str
    critic_version: str
    settings_hash: str
    model: str

    @property
    def name(self) -> str:
        """What tables call it."""
        asked = f" with {self.model}" if self.model else ""
        return f"{self.critic} {self.critic_version}{asked} ({self.settings_hash[:6]})"

    @property
    def columns(self) -> list[str]:
        """As rows keep it."""
        return [self.critic, self.critic_version, self.settings_hash, self.model]

    @property
    def is_it(self) -> Q:
        """Picks its verdicts, and measurements of it."""
        return Q(**dict(zip(COLUMNS, self.columns, strict=True)))


def judge_of(row: Verdict | Measurement) -> Judge:
    """Who gave a verdict, or whom a measurement is of."""
    return Judge(row.critic, row.critic_version, row.settings_hash, row.model)


def said(outcome: str, confidence: float) -> Said:
    """A verdict as a score for "passed": its confidence, or what is left of it.

    A passed one never falls below one half and a failed one never reaches it, however unsure; an
    undecided one has no score.
    """
    if outcome == Outcome.PASSED:
        return max(HALF, confidence)
    if outcome == Outcome.FAILED:
        return min(BELOW_HALF, 1 - confidence)
    return Outcome.UNDECIDED


def task_of(instruction: str) -> str:
    """The task of a run: its instruction, whatever its case and spaces; long ones by a digest."""
    plain = " ".join(unicodedata.normalize("NFKC", instruction).casefold().split())
    if len(plain) <= MAX_TASK:
        return plain
    return f"{plain[: MAX_TASK - 20]}… {hashlib.sha256(plain.encode()).hexdigest()[:16]}"
