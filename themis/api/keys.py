"""API keys: `Authorization: Bearer thk_…` or `X-API-Key: thk_…`."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader, HttpBearer

from themis.accounts import queries, services
from themis.accounts.models import Team


def team_of_key(plain: str) -> Team | None:
    """The team a key opens; None for one that does not exist or was revoked."""
    key = queries.live_key(plain)
    if key is None:
        return None
    services.note_use(key=key, at=timezone.now())
    return key.team


class BearerKey(HttpBearer):
    """The key as a bearer token."""

    def authenticate(self, _request: HttpRequest, token: str) -> Team | None:
        """The team whose key it is."""
        return team_of_key(token)


class HeaderKey(APIKeyHeader):
    """The key in a header of its own."""

    param_name = "X-API-Key"

    def authenticate(self, _request: HttpRequest, key: str | None) -> Team | None:
        """The team whose key it is."""
        return team_of_key(key) if key else None
