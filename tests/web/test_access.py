"""The ladder of every page: owner and mate may, a stranger learns nothing, anonymous signs in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.walk import pages_of
from themis.accounts.models import User
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db

OF_THE_TEAM = (
    "detail",
    "detail of a verdict",
    "step",
    "court",
    "turns",
    "turn",
    "screen",
    "thumbnail",
)
FOR_ALL = ("home", "list", "uploads", "trust", "tables", "model", "api")


@pytest.mark.parametrize("page", [*OF_THE_TEAM, *FOR_ALL])
def test_owner_and_mate_open_every_page(
    as_owner: Client, as_mate: Client, verdict: Verdict, page: str
) -> None:
    url = pages_of(verdict)[page]
    assert (as_owner.get(url).status_code, as_mate.get(url).status_code) == (200, 200)


@pytest.mark.parametrize("page", OF_THE_TEAM)
def test_a_stranger_gets_404(as_stranger: Client, verdict: Verdict, page: str) -> None:
    assert as_stranger.get(pages_of(verdict)[page]).status_code == 404


@pytest.mark.parametrize("page", FOR_ALL)
def test_a_stranger_sees_nothing_of_the_team(
    as_stranger: Client, verdict: Verdict, page: str
) -> None:
    response = as_stranger.get(pages_of(verdict)[page])
    assert response.status_code == 200
    assert verdict.trajectory_id not in response.content.decode()


@pytest.mark.parametrize("page", [*OF_THE_TEAM, *FOR_ALL])
def test_anonymous_is_asked_to_sign_in(client: Client, verdict: Verdict, page: str) -> None:
    response = client.get(pages_of(verdict)[page])
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=")


def test_a_part_sends_anonymous_to_the_login_page_as_a_whole(
    client: Client, verdict: Verdict
) -> None:
    response = client.get(pages_of(verdict)["court"], headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/login/"
    assert not response.content


@pytest.mark.parametrize(
    "name",
    [
        "uploads:announce",
        "verdicts:judge",
        "settings:revoke",
        "settings:model-check",
        "trust:measure",
        "trust:together",
        "trust:delete",
    ],
)
def test_get_does_not_write(as_owner: Client, verdict: Verdict, name: str) -> None:
    args: dict[str, list[object]] = {
        "verdicts:judge": [verdict.trajectory_id],
        "settings:revoke": [1],
        "trust:delete": [1],
    }
    assert as_owner.get(reverse(name, args=args.get(name, []))).status_code == 405


def test_signing_out_takes_a_post(as_mate: Client) -> None:
    assert as_mate.get("/logout/").status_code == 405
    assert as_mate.post("/logout/")["Location"] == "/login/"
    assert as_mate.get("/").status_code == 302


def test_a_stranger_cannot_have_a_run_judged(as_stranger: Client, verdict: Verdict) -> None:
    url = reverse("verdicts:judge", args=[verdict.trajectory_id])
    assert as_stranger.post(url).status_code == 404


def test_keys_are_for_engineers_and_admins(as_owner: Client, as_mate: Client) -> None:
    url = reverse("settings:keys")
    assert (as_owner.get(url).status_code, as_mate.get(url).status_code) == (200, 403)
    assert as_mate.post(url, {"name": "sneaky"}).status_code == 403


def test_somebody_without_a_team_is_told_so(client: Client) -> None:
    client.force_login(User.objects.create_user("loner"))
    response = client.get("/")
    assert response.status_code == 403
    assert "no team yet" in response.content.decode()


@pytest.mark.parametrize("query", ["verdict=999999", "verdict=x", "verdict=%00"])
def test_another_trajectorys_verdict_is_not_found(
    as_mate: Client, verdict: Verdict, query: str
) -> None:
    url = reverse("trajectories:detail", args=[verdict.trajectory_id])
    assert as_mate.get(f"{url}?{query}").status_code == 404
