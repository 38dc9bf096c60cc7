"""Writes of messages: what is to be told to which webhooks, and what is told again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.notices.models import PING, Delivery, HookKind, Webhook
from themis.notices.payloads import body_of

BATCH = 500  # rows of one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A message in the form of another program: what is sent where, and who may."""

    body: str
    path: str  # after the webhook's address
    sealed_bearer: str = ""  # empty: the webhook's own


def announce(
    *, hooks: Sequence[Webhook], event: str, each: Sequence[dict[str, Json]], at: datetime
) -> int:
    """Put events of a kind down for webhooks that want it; how many messages that are.

    A webhook that is limited to a job gets only what names it.
    """
    return put(
        message(webhook, event, data, at)
        for data in each
        for webhook in hooks
        if not webhook.job or webhook.job == data.get("job")
    )


def wanting(team: Team, event: str) -> list[Webhook]:
    """The team's webhooks that are on and take messages of an event in Themis's own form."""
    on = Webhook.objects.filter(team=team, is_on=True, kind=HookKind.STANDARD)
    return [each for each in on.select_related("team") if not each.events or event in each.events]


def pushing(team: Team, job: str) -> list[Webhook]:
    """The team's webhooks that are on and take the rewards of a job in a form of their own."""
    on = Webhook.objects.filter(team=team, is_on=True, job__in=["", job])
    return list(on.exclude(kind=HookKind.STANDARD).select_related("team"))


def put(rows: Iterable[Delivery]) -> int:
    """Put messages down; how many."""
    return len(Delivery.objects.bulk_create(rows, batch_size=BATCH))


def message(webhook: Webhook, event: str, data: dict[str, Json], at: datetime) -> Delivery:
    """A message in Themis's own form, not yet put down."""
    body = body_of(event, {"team": webhook.team.slug, **data}, at)
    about = data.get("trajectory")
    return Delivery(
        webhook=webhook,
        event=event,
        trajectory=about[:40] if isinstance(about, str) else "",
        body=body,
        created_at=at,
        due_at=at,
    )


def pushed(webhook: Webhook, push: Push, trajectory: str, at: datetime) -> Delivery:
    """A message in the form of another program, not yet put down."""
    return Delivery(
        webhook=webhook,
        event="reward.settled",
        trajectory=trajectory,
        body=push.body,
        path=push.path,
        sealed_bearer=push.sealed_bearer,
        created_at=at,
        due_at=at,
    )


def example(*, webhook: Webhook, event: str, data: dict[str, Json], at: datetime) -> Delivery:
    """An event that did not happen, marked as an example; sent even while the webhook is off."""
    row = message(webhook, event, {**data, "example": True}, at)
    row.is_test, row.trajectory = True, ""
    row.save()
    return row


def ping(*, webhook: Webhook, at: datetime) -> Delivery:
    """A test, sent even while the webhook is off."""
    return example(webhook=webhook, event=PING, data={"webhook": webhook.pk}, at=at)


def resend(*, delivery: Delivery, at: datetime) -> bool:
    """Send a message again, under the same id; False if it waits to be sent anyway.

    One that is to be tried again later is tried now.
    """
    return _again([delivery.pk], at) == 1


def resend_since(*, webhook: Webhook, since: datetime, at: datetime, most: int) -> int:
    """Send again what was put down since then, delivered or given up; how many, at most `most`.

    The oldest are first. Tests and examples are not sent again.
    """
    through = Delivery.objects.filter(webhook=webhook, due_at=None, is_test=False)
    since_then = through.filter(created_at__gte=since).order_by("pk")
    ids = list(since_then.values_list("pk", flat=True)[:most])
    return sum(_again(ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


def _again(ids: Sequence[int], at: datetime) -> int:
    # What waits without trouble was not tried yet, or is being sent at this moment.
    idle = Delivery.objects.filter(Q(due_at=None) | Q(trouble__gt=""), pk__in=ids)
    return idle.update(due_at=at, tries=0, delivered_at=None, status=None, trouble="")
