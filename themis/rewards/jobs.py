"""Writes of RL jobs: their policy, their budget and what is spent of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from themis.accounts.models import ApiKey, Team, User
from themis.domain.errors import UnfitPolicy
from themis.reviews.models import Queue
from themis.rewards.models import Job, JobKey
from themis.rewards.policy import Policy

MOST_WEIGHT = 1_000
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a job may spend on models, and its share of them where they are scarce."""

    weight: int = 1
    calls: int | None = None
    tokens: int | None = None
    money: float | None = None

    def check(self) -> None:
        """Raises UnfitPolicy for what cannot be."""
        wrong = {
            name: "at least 0; leave it out for no limit"
            for name in ("calls", "tokens", "money")
            if (most := getattr(self, name)) is not None and not 0 <= most < 2**53
        }
        if not 1 <= self.weight <= MOST_WEIGHT:
            wrong["weight"] = f"a whole number from 1 to {MOST_WEIGHT:,}"
        if wrong:
            raise UnfitPolicy(wrong)

    @property
    def columns(self) -> dict[str, int | float | None]:
        """As a row keeps it."""
        return {
            "weight": self.weight,
            "budget_calls": self.calls,
            "budget_tokens": self.tokens,
            "budget_money": self.money,
        }


def make(
    *, team: Team, name: str, policy: Policy, budget: Budget, by: User | None, at: datetime
) -> Job:
    """A new job; raises UnfitPolicy for a name that is taken, or none, and a budget that cannot be.

    Who may judge is checked by whoever knows the critics.
    """
    if not _NAME.fullmatch(name):
        raise UnfitPolicy({"name": "lower-case letters, digits, - and _, at most 60"})
    budget.check()
    try:
        with transaction.atomic():
            return Job.objects.create(
                team=team,
                name=name,
                policy=policy.columns,
                created_by=by,
                created_at=at,
                **budget.columns,
            )
    except IntegrityError:
        raise UnfitPolicy({"name": f"there is a job {name} already; take another name"}) from None


def change(*, job: Job, policy: Policy, budget: Budget) -> None:
    """Another policy for what is asked from now on, another budget at once; raises UnfitPolicy."""
    budget.check()
    Job.objects.filter(pk=job.pk).update(policy=policy.columns, **budget.columns)
    job.refresh_from_db()


def end(*, job: Job, at: datetime) -> bool:
    """Take no request any more; what is under way is answered. False if it had ended."""
    return Job.objects.filter(pk=job.pk, ended_at=None).update(ended_at=at) == 1


def resume(*, job: Job) -> bool:
    """Take requests again; False if it does."""
    return Job.objects.filter(pk=job.pk).exclude(ended_at=None).update(ended_at=None) == 1


def bind(*, key: ApiKey, job: Job) -> JobKey:
    """Make a key one of a job's."""
    bound, _ = JobKey.objects.get_or_create(key=key, defaults={"job": job})
    return bound


def seat(*, job: Job, queue: Queue) -> None:
    """Where the job's undecided runs go from now on."""
    Job.objects.filter(pk=job.pk).update(queue=queue)
    job.queue = queue


def charge(*, job_id: int, calls: int, tokens: int, money: float) -> None:
    """Put on the bill what a run cost."""
    Job.objects.filter(pk=job_id).update(
        spent_calls=F("spent_calls") + calls,
        spent_tokens=F("spent_tokens") + tokens,
        spent_money=F("spent_money") + money,
    )
