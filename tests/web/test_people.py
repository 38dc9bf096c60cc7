"""Settings, People: admins let in, appoint and take out; everybody else is kept away."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from themis.accounts import queries, services
from themis.accounts.models import Membership, Role, Team, User

pytestmark = pytest.mark.django_db

URL = "/settings/people/"


def place(user: User) -> Membership:
    """Their place in their team."""
    found = queries.membership_of(user)
    assert found is not None
    return found


def do(client: Client, what: str, user: User, **fields: str) -> str:
    """What the page says after a change to somebody's place."""
    url = reverse(f"settings:person-{what}", args=[place(user).pk])
    return client.post(url, fields, follow=True).content.decode()


def test_the_password_of_somebody_new_is_shown_once(as_owner: Client) -> None:
    shown = as_owner.post(URL, {"username": "ada", "role": "adjudicator"})
    plain = re.search(r'id="plain">([^<]+)<', shown.content.decode())
    assert plain is not None
    assert shown["Cache-Control"].startswith("max-age=0")
    assert authenticate(username="ada", password=plain[1]) is not None
    assert plain[1] not in as_owner.get(URL).content.decode()
    assert place(User.objects.get(username="ada")).role == Role.ADJUDICATOR


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("mate", "is in the team already"), ("stranger", "Somebody else signs in"), ("a b", "valid")],
)
def test_a_name_that_cannot_be_given_is_refused(
    as_owner: Client, mate: User, stranger: User, name: str, complaint: str
) -> None:
    before = Membership.objects.count()
    page = as_owner.post(URL, {"username": name, "role": "annotator"}).content.decode()
    assert complaint in page
    assert Membership.objects.count() == before


def test_a_role_is_given(as_owner: Client, mate: User) -> None:
    assert "mate is an engineer now" in do(as_owner, "role", mate, role="engineer")
    assert place(mate).role == Role.ENGINEER


def test_a_role_that_is_none_changes_nothing(as_owner: Client, mate: User) -> None:
    assert "no such role" in do(as_owner, "role", mate, role="emperor")
    assert place(mate).role == Role.MANAGER


def test_the_last_admin_cannot_step_down(as_owner: Client, owner: User) -> None:
    assert "only admin of the team" in do(as_owner, "role", owner, role="manager")
    assert place(owner).role == Role.ADMIN


def test_an_admin_who_steps_down_is_led_away(as_owner: Client, owner: User, mate: User) -> None:
    do(as_owner, "role", mate, role="admin")
    url = reverse("settings:person-role", args=[place(owner).pk])
    assert as_owner.post(url, {"role": "engineer"})["Location"] == "/"


def test_who_is_taken_out_sees_nothing_any_more(
    as_owner: Client, as_mate: Client, mate: User
) -> None:
    assert "mate is out of the team" in do(as_owner, "removal", mate, username="mate")
    assert as_mate.get("/trajectories/").status_code == 403


def test_nobody_goes_by_mistake(as_owner: Client, mate: User, owner: User) -> None:
    assert "somebody else" in do(as_owner, "removal", mate, username="owner")
    assert "take out themselves" in do(as_owner, "removal", owner, username="owner")
    assert place(mate)
    assert place(owner)


def test_a_new_password_is_shown_and_signs_the_old_one_out(
    as_owner: Client, as_mate: Client, mate: User
) -> None:
    shown = do(as_owner, "password", mate)
    plain = re.search(r'id="plain">([^<]+)<', shown)
    assert plain is not None
    assert authenticate(username="mate", password=plain[1]) == mate
    assert as_mate.get(URL)["Location"].startswith("/login/")


def test_an_admin_with_a_new_password_stays_signed_in(as_owner: Client, owner: User) -> None:
    do(as_owner, "password", owner)
    assert as_owner.get(URL).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_people_are_for_admins(client: Client, team: Team, role: Role) -> None:
    user = services.enrol(username="other", password="pass-word", team=team, role=role)
    client.force_login(user)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"username": "sneak", "role": "admin"}).status_code == 403
    for what in ("role", "password", "removal"):
        url = reverse(f"settings:person-{what}", args=[place(user).pk])
        assert client.post(url, {"role": "admin", "username": "other"}).status_code == 403
    assert place(user).role == role


@pytest.mark.parametrize("what", ["role", "password", "removal"])
def test_another_teams_people_are_not_found(
    as_stranger: Client, mate: User, owner: User, what: str
) -> None:
    url = reverse(f"settings:person-{what}", args=[place(mate).pk])
    assert as_stranger.post(url, {"role": "admin", "username": "mate"}).status_code == 404
    assert "mate" not in as_stranger.get(URL).content.decode()


def test_more_people_take_no_more_queries(as_owner: Client, team: Team) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            as_owner.get(URL)
        return len(seen)

    few = counted()
    for number in range(10):
        services.enrol(username=f"u{number}", password="x", team=team, role=Role.ANNOTATOR)
    assert counted() == few
