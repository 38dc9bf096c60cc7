"""Writes of verdicts. Each turn is safe before the next is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.dispatch import Signal

from themis.critic.contract import Turn
from themis.domain import wire
from themis.domain.evidence import Round
from themis.domain.verdict import Finding
from themis.trajectories import services as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts import models
from themis.verdicts.models import Status, Verdict

# As text, for it is written with every turn: composing it anew costs ten times what it does.
CHARGE = """
UPDATE verdicts_verdict SET
    n_turns = n_turns + 1, calls = calls + %s,
    prompt_tokens = prompt_tokens + %s, completion_tokens = completion_tokens + %s,
    cached_tokens = cached_tokens + %s, price = coalesce(coalesce(price, 0) + %s, price),
    seconds = %s
WHERE id = %s AND status = 'open'
"""

# Sent with `trajectory_id` as a verdict is given, in the same transaction.
closed = Signal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Who sits on a case: what must be the same for a verdict to be gone on with."""

    critic: str
    critic_version: str
    settings_hash: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What of a run is before the court: so many steps, of a run that goes on or has ended."""

    n_steps: int | None = None  # None: all there are
    digest: str = ""  # sha256 of the case
    provisional: bool = False


WHOLE = Sight()


def open_verdict(
    *, trajectory: Trajectory, bench: Bench, sight: Sight = WHOLE, at: datetime
) -> Verdict:
    """A verdict without turns yet."""
    return Verdict.objects.create(
        trajectory=trajectory,
        critic=bench.critic,
        critic_version=bench.critic_version,
        settings_hash=bench.settings_hash,
        model=bench.model,
        provisional=sight.provisional,
        n_steps=sight.n_steps,
        seen=sight.digest,
        opened_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A turn that ended, to be kept; `seconds` is how long its verdict was worked at so far."""

    verdict: Verdict
    turn: Turn
    seconds: float
    at: datetime


def record_turn(*, verdict: Verdict, turn: Turn, seconds: float, at: datetime) -> bool:
    """Keep a turn that ended, and the bill so far; False if that turn was kept before.

    A turn of the same key that answered another prompt is replaced, its bill stays.
    `seconds` is how long the verdict has been worked at altogether.
    """
    entry = Entry(verdict=verdict, turn=turn, seconds=seconds, at=at)
    try:
        with transaction.atomic():
            models.Turn.objects.filter(verdict=verdict, key=turn.key).exclude(
                prompt_hash=turn.prompt_hash
            ).delete()
            _add([entry])
    except IntegrityError:
        return False
    return True


@transaction.atomic
def record_turns(*, entries: Sequence[Entry]) -> None:
    """Keep turns of any verdicts together: all, or none where one of them cannot be kept.

    Raises IntegrityError where one of the same key was kept before, whatever it answered.
    """
    _add(entries)


def _add(entries: Sequence[Entry]) -> None:
    models.Turn.objects.bulk_create([_row(each.verdict, each.turn, each.at) for each in entries])
    # By id, so that two processes never wait for each other's verdicts.
    ordered = sorted(entries, key=lambda each: each.verdict.pk)
    with connection.cursor() as cursor:
        cursor.executemany(CHARGE, [_charged(each) for each in ordered])


def _charged(entry: Entry) -> tuple[int | float | None, ...]:
    turn = entry.turn
    return (
        1 if turn.model else 0,
        turn.prompt_tokens,
        turn.completion_tokens,
        turn.cached_tokens,
        turn.price,
        entry.seconds,
        entry.verdict.pk,
    )


def borrow_turn(*, verdict: Verdict, turn: Turn, at: datetime) -> None:
    """Keep a turn that an earlier verdict recorded and paid for: it adds nothing to the bill."""
    row = _row(verdict, turn, at)
    try:
        with transaction.atomic():
            models.Turn.objects.filter(verdict=verdict, key=turn.key).delete()
            row.save(force_insert=True)
            Verdict.objects.filter(pk=verdict.pk, status=Status.OPEN).update(
                n_turns=F("n_turns") + 1
            )
    except IntegrityError:  # a twin of this process kept it
        return


def _row(verdict: Verdict, turn: Turn, at: datetime) -> models.Turn:
    return models.Turn(
        verdict=verdict,
        key=turn.key,
        role=turn.role,
        round=turn.round,
        prompt_hash=turn.prompt_hash,
        model=turn.model[:200],  # a server may call itself anything
        prompt_tokens=turn.prompt_tokens,
        completion_tokens=turn.completion_tokens,
        seconds=turn.seconds,
        payload=wire.dump(turn),
        ended_at=at,
    )


def make_final(*, trajectory: Trajectory, digest: str) -> list[Verdict]:
    """Provisional verdicts that saw all there is, from now on the final ones."""
    seen = Verdict.objects.filter(
        trajectory=trajectory, seen=digest, status__in=[Status.OPEN, Status.GIVEN]
    )
    found = [verdict.pk for verdict in seen.filter(provisional=True).only("pk")]
    Verdict.objects.filter(
        pk__in=found, provisional=True, status__in=[Status.OPEN, Status.GIVEN]
    ).update(provisional=False)
    return list(Verdict.objects.filter(pk__in=found, provisional=False).defer(*models.CHAIN))


def publish(*, verdict: Verdict, rounds: tuple[Round, ...]) -> None:
    """Show how far the evidence chain has come."""
    Verdict.objects.filter(pk=verdict.pk, status=Status.OPEN).update(rounds=wire.encode(rounds))


@transaction.atomic
def give(*, verdict: Verdict, finding: Finding, seconds: float, at: datetime) -> bool:
    """Close an open verdict with its outcome; False if it was closed before."""
    trajectories.hold([verdict.trajectory_id])
    given = Verdict.objects.filter(pk=verdict.pk, status=Status.OPEN).update(
        status=Status.GIVEN,
        outcome=finding.outcome,
        confidence=min(1.0, max(0.0, finding.confidence)),
        reason=wire.clean(finding.reason),
        error_class=finding.error_class or "",
        rounds=wire.encode(finding.rounds),
        finding=wire.dump(finding),
        seconds=seconds,
        closed_at=at,
    )
    if given == 1:
        closed.send(sender=Verdict, trajectory_id=verdict.trajectory_id)
    return given == 1


def break_off(*, verdict: Verdict, cause: str, at: datetime) -> bool:
    """Close an open verdict with the cause it broke of; False if it was closed before."""
    broken = Verdict.objects.filter(pk=verdict.pk, status=Status.OPEN).update(
        status=Status.BROKEN, cause=wire.clean(cause), closed_at=at
    )
    return broken == 1
