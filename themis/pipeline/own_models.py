"""The model endpoints that a team sets for itself: as they stand, and every change to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from themis.accounts.models import Team
from themis.pipeline import sealing
from themis.pipeline.endpoint import Endpoint
from themis.pipeline.models import ModelEndpoint


def rows_of(team: Team) -> QuerySet[ModelEndpoint]:
    """A team's own endpoints: by the model's name, each in order of failover."""
    return ModelEndpoint.objects.filter(team=team)


@transaction.atomic
def add(*, team: Team, name: str, endpoint: Endpoint, at: datetime) -> ModelEndpoint:
    """One more endpoint, the last to be turned to under its name."""
    row = ModelEndpoint(team=team, name=name, position=_next_position(team, name))
    return _write(row, endpoint, at)


@transaction.atomic
def change(*, row: ModelEndpoint, name: str, endpoint: Endpoint, at: datetime) -> ModelEndpoint:
    """Another setting of an endpoint; under another name it is the last one."""
    if row.name != name:
        row.name, row.position = name, _next_position(row.team, name)
    return _write(row, endpoint, at)


@transaction.atomic
def move_up(*, row: ModelEndpoint) -> None:
    """Let an endpoint be turned to before the one that stands in front of it."""
    rows = list(rows_of(row.team).filter(name=row.name).select_for_update())
    place = rows.index(row)
    if place:
        rows[place - 1 : place + 1] = [rows[place], rows[place - 1]]
        _number(rows)


def remove(*, row: ModelEndpoint) -> None:
    """Forget an endpoint and its key."""
    row.delete()


def _next_position(team: Team, name: str) -> int:
    last = rows_of(team).filter(name=name).select_for_update().last()
    return last.position + 1 if last else 1


def _number(rows: Sequence[ModelEndpoint]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position
    ModelEndpoint.objects.bulk_update(rows, ["position"])


def _write(row: ModelEndpoint, endpoint: Endpoint, at: datetime) -> ModelEndpoint:
    prices = endpoint.prices
    row.url, row.model = endpoint.url, endpoint.model
    row.sealed_key = sealing.seal(endpoint.key)
    row.concurrency, row.timeout = endpoint.concurrency, endpoint.timeout
    row.price_read = prices.read if prices else None
    row.price_cached = prices.cached if prices else None
    row.price_written = prices.written if prices else None
    row.image_ids = endpoint.image_ids
    row.updated_at = at
    row.save()
    return row
