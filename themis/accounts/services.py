"""Writes of accounts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from themis.accounts.models import ApiKey, KeyScope, Membership, Role, Team, User

KEY_PREFIX = "thk_"


@transaction.atomic
def found_team(*, slug: str, name: str) -> Team:
    """The team of that slug, made if it does not exist."""
    team, _ = Team.objects.get_or_create(slug=slug, defaults={"name": name})
    return team


@transaction.atomic
def enrol(*, username: str, password: str, team: Team, role: Role) -> User:
    """A user in a team; one who exists gets this password and role."""
    user, _ = User.objects.get_or_create(username=username)
    user.set_password(password)
    user.save(update_fields=["password"])
    Membership.objects.update_or_create(user=user, team=team, defaults={"role": role})
    return user


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerms:
    """What a key may be used for, until when, how often. As it stands: for everything, for ever."""

    scope: KeyScope = KeyScope.ADMIN
    expires_at: datetime | None = None
    rate: int | None = None  # requests a minute; None: what the installation lets each have


ALL = KeyTerms()


def issue_key(
    *, team: Team, name: str, by: User | None, at: datetime, terms: KeyTerms = ALL
) -> tuple[ApiKey, str]:
    """A new key and its plain text, which is shown once and cannot be had again."""
    plain = KEY_PREFIX + secrets.token_urlsafe(32)
    return keep_key(plain=plain, team=team, name=name, by=by, at=at, terms=terms), plain


def keep_key(
    *, plain: str, team: Team, name: str, by: User | None, at: datetime, terms: KeyTerms = ALL
) -> ApiKey:
    """Record a key whose plain text is already known to its holder; one that is there stays."""
    key, _ = ApiKey.objects.get_or_create(
        secret_hash=hash_of(plain),
        defaults={
            "team": team,
            "name": name,
            "prefix": plain[: len(KEY_PREFIX) + 4],
            "scope": terms.scope,
            "expires_at": terms.expires_at,
            "rate": terms.rate,
            "created_by": by,
            "created_at": at,
        },
    )
    return key


def revoke_key(*, key: ApiKey, at: datetime) -> bool:
    """End a key; False if it had ended already."""
    return ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at) == 1


def note_use(*, key: ApiKey, at: datetime) -> None:
    """Remember when a key was last used, to the minute: one write a minute is enough."""
    minute_ago = at - timedelta(minutes=1)
    if key.last_used_at is None or key.last_used_at <= minute_ago:
        # Of many requests at once the first writes; the others find it done.
        stale = Q(last_used_at=None) | Q(last_used_at__lte=minute_ago)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=at)


def hash_of(plain: str) -> str:
    """Keys are 256 random bits, so that a plain sha256 cannot be searched back."""
    return hashlib.sha256(plain.encode()).hexdigest()


def remap(*, user: User, keys: dict[str, str]) -> None:
    """Keep what a person has put on other keys; nothing: the defaults."""
    user.keys = keys
    user.save(update_fields=["keys"])
