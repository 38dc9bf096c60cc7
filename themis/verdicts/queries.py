"""Reads of verdicts."""

from __future__ import annotations

from django.db.models import QuerySet

from themis.critic.contract import Turn
from themis.domain import wire
from themis.domain.evidence import Injection
from themis.domain.verdict import Finding
from themis.trajectories.models import Trajectory
from themis.verdicts import models
from themis.verdicts.models import CHAIN, Status, Verdict


def newest(trajectory: Trajectory, critic: str = "", *, with_chain: bool = True) -> Verdict | None:
    """The final verdict that was given last, by any critic or by one; its chain is large."""
    return _newest(trajectory, critic, provisional=False, with_chain=with_chain)


def newest_provisional(
    trajectory: Trajectory, critic: str = "", *, with_chain: bool = True
) -> Verdict | None:
    """The verdict that was given last on a run that was still open."""
    return _newest(trajectory, critic, provisional=True, with_chain=with_chain)


def _newest(
    trajectory: Trajectory, critic: str, *, provisional: bool, with_chain: bool
) -> Verdict | None:
    given = Verdict.objects.filter(
        trajectory=trajectory, status=Status.GIVEN, provisional=provisional
    )
    if not with_chain:
        given = given.defer(*CHAIN)
    if critic:
        given = given.filter(critic=critic)
    return given.order_by("-closed_at", "-pk").first()


def injections(verdict: Verdict) -> tuple[Injection, ...]:
    """What a given verdict reports of words that address the judge, without loading its chain."""
    found = Verdict.objects.filter(pk=verdict.pk).values_list("finding__injections", flat=True)
    at = f"verdict {verdict.pk}"
    return tuple(wire.decode(Injection, each, at=at) for each in found.first() or ())


def finding(verdict_id: int) -> Finding | None:
    """The finding of a given verdict; None where there is none."""
    held = Verdict.objects.filter(pk=verdict_id).values_list("finding", flat=True).first()
    return wire.load(Finding, held, at=f"verdict {verdict_id}") if held else None


def lenders(verdict: Verdict) -> list[int]:
    """Verdicts whose turns count for this one, too, where a question is the same; newest first.

    Those of the same bench on an earlier part of the run, until the whole was judged once; and
    those that broke since: what was answered before a server went down is not paid for twice.
    Judging again what was judged asks again.
    """
    bench = Verdict.objects.filter(
        trajectory_id=verdict.trajectory_id,
        critic=verdict.critic,
        critic_version=verdict.critic_version,
        settings_hash=verdict.settings_hash,
        model=verdict.model,
    ).exclude(pk=verdict.pk)
    whole = bench.filter(provisional=False)
    given = whole.filter(status=Status.GIVEN).order_by("-pk").values_list("pk", flat=True).first()
    broken = whole.filter(status=Status.BROKEN, pk__gt=given or 0).order_by("-pk")
    earlier = bench.none() if given else bench.filter(provisional=True)
    return [*broken.values_list("pk", flat=True), *earlier.values_list("pk", flat=True)]


def lent(lenders: list[int], key: str, prompt_hash: str) -> Turn | None:
    """The turn of one key and prompt that another verdict recorded.

    A reply that could not be read may be what broke that verdict, so it is asked for again.
    """
    rows = models.Turn.objects.filter(verdict__in=lenders, key=key, prompt_hash=prompt_hash)
    found = rows.select_related("verdict").order_by("-pk").first()
    if found is None:
        return None
    turn = turn_of(found)
    return None if turn.error and found.verdict.status == Status.BROKEN else turn


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
