"""Nothing that a recording or a model says can run, and the policy that sees to it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.web.walk import pages_of, scan
from themis.accounts.models import Team
from themis.domain import wire
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Turn, Verdict
from themis.web import pictures

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe\u2066"


@pytest.fixture
def evil(team: Team) -> Verdict:
    """A run and a verdict whose every text is an attack."""
    row = stories.stored(team, instruction=EVIL)
    payload = dict(row.payload)
    payload["steps"] = [
        {
            **step,
            "thought": EVIL,
            "claim": EVIL,
            "error": EVIL,
            "before_ui": EVIL,
            "actions": [{"type": "type", "point": {"x": 1.0, "y": 2.0}, "text": EVIL, "raw": EVIL}],
        }
        for step in payload["steps"]
    ]
    payload["ending"] = {"claim": "success", "answer": EVIL}
    Trajectory.objects.filter(pk=row.pk).update(payload=payload, source=EVIL, warnings=[EVIL])
    row.refresh_from_db()
    verdict = stories.given(row)
    said = stories.turn(reply=EVIL, error=EVIL, prompt=[{"role": EVIL, "content": EVIL}])
    Turn.objects.filter(verdict=verdict).update(
        payload=wire.dump(said), role="<script>alert(1)</script>"
    )
    rounds = [
        {**each, "milestones": [{**stone, "goal": EVIL} for stone in each["milestones"]]}
        for each in verdict.rounds
    ]
    Verdict.objects.filter(pk=verdict.pk).update(reason=EVIL, rounds=rounds, critic="<b>themis")
    return verdict


def test_every_page_keeps_to_the_policy(as_owner: Client, evil: Verdict) -> None:
    addresses = {**pages_of(evil), "keys": reverse("settings:keys"), "login": "/login/"}
    for name, url in addresses.items():
        response = as_owner.get(url, follow=True)
        assert "script-src 'self'" in response["Content-Security-Policy"] or name in {
            "screen",
            "thumbnail",
        }
        if response["Content-Type"].startswith("text/html"):
            assert scan(response).forbidden == [], name


@pytest.mark.parametrize("page", ["home", "list", "detail", "step", "court", "turns", "turn"])
def test_agent_text_is_shown_and_never_markup(as_owner: Client, evil: Verdict, page: str) -> None:
    response = as_owner.get(pages_of(evil)[page])
    assert EVIL not in response.content.decode()
    assert "alert(1)" in "".join(scan(response).texts)


@pytest.mark.parametrize("page", ["home", "list", "detail", "step", "court", "turn"])
def test_no_text_turns_what_stands_beside_it(as_owner: Client, evil: Verdict, page: str) -> None:
    shown = "".join(scan(as_owner.get(pages_of(evil)[page])).texts)
    assert "\N{REPLACEMENT CHARACTER}gnp.exe" in shown
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_missing_and_forbidden_pages_keep_to_the_policy(as_mate: Client) -> None:
    for url, status in {"/nowhere/": 404, "/settings/keys/": 403}.items():
        response = as_mate.get(url)
        assert response.status_code == status
        assert scan(response).forbidden == []
        assert "Content-Security-Policy" in response.headers


def test_an_upload_without_its_token_is_refused(as_owner: Client, owner: object) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)  # type: ignore[arg-type]
    response = strict.post(reverse("uploads:announce"), {"paths": ["a"]})
    assert response.status_code == 403
    assert "too old" in response.content.decode()


def test_a_screen_is_sealed_and_kept_by_the_browser(as_mate: Client, verdict: Verdict) -> None:
    url = pages_of(verdict)["screen"]
    response = as_mate.get(url)
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    again = as_mate.get(url, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_thumbnail_is_small_webp(as_mate: Client, verdict: Verdict) -> None:
    response = as_mate.get(pages_of(verdict)["thumbnail"])
    assert response["Content-Type"] == "image/webp"
    assert response.content[8:12] == b"WEBP"


def test_a_screen_that_is_not_there_is_not_found(as_mate: Client, verdict: Verdict) -> None:
    assert as_mate.get(pictures.address_of(verdict.trajectory, 99)).status_code == 404
