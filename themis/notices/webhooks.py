"""Writes of webhooks: who is told, of what, and with which secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from themis.accounts.models import Team, User
from themis.notices.models import HookKind, Webhook
from themis.notices.services import bounded

OVERLAP = timedelta(hours=24)  # how long the secret before the newest stays valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What people set of a webhook: whom it tells of what. No events: all of them."""

    url: str
    kind: HookKind = HookKind.STANDARD
    events: Sequence[str] = ()
    job: str = ""  # only what is about this job; empty: any


def add(
    *, team: Team, settings: Settings, sealed_secret: str, by: User | None, at: datetime
) -> Webhook:
    """A new webhook."""
    return Webhook.objects.create(
        team=team,
        kind=settings.kind,
        url=settings.url,
        job=settings.job,
        events=list(settings.events),
        sealed_secret=sealed_secret,
        created_by=by,
        created_at=at,
    )


def change(*, webhook: Webhook, settings: Settings) -> None:
    """Another address, other events or another job; a new address starts with a clean record."""
    if settings.url != webhook.url:
        webhook.failures, webhook.trouble, webhook.quiet_until = 0, "", None
        webhook.failing_since = webhook.failed_at = webhook.answered_at = None
    webhook.url, webhook.events, webhook.job = settings.url, list(settings.events), settings.job
    webhook.save(
        update_fields=[
            *("url", "events", "job", "failures", "trouble", "quiet_until"),
            *("failing_since", "failed_at", "answered_at"),
        ]
    )


def rotate(*, webhook: Webhook, sealed_secret: str, at: datetime) -> None:
    """A new secret. What is sent is signed with the one before, too, for a day.

    Two are valid at most: the one before that ends now.
    """
    Webhook.objects.filter(pk=webhook.pk).update(
        sealed_before=F("sealed_secret"), before_until=at + OVERLAP, sealed_secret=sealed_secret
    )
    webhook.refresh_from_db()


def replace(*, webhook: Webhook, sealed_secret: str) -> None:
    """Another token of a receiver, which knows one alone."""
    Webhook.objects.filter(pk=webhook.pk).update(sealed_secret=sealed_secret)


def end_before(*, webhook: Webhook) -> bool:
    """The secret before the newest is valid no more; False if there was none."""
    old = Webhook.objects.filter(pk=webhook.pk, before_until__isnull=False)
    return old.update(sealed_before="", before_until=None) == 1


def switch(*, webhook: Webhook, is_on: bool) -> bool:
    """Turn it on, with a clean record, or off; False if it stood so already.

    What waits is kept for when it is on again.
    """
    fresh = {"failures": 0, "failing_since": None, "failed_at": None, "quiet_until": None}
    others = Webhook.objects.filter(pk=webhook.pk).exclude(is_on=is_on)
    return others.update(is_on=is_on, off_cause="", **(fresh if is_on else {})) == 1


def disable(*, webhook: Webhook, cause: str) -> bool:
    """Turn off one that does not take what it is sent; False if it is off already."""
    still_on = Webhook.objects.filter(pk=webhook.pk, is_on=True)
    return still_on.update(is_on=False, off_cause=bounded(cause)) == 1


def remove(*, webhook: Webhook) -> None:
    """Delete a webhook with all its messages."""
    webhook.delete()
