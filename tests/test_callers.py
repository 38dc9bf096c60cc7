"""Who sends a request is told from its headers."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests import stories
from themis import callers
from themis.accounts import services as accounts
from themis.accounts.models import Team

pytestmark = pytest.mark.django_db


def is_known(**headers: str) -> bool:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: Any = {"type": "http", "headers": named}
    return callers.is_known(scope)


def session_of(client: Client) -> str:
    return f"a=b; {settings.SESSION_COOKIE_NAME}={client.session.session_key}"


def test_somebody_signed_in_is_known(as_mate: Client) -> None:
    assert is_known(cookie=session_of(as_mate))


def test_who_signed_out_is_not(as_mate: Client) -> None:
    cookie = session_of(as_mate)
    as_mate.logout()
    assert not is_known(cookie=cookie)


def test_a_session_of_nobody_is_not(client: Client) -> None:
    session = client.session
    session["theme"] = "dark"
    session.save()
    assert not is_known(cookie=f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


@pytest.mark.parametrize("name", ["authorization", "x_api_key"])
def test_a_key_of_a_team_is_known(team: Team, name: str) -> None:
    _, plain = accounts.issue_key(team=team, name="recorder", by=None, at=stories.NOW)
    assert is_known(**{name: plain if name == "x_api_key" else f"Bearer {plain}"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": "sessionid="},
        {"cookie": "sessionid=../../x"},
        {"cookie": "sessionid=" + "a" * 32},
        {"authorization": "Bearer "},
        {"authorization": "Bearer thk_made_up"},
        {"authorization": "Basic dGhr"},
        {"x_api_key": "\u00e9"},
    ],
)
def test_nobody_else_is(headers: dict[str, str]) -> None:
    assert not is_known(**headers)
