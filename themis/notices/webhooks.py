"""Writes of webhooks: who is told, and what is to be told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.jsontypes import Json
from themis.notices.models import PING, Delivery, Webhook


def add(
    *,
    team: Team,
    url: str,
    sealed_secret: str,
    events: Sequence[str],
    by: User | None,
    at: datetime,
) -> Webhook:
    """A new webhook; without events it is told of everything."""
    return Webhook.objects.create(
        team=team,
        url=url,
        sealed_secret=sealed_secret,
        events=list(events),
        created_by=by,
        created_at=at,
    )


def change(*, webhook: Webhook, url: str, events: Sequence[str]) -> None:
    """Another address or other events; a new address starts with a clean record."""
    if url != webhook.url:
        webhook.failures, webhook.trouble = 0, ""
    webhook.url, webhook.events = url, list(events)
    webhook.save(update_fields=["url", "events", "failures", "trouble"])


def reseal(*, webhook: Webhook, sealed_secret: str) -> None:
    """Another secret: what is sent from now on is signed with it."""
    Webhook.objects.filter(pk=webhook.pk).update(sealed_secret=sealed_secret)


def switch(*, webhook: Webhook, is_on: bool) -> bool:
    """Turn it on or off, with what waits kept for later; False if it stood so already."""
    return Webhook.objects.filter(pk=webhook.pk).exclude(is_on=is_on).update(is_on=is_on) == 1


def remove(*, webhook: Webhook) -> None:
    """Delete a webhook with all its messages."""
    webhook.delete()


@transaction.atomic
def announce(*, team: Team, event: str, data: dict[str, Json], at: datetime) -> int:
    """Put an event down for every webhook of the team that wants it; for how many."""
    wanting = [
        webhook
        for webhook in Webhook.objects.filter(team=team, is_on=True)
        if not webhook.events or event in webhook.events
    ]
    rows = [_message(webhook, event, data, team, at) for webhook in wanting]
    Delivery.objects.bulk_create(rows)
    return len(rows)


def ping(*, webhook: Webhook, at: datetime) -> Delivery:
    """A test, sent even while the webhook is off."""
    row = _message(webhook, PING, {"webhook": webhook.pk}, webhook.team, at)
    row.save()
    return row


def redeliver(*, delivery: Delivery, at: datetime) -> bool:
    """Send a message again, under the same id; False if it waits to be sent anyway.

    One that is to be tried again later is tried now.
    """
    kept = Delivery.objects.filter(pk=delivery.pk).exclude(due_at__lte=at)
    return kept.update(due_at=at, tries=0, delivered_at=None, status=None, trouble="") == 1


def _message(
    webhook: Webhook, event: str, data: dict[str, Json], team: Team, at: datetime
) -> Delivery:
    key = uuid.uuid4()
    body = wire.encode(
        {"id": str(key), "event": event, "at": at.isoformat(), "team": team.slug, "data": data}
    )
    return Delivery(key=key, webhook=webhook, event=event, body=body, created_at=at, due_at=at)
