"""The models of a team as settings show them: what is asked, where it was set, never a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from themis.accounts.models import Team
from themis.critic.models.pricing import Prices
from themis.domain.errors import Misconfigured
from themis.pipeline import endpoints, own_models, sealing
from themis.pipeline.endpoint import Endpoint, Origin
from themis.pipeline.models import ModelEndpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One endpoint. Only a team's own has a row."""

    row: ModelEndpoint | None
    url: str  # without the query, which may hold a key
    model: str
    has_key: bool
    trouble: str = ""  # why its key cannot be used
    concurrency: int
    timeout: int
    prices: Prices | None
    image_ids: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The endpoints behind one name, in order of failover."""

    name: str
    origin: Origin
    entries: tuple[Entry, ...]
    is_default: bool
    hides: bool  # whether the installation has another under this name


def benches_of(team: Team) -> list[Bench]:
    """All models of a team, the default one first."""
    rows = own_models.rows_of(team)
    own = {name: tuple(each) for name, each in groupby(rows, key=lambda row: row.name)}
    installed = endpoints.of_the_installation()
    benches = [
        *_own(own, installed),
        *_installed({name: each for name, each in installed.items() if name not in own}),
    ]
    return sorted(benches, key=lambda bench: (not bench.is_default, bench.name))


def _own(own: dict[str, tuple[ModelEndpoint, ...]], installed: endpoints.Models) -> Iterator[Bench]:
    for name, rows in own.items():
        yield Bench(
            name=name,
            origin=Origin.TEAM,
            entries=tuple(map(_of_row, rows)),
            is_default=name == endpoints.DEFAULT,
            hides=name in installed,
        )


def _installed(models: endpoints.Models) -> Iterator[Bench]:
    """A model of the file that is the default stands under its own name alone."""
    default = models.get(endpoints.DEFAULT)
    aliases = [name for name in models if name and models[name] is default]
    for name, each in models.items():
        if name == endpoints.DEFAULT and aliases:
            continue
        yield Bench(
            name=name,
            origin=each[0].origin,
            entries=tuple(map(_of_endpoint, each)),
            is_default=name == endpoints.DEFAULT or name in aliases,
            hides=False,
        )


def _of_row(row: ModelEndpoint) -> Entry:
    trouble = ""
    try:
        sealing.unseal(row.sealed_key)
    except Misconfigured as error:
        trouble = str(error)
    return Entry(
        row=row,
        url=_shown(row.url),
        model=row.model,
        has_key=bool(row.sealed_key),
        trouble=trouble,
        concurrency=row.concurrency,
        timeout=row.timeout,
        prices=endpoints.prices_of(row),
        image_ids=row.image_ids,
    )


def _of_endpoint(endpoint: Endpoint) -> Entry:
    return Entry(
        row=None,
        url=_shown(endpoint.url),
        model=endpoint.model,
        has_key=bool(endpoint.key),
        concurrency=endpoint.concurrency,
        timeout=endpoint.timeout,
        prices=endpoint.prices,
        image_ids=endpoint.image_ids,
    )


def _shown(url: str) -> str:
    address, mark, _ = url.partition("?")
    return f"{address}{mark and '?…'}"
