"""Which model servers a team's critics ask: the team's own rows, else file and environment."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings

from themis.accounts.models import Team
from themis.critic.models.pricing import Prices
from themis.pipeline import sealing
from themis.pipeline.endpoint import Endpoint as Endpoint
from themis.pipeline.endpoint import Origin as Origin
from themis.pipeline.models import ModelEndpoint

MODEL_CHARS = 200  # what a verdict holds
DEFAULT = ""  # the name of the model that is asked where none is named
Models = dict[str, tuple[Endpoint, ...]]


def models_of(team: Team) -> Models:
    """The models a team's critics can ask: by name, the endpoints of each in order of failover.

    A team's own endpoints for a name go before what the installation has under it.
    """
    return of_the_installation() | _of_the_team(team)


def model_names(team: Team) -> list[str]:
    """The names by which a role may ask for a model; a role without one asks the default."""
    own = set(ModelEndpoint.objects.filter(team=team).values_list("name", flat=True))
    return sorted((own | set(settings.MODELS.models)) - {DEFAULT})


def served(models: Models, names: Iterable[str]) -> str:
    """The models behind these names, as their servers know them, without those that are missing."""
    known = [models[name][0].model for name in names if models.get(name)]
    return " + ".join(dict.fromkeys(known))[:MODEL_CHARS]


def has_model(team: Team) -> bool:
    """Whether a team's critics have a model to ask where they name none."""
    if DEFAULT in of_the_installation():
        return True
    return ModelEndpoint.objects.filter(team=team, name=DEFAULT).exists()


def has_prices(team: Team) -> bool:
    """Whether any of a team's models has prices."""
    installed = any(each.prices for group in of_the_installation().values() for each in group)
    own = ModelEndpoint.objects.filter(team=team, price_read__isnull=False)
    return installed or own.exists()


def endpoint_of(team: Team) -> Endpoint | None:
    """The endpoint that is asked first where no model is named; None if there is none."""
    return next(iter(models_of(team).get(DEFAULT, ())), None)


def as_endpoint(row: ModelEndpoint) -> Endpoint:
    """A row as critics use it; raises Misconfigured when its key cannot be read any more."""
    return Endpoint(
        url=row.url,
        model=row.model,
        key=sealing.unseal(row.sealed_key),
        concurrency=row.concurrency,
        timeout=row.timeout,
        origin=Origin.TEAM,
        prices=prices_of(row),
        image_ids=row.image_ids,
    )


def prices_of(row: ModelEndpoint) -> Prices | None:
    """What a row says that tokens cost."""
    if row.price_read is None or row.price_written is None:
        return None
    return Prices(read=row.price_read, cached=row.price_cached, written=row.price_written)


def _of_the_team(team: Team) -> Models:
    return _by_name((row.name, as_endpoint(row)) for row in ModelEndpoint.objects.filter(team=team))


def _by_name(endpoints: Iterable[tuple[str, Endpoint]]) -> Models:
    models: Models = {}
    for name, endpoint in endpoints:
        models[name] = (*models.get(name, ()), endpoint)
    return models


def of_the_installation() -> Models:
    """What file and environment say to every team; the variables go before the file's default."""
    file = settings.MODELS
    models: Models = dict(file.models)
    if file.default:
        models[DEFAULT] = file.models[file.default]
    if settings.MODEL_URL and settings.MODEL:
        models[DEFAULT] = tuple(_of_the_variables())
    return models


def _of_the_variables() -> Iterable[Endpoint]:
    for url in addresses(settings.MODEL_URL):
        yield Endpoint(
            url=url,
            model=settings.MODEL,
            key=settings.MODEL_KEY,
            concurrency=settings.MODEL_CONCURRENCY,
            timeout=settings.MODEL_TIMEOUT,
            origin=Origin.ENVIRONMENT,
            prices=settings.MODEL_PRICES,
            image_ids=settings.MODEL_IMAGE_IDS,
        )


def addresses(given: str) -> list[str]:
    """Addresses separated by commas; one within an address is part of it."""
    return [
        each for each in re.split(r"\s*,\s*(?=https?://|local:)", given.strip().strip(",")) if each
    ]
