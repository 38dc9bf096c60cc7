"""Reads of accounts."""

from __future__ import annotations

from django.db.models import QuerySet

from themis.accounts.models import ApiKey, Membership, Role, Team, User
from themis.accounts.services import hash_of


def team_of(user: User) -> Team | None:
    """The team a user works in: the first one joined."""
    membership = user.memberships.select_related("team").order_by("pk").first()
    return membership.team if membership else None


def is_owner(user: User, team: Team) -> bool:
    """Whether a user may change a team's settings and keys."""
    return Membership.objects.filter(user=user, team=team, role=Role.OWNER).exists()


def live_key(plain: str) -> ApiKey | None:
    """The key of that plain text, with its team; None if there is none or it was revoked."""
    return (
        ApiKey.objects.select_related("team")
        .filter(secret_hash=hash_of(plain), revoked_at=None)
        .first()
    )


def keys_of(team: Team) -> QuerySet[ApiKey]:
    """Every key of a team, the newest first, revoked ones too."""
    return ApiKey.objects.filter(team=team).select_related("created_by")
