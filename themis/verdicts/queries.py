"""Reads of verdicts."""

from __future__ import annotations

from django.db.models import QuerySet

from themis.critic.contract import Turn
from themis.domain import wire
from themis.trajectories.models import Trajectory
from themis.verdicts import models
from themis.verdicts.models import CHAIN, Status, Verdict


def newest(trajectory: Trajectory, critic: str = "", *, with_chain: bool = True) -> Verdict | None:
    """The verdict that was given last, by any critic or by one; its chain is large."""
    given = Verdict.objects.filter(trajectory=trajectory, status=Status.GIVEN)
    if not with_chain:
        given = given.defer(*CHAIN)
    if critic:
        given = given.filter(critic=critic)
    return given.order_by("-closed_at", "-pk").first()


def all_of(trajectory: Trajectory) -> QuerySet[Verdict]:
    """Every verdict on a trajectory, the last opened first."""
    return Verdict.objects.filter(trajectory=trajectory)


def recorded(verdict: Verdict, key: str) -> Turn | None:
    """The turn of one key, if it was recorded."""
    row = models.Turn.objects.filter(verdict=verdict, key=key).first()
    return turn_of(row) if row else None


def turns(verdict: Verdict) -> list[Turn]:
    """Every turn, in the order they ended."""
    return [turn_of(row) for row in models.Turn.objects.filter(verdict=verdict)]


def turn_of(row: models.Turn) -> Turn:
    """The contract's value of a row."""
    return wire.load(Turn, row.payload, at=f"turn {row.key}")
