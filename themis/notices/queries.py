"""Reads of notices and webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from themis.accounts.models import Team, User
from themis.notices.models import Attempt, Delivery, Notice, Webhook

STATES = ("waiting", "delivered", "given-up")


def unread(user: User, team: Team) -> int:
    """How many notices somebody has not read."""
    return Notice.objects.filter(user=user, team=team, read_at=None).count()


def newest(user: User, team: Team) -> QuerySet[Notice]:
    """Somebody's notices, the newest first."""
    return Notice.objects.filter(user=user, team=team).select_related("by")


def webhooks_of(team: Team) -> QuerySet[Webhook]:
    """A team's webhooks, the oldest first."""
    return Webhook.objects.filter(team=team).select_related("created_by", "team")


def with_waiting(hooks: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """The same, each with how many messages wait for it (`n_waiting`)."""
    waiting = Delivery.objects.filter(webhook=OuterRef("pk"), due_at__isnull=False)
    counted = waiting.order_by().values("webhook").annotate(n=Count("pk")).values("n")
    return hooks.annotate(n_waiting=Coalesce(Subquery(counted), 0))


def n_waiting(webhook: Webhook) -> int:
    """How many messages wait for a webhook."""
    return Delivery.objects.filter(webhook=webhook, due_at__isnull=False).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What messages are looked for: of an event, in a state, by an id of theirs or a run's."""

    event: str = ""
    state: str = ""  # one of STATES; empty: any
    text: str = ""

    @property
    def is_any(self) -> bool:
        """Whether it leaves nothing out."""
        return not (self.event or self.state or self.text)


def messages_of(webhook: Webhook, search: Search) -> QuerySet[Delivery]:
    """Messages to a webhook, the newest first."""
    rows = Delivery.objects.filter(webhook=webhook).order_by("-pk").defer("body", "sealed_bearer")
    if search.event:
        rows = rows.filter(event=search.event)
    if search.state == "waiting":
        rows = rows.filter(due_at__isnull=False)
    elif search.state == "delivered":
        rows = rows.filter(due_at=None, delivered_at__isnull=False)
    elif search.state == "given-up":
        rows = rows.filter(due_at=None, delivered_at=None)
    return rows.filter(_named(search.text)) if search.text else rows


def delivery(team: Team, pk: int) -> Delivery | None:
    """One message to one of the team's webhooks."""
    rows = Delivery.objects.filter(pk=pk, webhook__team=team)
    return rows.select_related("webhook__team").first()


def attempts_of(row: Delivery, limit: int) -> list[Attempt]:
    """The newest tries of a message."""
    return list(Attempt.objects.filter(delivery=row).order_by("-pk")[:limit])


def _named(text: str) -> Q:
    """Messages with an id, or about a run with one."""
    about = Q(trajectory__gt="", trajectory=text[:40])
    try:
        return about | Q(key=UUID(text))
    except ValueError:
        return about
