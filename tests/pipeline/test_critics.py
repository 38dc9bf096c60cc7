"""The critics of a team, by command and in court."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from themis.accounts.models import Team
from themis.domain.errors import Misconfigured
from themis.domain.jsontypes import Json
from themis.pipeline import court, critics, flow
from themis.pipeline.models import ModelEndpoint, Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db
PACE = {"concurrency": 4, "timeout": 60, "updated_at": timezone.now()}


def told(team: Team, *arguments: str) -> dict[str, Json]:
    out = StringIO()
    call_command("critics", *arguments, "--team", team.slug, "--json", stdout=out)
    document: dict[str, Json] = json.loads(out.getvalue().splitlines()[0])
    return document


def test_options_are_set_one_by_one_and_the_others_stay(team: Team) -> None:
    told(team, "zerogui", "--set", "votes=8")
    document = told(team, "zerogui", "--set", "rule=unanimous")
    assert document["changed"] == {"votes": 8, "rule": "unanimous"}
    assert told(team, "zerogui", "--reset")["changed"] == {}


def test_a_bad_option_changes_nothing_and_says_what_there_is(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    told(team, "zerogui", "--set", "votes=8")
    with pytest.raises(SystemExit) as stopped:
        call_command("critics", "zerogui", "--set", "vots=9", "--team", team.slug)
    assert stopped.value.code == 2
    assert "the options are model" in capsys.readouterr().err
    assert critics.given(team)["zerogui"] == {"votes": 8}


def test_options_need_a_name(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("critics", "--set", "votes=9", "--team", team.slug)
    assert "name the critic" in capsys.readouterr().err


def test_all_of_them_are_listed(team: Team) -> None:
    out = StringIO()
    call_command("critics", "--team", team.slug, stdout=out)
    assert "evidence-only" in out.getvalue()
    assert '"votes": 4' in out.getvalue()


def test_who_sits_is_as_the_team_has_set_it(team: Team, trajectory: Trajectory) -> None:
    critics.set_options(team=team, name="zerogui", options={"votes": 8}, at=timezone.now())
    run = flow.submit(trajectory=trajectory, critic="zerogui", at=timezone.now())
    seat = court._seated(Run.objects.select_related("trajectory__team").get(pk=run.pk))
    assert seat.critic.settings["votes"] == 8


def test_a_verdict_names_the_models_that_are_asked(
    team: Team, trajectory: Trajectory, settings: Settings
) -> None:
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "small-vl"
    large = ModelEndpoint(name="large", url="http://127.0.0.1:9/v1", model="large-vl", **PACE)
    large.team = team
    large.save()
    options: dict[str, Json] = {"judge": {"model": "large"}}
    critics.set_options(team=team, name="themis", options=options, at=timezone.now())
    seat = court._seated(flow.submit(trajectory=trajectory, at=timezone.now()))
    assert seat.verdict.model == "small-vl + large-vl"


def test_models_that_are_not_there_are_named(team: Team) -> None:
    critics.set_options(team=team, name="zerogui", options={"model": "l"}, at=timezone.now())
    assert critics.missing_models(team, "zerogui") == ["l"]
    assert critics.missing_models(team, "digirl") == [""]
    assert critics.missing_models(team, "evidence-only") == []


def test_what_cannot_be_set_leaves_what_was_set(team: Team) -> None:
    critics.set_options(team=team, name="zerogui", options={"votes": 8}, at=timezone.now())
    with pytest.raises(Misconfigured):
        critics.set_options(team=team, name="zerogui", options={"votes": 0}, at=timezone.now())
    assert critics.given(team) == {"zerogui": {"votes": 8}}
