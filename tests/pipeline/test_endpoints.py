"""Which model server a team's critics ask."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from tests.stories import NOW
from themis.accounts.models import Team
from themis.domain.errors import Misconfigured
from themis.pipeline import endpoints
from themis.pipeline.models import ModelEndpoint

OWN = endpoints.Endpoint(
    url="http://127.0.0.1:9/v1",
    model="own",
    key="sk-secret",
    concurrency=3,
    timeout=7,
    origin=endpoints.Origin.TEAM,
)


def test_without_settings_there_is_no_model(team: Team) -> None:
    assert endpoints.endpoint_of(team) is None


def test_the_environment_serves_every_team(team: Team, settings: Settings) -> None:
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "theirs"
    found = endpoints.endpoint_of(team)
    assert found is not None
    assert (found.model, found.origin) == ("theirs", endpoints.Origin.ENVIRONMENT)


def test_a_teams_own_endpoint_goes_first(team: Team, settings: Settings) -> None:
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "theirs"
    endpoints.set_endpoint(team=team, endpoint=OWN, at=NOW)
    assert endpoints.endpoint_of(team) == OWN
    endpoints.clear_endpoint(team=team)
    found = endpoints.endpoint_of(team)
    assert found is not None
    assert found.model == "theirs"


def test_the_key_is_not_kept_in_clear(team: Team) -> None:
    endpoints.set_endpoint(team=team, endpoint=OWN, at=NOW)
    assert "sk-secret" not in str(ModelEndpoint.objects.values().get())


def test_a_changed_secret_asks_for_the_key_again(team: Team, settings: Settings) -> None:
    endpoints.set_endpoint(team=team, endpoint=OWN, at=NOW)
    settings.SECRET_KEY = "another"
    with pytest.raises(Misconfigured, match="enter it again"):
        endpoints.endpoint_of(team)
