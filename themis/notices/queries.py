"""Reads of notices and webhooks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from themis.accounts.models import Team, User
from themis.notices.models import PING, Delivery, Notice, Webhook


def unread(user: User, team: Team) -> int:
    """How many notices somebody has not read."""
    return Notice.objects.filter(user=user, team=team, read_at=None).count()


def newest(user: User, team: Team) -> QuerySet[Notice]:
    """Somebody's notices, the newest first."""
    return Notice.objects.filter(user=user, team=team).select_related("by")


def webhooks_of(team: Team) -> QuerySet[Webhook]:
    """A team's webhooks, the oldest first."""
    return Webhook.objects.filter(team=team).select_related("created_by")


def deliveries_of(webhook: Webhook, limit: int) -> list[Delivery]:
    """The newest messages to a webhook."""
    return list(Delivery.objects.filter(webhook=webhook)[:limit])


def delivery(team: Team, pk: int) -> Delivery | None:
    """One message to one of the team's webhooks."""
    rows = Delivery.objects.filter(pk=pk, webhook__team=team)
    return rows.select_related("webhook__team").first()


def due(at: datetime) -> QuerySet[Delivery]:
    """Messages to try now, the one that has waited longest first; those of tests even if off."""
    waiting = Delivery.objects.filter(due_at__lte=at)
    on = Q(webhook__is_on=True) | Q(event=PING)
    return waiting.filter(on).select_related("webhook").order_by("due_at", "pk")
