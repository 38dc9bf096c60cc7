"""Verdicts from the first turn to the last, and what each turn cost."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from themis.domain import verdict, wire
from themis.domain.evidence import Round
from themis.domain.verdict import Finding
from themis.trajectories.models import Trajectory

CHAIN = ("rounds", "finding")  # columns that are large, and needed only where they are shown


class Status(models.TextChoices):
    OPEN = "open", "Judging"
    GIVEN = "given", "Given"
    BROKEN = "broken", "Broken"


class Outcome(models.TextChoices):
    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    UNDECIDED = "undecided", "Undecided"


class Verdict(models.Model):
    """One critic's work on one trajectory.

    Open while turns are taken; then given, with an outcome, or broken, with a cause. A broken one
    never has an outcome. `rounds` is the evidence chain so far, `finding` the whole of it. One on
    a run that was still open is provisional: it pays nothing, whatever its outcome.
    """

    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="verdicts")
    critic = models.CharField(max_length=40)
    critic_version = models.CharField(max_length=20)
    settings_hash = models.CharField(max_length=64)
    model = models.CharField(max_length=200, blank=True)
    provisional = models.BooleanField(default=False)  # steps were still to come
    n_steps = models.PositiveIntegerField(null=True)  # that it saw; null: all there are
    seen = models.CharField(max_length=64, blank=True)  # sha256 of the case, as critics get it
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    confidence = models.FloatField(null=True)  # 0 to 1
    reason = models.TextField(blank=True)
    cause = models.TextField(blank=True)  # why it broke
    error_class = models.CharField(max_length=20, blank=True, default="", db_default="")
    rounds = models.JSONField(default=list)  # domain.Round each, as wire writes them
    finding = models.JSONField(null=True)  # domain.Finding
    n_turns = models.PositiveIntegerField(default=0)  # also the version of `rounds`
    calls = models.PositiveIntegerField(default=0)  # turns that asked a model
    prompt_tokens = models.PositiveBigIntegerField(default=0)
    completion_tokens = models.PositiveBigIntegerField(default=0)
    cached_tokens = models.PositiveBigIntegerField(default=0)  # of the prompts', worked on before
    price = models.FloatField(null=True)  # of all turns whose model has prices; null: none has
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)  # at work, without the pauses of a killed run

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["trajectory", "-closed_at"], name="newest_of_a_trajectory"),
            models.Index(
                fields=["closed_at", "id"], condition=Q(status="given"), name="given_last"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="given", outcome__gt="", confidence__isnull=False)
                | (~Q(status="given") & Q(outcome="", confidence__isnull=True)),
                name="an_outcome_only_when_given",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__gte=F("opened_at"))),
                name="closed_unless_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.critic} on {self.trajectory_id}: {self.outcome or self.status}"

    @property
    def reward(self) -> float | None:
        """1.0 or 0.0; None when undecided, open, broken or provisional."""
        if self.provisional or not self.outcome:
            return None
        return verdict.Outcome(self.outcome).reward

    @property
    def chain(self) -> tuple[Round, ...]:
        """The evidence chain as far as it has come."""
        at = f"verdict {self.pk}"
        return tuple(wire.decode(Round, each, at=at) for each in self.rounds)

    @property
    def found(self) -> Finding | None:
        """The finding; None unless the verdict is given."""
        if self.finding is None:
            return None
        return wire.load(Finding, self.finding, at=f"verdict {self.pk}")


class Turn(models.Model):
    """One exchange, written as it ended. `payload` is a contract.Turn as wire writes it."""

    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="turns")
    key = models.CharField(max_length=100)
    role = models.CharField(max_length=40)
    round = models.PositiveIntegerField()
    prompt_hash = models.CharField(max_length=64)
    model = models.CharField(max_length=200, blank=True)
    prompt_tokens = models.PositiveBigIntegerField(default=0)
    completion_tokens = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    payload = models.JSONField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["verdict", "key"], name="one_turn_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.verdict_id}"
