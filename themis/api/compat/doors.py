"""Who is let in: keys in the headers that frameworks send, and a port that needs none."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from themis.accounts.models import KeyScope, Team
from themis.api.keys import BearerKey, Takes, let_in, needs
from themis.callers import GRANT
from themis.rewards.models import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a port of its own was opened for by whoever runs this machine."""

    team: Team
    job: Job
    patience: int | None  # seconds; None: what its clients have
    site: str  # where people see pages; empty: links lead from wherever they are read


class RollKey(BearerKey):
    """The key where ROLL's worker sends it."""

    header = "XRL-Authorization"


def at_the_port(request: HttpRequest) -> Team | None:
    """The team whose port the request came in at; None for every other."""
    granted = grant_of(request)
    if granted is None:
        return None
    request.job = granted.job  # type: ignore[attr-defined]
    return granted.team


def grant_of(request: HttpRequest) -> Grant | None:
    """What the port is for that the request came in at; None where a key is needed."""
    found = getattr(request, "scope", {}).get(GRANT)
    return found if isinstance(found, Grant) else None


def opened_by(request: HttpRequest, plain: str) -> Team | None:
    """The team a key opens, wherever it was found; None for one that opens nothing."""
    return let_in(request, plain, ASKING)


ASKING = Takes(KeyScope.SUBMIT)
KEYS = needs(KeyScope.SUBMIT)
ROLL_KEYS = [RollKey(ASKING), *KEYS]
PORT_OR_KEYS = [at_the_port, *KEYS]
