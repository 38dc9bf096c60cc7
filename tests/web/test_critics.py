"""Settings, Critics: options in, by who may, and refused by name."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from themis.accounts.models import Team
from themis.critic import loader
from themis.critic.single.zerogui import ZeroGuiOptions
from themis.pipeline import critics
from themis.pipeline.models import CriticOptions
from themis.web.optionforms import OptionsForm, initial_of
from themis.web.pages.critics import ABOUT

pytestmark = pytest.mark.django_db
ZEROGUI = {"model": "", "temperature": "0.7", "max_tokens": "4096", "screens": "2", "votes": "8"}


def page(client: Client, name: str) -> str:
    return client.get(reverse("settings:critic", args=[name])).content.decode()


def post(client: Client, name: str, **typed: str) -> int:
    return client.post(reverse("settings:critic", args=[name]), typed).status_code


def test_every_critic_is_listed_with_what_it_does(as_mate: Client) -> None:
    body = as_mate.get(reverse("settings:critics")).content.decode()
    for name in loader.CRITICS:
        assert ABOUT[name].split("'")[0] in body
        assert as_mate.get(reverse("settings:critic", args=[name])).status_code == 200


def test_an_owner_sets_options_and_only_what_differs_is_kept(as_owner: Client, team: Team) -> None:
    assert post(as_owner, "zerogui", **ZEROGUI, rule="unanimous") == 302
    kept = critics.given(team)["zerogui"]
    assert kept == {
        "temperature": 0.7,
        "max_tokens": 4096,
        "screens": 2,
        "votes": 8,
        "rule": "unanimous",
    }
    assert critics.critic_of(team, "zerogui").settings["votes"] == 8
    assert "5 changed" in as_owner.get(reverse("settings:critics")).content.decode()


def test_back_to_the_defaults(as_owner: Client, team: Team) -> None:
    post(as_owner, "zerogui", **ZEROGUI, rule="majority")
    assert post(as_owner, "zerogui", reset="1") == 302
    assert critics.given(team) == {}


def test_options_like_the_defaults_are_not_kept(as_owner: Client, team: Team) -> None:
    typed = {name: str(value) for name, value in initial_of(ZeroGuiOptions()).items()}
    assert post(as_owner, "zerogui", **typed) == 302
    assert not CriticOptions.objects.exists()


def test_a_number_out_of_bounds_is_told_at_its_field(as_owner: Client, team: Team) -> None:
    body = as_owner.post(
        reverse("settings:critic", args=["zerogui"]), {**ZEROGUI, "votes": "0", "rule": "majority"}
    ).content.decode()
    assert "greater than or equal to 1" in body
    assert critics.given(team) == {}


def test_an_ensemble_that_cannot_sit_is_told_why(as_owner: Client, team: Team) -> None:
    typed = {"members": "zerogui, nobody", "quorum": ""}
    body = as_owner.post(reverse("settings:critic", args=["ensemble"]), typed).content.decode()
    assert "there is no critic &#x27;nobody&#x27;" in body
    assert post(as_owner, "ensemble", members="zerogui, digirl, osreward", quorum="2") == 302
    assert critics.given(team)["ensemble"]["quorum"] == 2


def test_options_that_a_later_themis_refuses_are_said_and_can_be_left(
    as_owner: Client, team: Team
) -> None:
    post(as_owner, "zerogui", **ZEROGUI, rule="majority")
    CriticOptions.objects.update(options={"gone": 1})
    assert "cannot judge" in as_owner.get(reverse("settings:critics")).content.decode()
    assert "zerogui.gone" in page(as_owner, "zerogui")
    post(as_owner, "zerogui", reset="1")
    assert "cannot judge" not in page(as_owner, "zerogui")


def test_mates_read_and_may_not_set(as_mate: Client) -> None:
    assert "Only engineers and admins" in page(as_mate, "zerogui")
    assert post(as_mate, "zerogui", **ZEROGUI) == 403


def test_nobody_by_that_name(as_owner: Client) -> None:
    assert as_owner.get("/settings/critics/tehmis/").status_code == 404


@pytest.mark.parametrize("name", loader.CRITICS)
def test_the_form_of_defaults_reads_back_as_the_defaults(name: str) -> None:
    kind = loader.OPTIONS[name]
    shown = initial_of(kind())
    typed = {key: value for key, value in shown.items() if value is not None and value is not False}
    form = OptionsForm(kind, [""], typed)
    assert form.is_valid(), form.errors
    assert kind.model_validate(form.options()) == kind()
