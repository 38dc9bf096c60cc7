"""Reads of accounts."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from themis.accounts.models import ApiKey, Membership, Team, User
from themis.accounts.services import hash_of


def membership_of(user: User) -> Membership | None:
    """The team a user works in, with the role there: the first one joined."""
    return user.memberships.select_related("team").order_by("pk").first()


def of_plain(plain: str) -> QuerySet[ApiKey]:
    """The key of that plain text, with its team, expired or not; none if it was revoked."""
    return ApiKey.objects.select_related("team").filter(secret_hash=hash_of(plain), revoked_at=None)


def live_key(plain: str) -> ApiKey | None:
    """The key of that plain text, with its team; None if it opens nothing (any more)."""
    key = of_plain(plain).first()
    return None if key is None or key.has_expired(timezone.now()) else key


def keys_of(team: Team) -> QuerySet[ApiKey]:
    """Every key of a team, the newest first, revoked ones too."""
    return ApiKey.objects.filter(team=team).select_related("created_by")


def members_of(team: Team) -> QuerySet[Membership]:
    """Everybody in a team, by name."""
    return Membership.objects.filter(team=team).select_related("user").order_by("user__username")
