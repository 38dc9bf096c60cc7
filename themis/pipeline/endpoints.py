"""Which model server a team's critics ask: the team's own row, else the environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings

from themis.accounts.models import Team
from themis.pipeline import sealing
from themis.pipeline.models import ModelEndpoint


class Origin(StrEnum):
    """Where an endpoint was set."""

    TEAM = "team"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server and how to use it."""

    url: str
    model: str
    key: str
    concurrency: int  # calls in flight at a time
    timeout: int  # seconds a call
    origin: Origin


def has_model(team: Team) -> bool:
    """Whether a team's critics have a model to ask."""
    own = ModelEndpoint.objects.filter(team=team).exists()
    return own or bool(settings.MODEL_URL and settings.MODEL)


def endpoint_of(team: Team) -> Endpoint | None:
    """The endpoint a team's critics ask; None if there is no model."""
    row = ModelEndpoint.objects.filter(team=team).first()
    if row is not None:
        return Endpoint(
            url=row.url,
            model=row.model,
            key=sealing.unseal(row.sealed_key),
            concurrency=row.concurrency,
            timeout=row.timeout,
            origin=Origin.TEAM,
        )
    if not (settings.MODEL_URL and settings.MODEL):
        return None
    return Endpoint(
        url=settings.MODEL_URL,
        model=settings.MODEL,
        key=settings.MODEL_KEY,
        concurrency=settings.MODEL_CONCURRENCY,
        timeout=settings.MODEL_TIMEOUT,
        origin=Origin.ENVIRONMENT,
    )


def set_endpoint(*, team: Team, endpoint: Endpoint, at: datetime) -> None:
    """Make this the team's own endpoint."""
    ModelEndpoint.objects.update_or_create(
        team=team,
        defaults={
            "url": endpoint.url,
            "model": endpoint.model,
            "sealed_key": sealing.seal(endpoint.key),
            "concurrency": endpoint.concurrency,
            "timeout": endpoint.timeout,
            "updated_at": at,
        },
    )


def clear_endpoint(*, team: Team) -> None:
    """Go back to what the environment says."""
    ModelEndpoint.objects.filter(team=team).delete()
