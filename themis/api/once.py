"""Idempotency-Key: a request that is sent again is answered again, not carried out again.

The answer is kept in the transaction that does the work, so that a process that dies has done
both or neither. Scope: team, method, path and key; kept for a day.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from themis.accounts.models import Team
from themis.api import reach
from themis.api.models import Exchange
from themis.api.replies import Refused, Reply
from themis.domain.errors import UnreadableTrajectory
from themis.pipeline import owner

KEPT = timedelta(hours=24)
HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
# Attempts of this process that may stand in the table although nobody is at work for them: the
# database died over them. While this process lives, none but it can take them away.
_left: set[str] = set()
_leaving = threading.Lock()
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


class _TakenAway(Exception):
    """Another process took this one for dead and answers in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """When a request came: for one that is sent again, the first time."""

    first_at: datetime
    at: datetime

    @classmethod
    def now(cls) -> Asked:
        """One that is asked once only."""
        at = timezone.now()
        return cls(first_at=at, at=at)

    def has_stored(self, created_at: datetime) -> bool:
        """Whether an earlier try of this request, whose answer never left, made a thing."""
        return self.first_at < self.at and created_at >= self.first_at


Write: TypeAlias = Callable[[], Reply]
Prepare: TypeAlias = Callable[[Asked], Write]


def answer(request: HttpRequest, fingerprint: Callable[[], str], prepare: Prepare) -> HttpResponse:
    """Carry a request out, once a key: the response."""
    return replied(request, fingerprint, prepare).response()


def replied(request: HttpRequest, fingerprint: Callable[[], str], prepare: Prepare) -> Reply:
    """Carry a request out, once a key: what is answered, now or then.

    `prepare` does what takes long and may be done twice; the write that it gives runs in one
    transaction with the keeping of the answer. Both may raise Refused or UnreadableTrajectory.
    """
    now = timezone.now()
    try:
        key = _key_of(request)
        if key is None:
            return _carry_out(prepare, Asked.now(), None)
        found = _reserve(request, key, fingerprint(), now)
    except Refused as refused:
        return refused.reply
    if isinstance(found, Reply):
        return found
    return _kept(prepare, found, now)


def _kept(prepare: Prepare, exchange: Exchange, now: datetime) -> Reply:
    try:
        return _carry_out(prepare, Asked(first_at=exchange.created_at, at=now), exchange)
    except BaseException:
        _give_up(exchange)
        raise


def _give_up(exchange: Exchange) -> None:
    try:
        _let_go(exchange)
    except (OperationalError, InterfaceError):
        with _leaving:
            _left.add(exchange.attempt)
        raise


def _carry_out(prepare: Prepare, asked: Asked, exchange: Exchange | None) -> Reply:
    try:
        write = prepare(asked)
        with transaction.atomic():
            reply = write()
            _keep(exchange, reply)
    except _TakenAway:
        return _in_progress().reply
    except Refused as refused:
        return _keep_refusal(exchange, refused.reply)
    except UnreadableTrajectory as error:
        unread = Refused(422, "invalid", str(error), field=_place(error))
        return _keep_refusal(exchange, unread.reply)
    return reply


def _keep_refusal(exchange: Exchange | None, reply: Reply) -> Reply:
    """A conflict may be over the next time: it is answered, but not kept."""
    if exchange is not None and reply.status == 409:
        _let_go(exchange)
        return reply
    try:
        _keep(exchange, reply)
    except _TakenAway:
        return _in_progress().reply
    return reply


def _keep(exchange: Exchange | None, reply: Reply) -> None:
    if exchange is None:
        return
    mine = Exchange.objects.filter(pk=exchange.pk, attempt=exchange.attempt, status=None)
    if mine.update(status=reply.status, body=reply.body) != 1:
        raise _TakenAway


def _let_go(exchange: Exchange) -> None:
    Exchange.objects.filter(pk=exchange.pk, attempt=exchange.attempt, status=None).delete()


def _key_of(request: HttpRequest) -> str | None:
    given = request.headers.get(HEADER)
    if given is None:
        return None
    key = given.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise Refused(400, "bad_key", f"{HEADER}: 1 to 255 printable ASCII characters, say a UUID")
    return key


def _reserve(request: HttpRequest, key: str, fingerprint: str, now: datetime) -> Exchange | Reply:
    team: Team = request.auth  # type: ignore[attr-defined]
    Exchange.objects.filter(created_at__lt=now - KEPT).delete()
    _forget_left()
    attempt = uuid.uuid4().hex
    scope = {"team": team, "method": str(request.method), "path": _path(request), "key": key}
    try:
        with transaction.atomic():
            return Exchange.objects.create(
                **scope,
                fingerprint=fingerprint,
                owner=owner.this_process(),
                attempt=attempt,
                claimed_at=now,
                created_at=now,
            )
    except (OperationalError, InterfaceError):
        with _leaving:
            _left.add(attempt)
        raise
    except IntegrityError:
        found = Exchange.objects.filter(**scope).first()
    if found is None:
        raise _in_progress()
    if found.fingerprint != fingerprint:
        raise Refused(422, "key_reused", f"{HEADER}: was used for another request; take a new one")
    if found.status is not None:
        return Reply(status=found.status, body=found.body or {}, headers={REPLAYED: "true"})
    return _taken_over(found, now)


def _forget_left() -> None:
    with _leaving:
        if _left:
            Exchange.objects.filter(attempt__in=_left, status=None).delete()
            _left.clear()


def _path(request: HttpRequest) -> str:
    """Where a request was sent; what a job asks for is none of another's, whatever the key."""
    job = reach.own_job(request)
    return f"{request.path}#{job.pk}" if job else request.path


def _taken_over(found: Exchange, now: datetime) -> Exchange:
    """The request of a process that died over it; raises Refused while that lives."""
    if owner.is_gone(found.owner, beat_at=found.claimed_at, at=now):
        mine = uuid.uuid4().hex
        taken = Exchange.objects.filter(pk=found.pk, attempt=found.attempt, status=None).update(
            attempt=mine, owner=owner.this_process(), claimed_at=now
        )
        if taken == 1:
            found.attempt = mine
            return found
    raise _in_progress()


def _in_progress() -> Refused:
    return Refused(409, "in_progress", f"{HEADER}: its first request is still at work; try again")


def _place(error: UnreadableTrajectory) -> str:
    """The field that its message names first."""
    return str(error).partition(":")[0][:200]
