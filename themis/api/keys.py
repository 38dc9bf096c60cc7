"""API keys: `Authorization: Bearer thk_…` or `X-API-Key: thk_…`, and what each may be used for.

An operation says with `auth=needs(KeyScope…)` which keys it takes. One that says nothing takes
keys of the whole team alone: to read for GET and HEAD, to set up for everything else. A key that
belongs to a job is let in only where `needs` was said, and there `reach` bounds what it sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader, HttpBearer

from themis.accounts import queries, services
from themis.accounts.models import ApiKey, KeyScope, Team
from themis.api import limits
from themis.api.replies import Refused
from themis.rewards.models import Job

READING = {"GET", "HEAD"}
WHERE = "Settings → API keys makes one"


class KeyedRequest(HttpRequest):
    """A request that a key let in."""

    auth: Team
    api_key: ApiKey
    job: Job | None  # whose key it is; None: the whole team's


@dataclass(frozen=True, slots=True)
class Takes:
    """Which keys are let in; no scope: as the method has it, and none of a job."""

    scope: KeyScope | None = None

    def needed(self, method: str) -> KeyScope:
        """The least a key must be allowed."""
        return self.scope or (KeyScope.READ if method in READING else KeyScope.ADMIN)


class BearerKey(HttpBearer):
    """The key as a bearer token."""

    def __init__(self, takes: Takes) -> None:
        super().__init__()
        self.takes = takes

    def authenticate(self, request: HttpRequest, token: str) -> Team | None:
        """The team whose key it is; raises Refused as `let_in`."""
        return let_in(request, token, self.takes)


class HeaderKey(APIKeyHeader):
    """The key in a header of its own."""

    param_name = "X-API-Key"

    def __init__(self, takes: Takes) -> None:
        super().__init__()
        self.takes = takes

    def authenticate(self, request: HttpRequest, key: str | None) -> Team | None:
        """The team whose key it is; raises Refused as `let_in`."""
        return let_in(request, key, self.takes) if key else None


Auth = list[Callable[[HttpRequest], Team | None]]
TEAM_KEYS: Auth = [BearerKey(Takes()), HeaderKey(Takes())]


def needs(scope: KeyScope) -> Auth:
    """For `auth` of an operation or a router: keys of that scope, those of jobs too."""
    return [BearerKey(Takes(scope)), HeaderKey(Takes(scope))]


def let_in(request: HttpRequest, plain: str, takes: Takes) -> Team | None:
    """The team a key opens, with `api_key` and `job` put on the request; None if it opens nothing.

    Raises Refused: 401 for one that has expired, 403 for one that may not do this, 429 for one that
    is used too often.
    """
    found = queries.of_plain(plain).select_related("of_job__job").first()
    if found is None:
        return None
    _check_time(found)
    _check_rate(request, found)
    bound = getattr(found, "of_job", None)
    job: Job | None = bound.job if bound else None
    _check_scope(request, found, job, takes)
    services.note_use(key=found, at=timezone.now())
    request.api_key, request.job = found, job  # type: ignore[attr-defined]
    return found.team


def _check_time(key: ApiKey) -> None:
    if key.has_expired(timezone.now()):
        raise Refused(401, "expired", f"this key expired on {_told(key)}; {WHERE}")


def _told(key: ApiKey) -> str:
    return f"{key.expires_at:%-d %B %Y at %H:%M UTC}"


def _check_rate(request: HttpRequest, key: ApiKey) -> None:
    if isinstance(request, ASGIRequest) and request.scope.get(limits.COUNTED):
        return
    rate = key.rate or settings.KEY_RATE
    if wait := limits.spend_now(key.pk, rate):
        raise too_often(rate, wait)


def too_often(rate: int, wait: float) -> Refused:
    """What a key is answered that has to wait so many seconds."""
    seconds = str(max(1, math.ceil(wait)))
    refused = Refused(
        429, "rate", f"more than the {rate:,} requests a minute of this key; wait {seconds} s"
    )
    refused.reply.headers["Retry-After"] = seconds
    return refused


def _check_scope(request: HttpRequest, key: ApiKey, job: Job | None, takes: Takes) -> None:
    needed = takes.needed(str(request.method))
    if not KeyScope(key.scope).includes(needed):
        said = f"this takes a key of scope “{needed}”, and yours is of scope “{key.scope}”; {WHERE}"
        raise Refused(403, "scope", said)
    if job is not None and (takes.scope is None or needed == KeyScope.ADMIN):
        said = f"this takes a key of the whole team, and yours belongs to the job {job.name}"
        raise Refused(403, "scope", f"{said}; {WHERE}")
