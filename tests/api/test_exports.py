"""A trajectory by the API: a zip for the team's key, and nothing for anybody else's."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import Team, User
from themis.trajectories import blobs
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def key_of(team: Team) -> dict[str, str]:
    key = accounts.issue_key(team=team, name="trainer", by=None, at=stories.NOW)[1]
    return {"Authorization": f"Bearer {key}"}


def get(client: Client, trajectory: Trajectory, query: str = "") -> HttpResponse:
    address = f"/api/v1/trajectories/{trajectory.pk}/export{query}"
    return client.get(address, headers=key_of(trajectory.team))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("query", "field"),
    [("", "themis"), ("?format=themis", "themis"), ("?format=atif", "schema_version")],
)
def test_the_zip_holds_the_format_that_was_asked_for(
    client: Client, trajectory: Trajectory, query: str, field: str
) -> None:
    response = get(client, trajectory, query)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert field in json.loads(archive.read(f"{trajectory.pk}/trajectory.json"))


def test_a_format_there_is_not_is_a_problem(client: Client, trajectory: Trajectory) -> None:
    response = get(client, trajectory, "?format=pickle")
    assert (response.status_code, json.loads(response.content)["code"]) == (422, "invalid")


def test_another_teams_key_finds_nothing(
    client: Client, trajectory: Trajectory, stranger: User
) -> None:
    other = Team.objects.get(slug="other")
    address = f"/api/v1/trajectories/{trajectory.pk}/export"
    assert client.get(address, headers=key_of(other)).status_code == 404
    assert client.get(address).status_code == 401


def test_a_lost_picture_is_a_problem_and_no_crash(client: Client, trajectory: Trajectory) -> None:
    blobs.path_of(trajectory.recording.screens[0].digest).unlink()
    response = get(client, trajectory)
    assert (response.status_code, json.loads(response.content)["code"]) == (409, "incomplete")


@pytest.mark.parametrize("kind", ["themis", "atif"])
def test_a_run_without_a_step_is_a_problem_and_no_crash(
    client: Client, team: Team, kind: str
) -> None:
    headers = {**key_of(team), "Content-Type": "application/json"}
    begun = {"open": True, "instruction": "Wait", "platform": "web"}
    opened = client.post(
        "/api/v1/trajectories", json.dumps(begun), content_type="application/json", headers=headers
    )
    name = json.loads(opened.content)["trajectory"]
    response = get(client, Trajectory.objects.get(pk=name), f"?format={kind}")
    assert (response.status_code, json.loads(response.content)["code"]) == (409, "incomplete")


@pytest.mark.parametrize("name", ["%00", "a%00b", "%ED%A0%80"])
def test_what_is_no_id_names_nothing(client: Client, team: Team, name: str) -> None:
    response = client.get(f"/api/v1/trajectories/{name}/export", headers=key_of(team))
    assert response.status_code == 404
