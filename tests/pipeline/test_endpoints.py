"""Which models a team's critics can ask, from where, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from tests.stories import NOW
from themis.accounts.models import Team
from themis.critic.models.pricing import Prices
from themis.domain.errors import Misconfigured
from themis.pipeline import endpoints, own_models
from themis.pipeline.models import ModelEndpoint
from themis.pipeline.modelsfile import ModelsFile

OWN = endpoints.Endpoint(
    url="http://127.0.0.1:9/v1",
    model="own",
    key="sk-secret",
    concurrency=3,
    timeout=7,
    origin=endpoints.Origin.TEAM,
    prices=Prices(read=0.2, cached=0.05, written=0.6),
    image_ids=False,
)
IN_FILE = replace(OWN, model="filed", origin=endpoints.Origin.FILE)


def add(team: Team, name: str = "", model: str = "own") -> ModelEndpoint:
    return own_models.add(team=team, name=name, endpoint=replace(OWN, model=model), at=NOW)


def asked(team: Team, name: str = "") -> list[str]:
    return [each.model for each in endpoints.models_of(team)[name]]


def test_without_settings_there_is_no_model(team: Team) -> None:
    assert endpoints.models_of(team) == {}
    assert endpoints.endpoint_of(team) is None
    assert not endpoints.has_model(team)


def test_the_environment_serves_every_team(team: Team, settings: Settings) -> None:
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "theirs"
    settings.MODEL_PRICES = OWN.prices
    found = endpoints.endpoint_of(team)
    assert found is not None
    assert (found.model, found.origin) == ("theirs", endpoints.Origin.ENVIRONMENT)
    assert found.prices == OWN.prices
    assert endpoints.has_model(team)


def test_several_addresses_in_the_environment_stand_in_for_each_other(
    team: Team, settings: Settings
) -> None:
    settings.MODEL_URL, settings.MODEL = "http://a/v1?x=1,2 , https://b/v1,", "theirs"
    assert [each.url for each in endpoints.models_of(team)[""]] == [
        "http://a/v1?x=1,2",
        "https://b/v1",
    ]


def test_a_teams_own_endpoint_goes_first(team: Team, settings: Settings) -> None:
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "theirs"
    row = add(team)
    assert endpoints.models_of(team) == {"": (OWN,)}
    own_models.remove(row=row)
    assert asked(team) == ["theirs"]


def test_another_teams_endpoints_are_not_asked(team: Team, stranger: object) -> None:
    add(Team.objects.get(slug="other"))
    assert endpoints.models_of(team) == {}
    assert endpoints.model_names(team) == []


def test_endpoints_of_one_name_are_asked_in_their_order(team: Team) -> None:
    for model in ("first", "second", "third"):
        add(team, "judge", model)
    own_models.move_up(row=ModelEndpoint.objects.get(model="third"))
    assert asked(team, "judge") == ["first", "third", "second"]
    own_models.move_up(row=ModelEndpoint.objects.get(model="first"))
    assert asked(team, "judge") == ["first", "third", "second"]


def test_an_endpoint_that_gets_another_name_is_the_last_there(team: Team) -> None:
    row = add(team, "eyes", "moved")
    add(team, "judge", "there")
    own_models.change(row=row, name="judge", endpoint=replace(OWN, model="moved"), at=NOW)
    assert asked(team, "judge") == ["there", "moved"]
    assert "eyes" not in endpoints.models_of(team)


def test_a_change_keeps_the_place(team: Team) -> None:
    row = add(team, "judge", "first")
    add(team, "judge", "second")
    changed = replace(OWN, model="changed", prices=None)
    own_models.change(row=row, name="judge", endpoint=changed, at=NOW)
    assert asked(team, "judge") == ["changed", "second"]
    assert endpoints.models_of(team)["judge"][0].prices is None


def test_the_file_gives_names_and_its_default(team: Team, settings: Settings) -> None:
    settings.MODELS = ModelsFile(models={"judge": (IN_FILE,)}, default="judge")
    assert endpoints.models_of(team) == {"judge": (IN_FILE,), "": (IN_FILE,)}
    assert endpoints.model_names(team) == ["judge"]
    assert endpoints.has_model(team)
    assert endpoints.has_prices(team)


def test_variables_go_before_the_default_of_the_file(team: Team, settings: Settings) -> None:
    settings.MODELS = ModelsFile(models={"judge": (IN_FILE,)}, default="judge")
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "theirs"
    assert (asked(team), asked(team, "judge")) == (["theirs"], ["filed"])


def test_a_teams_own_goes_before_the_file_name_by_name(team: Team, settings: Settings) -> None:
    settings.MODELS = ModelsFile(models={"judge": (IN_FILE,), "eyes": (IN_FILE,)}, default="judge")
    add(team, "judge")
    assert (asked(team, "judge"), asked(team, "eyes"), asked(team)) == (
        ["own"],
        ["filed"],
        ["filed"],
    )
    assert endpoints.model_names(team) == ["eyes", "judge"]


def test_a_team_with_named_models_alone_has_no_default(team: Team) -> None:
    add(team, "judge")
    assert not endpoints.has_model(team)
    assert endpoints.endpoint_of(team) is None


def test_the_key_is_not_kept_in_clear(team: Team) -> None:
    add(team)
    assert "sk-secret" not in str(ModelEndpoint.objects.values().get())


def test_a_changed_secret_asks_for_the_key_again(team: Team, settings: Settings) -> None:
    add(team)
    settings.SECRET_KEY = "another"
    with pytest.raises(Misconfigured, match="enter it again"):
        endpoints.models_of(team)


@pytest.mark.parametrize("prices", [{"price_read": None}, {"price_written": -1.0}])
def test_a_price_alone_or_below_nothing_is_not_kept(team: Team, prices: dict[str, float]) -> None:
    row = add(team)
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelEndpoint.objects.filter(pk=row.pk).update(**prices)
