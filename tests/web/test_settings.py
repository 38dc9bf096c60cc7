"""Settings: keys and the model. Secrets go in and never come out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from themis.accounts import queries, services
from themis.accounts.models import ApiKey, Team
from themis.pipeline.endpoints import endpoint_of
from themis.web import probe
from themis.web.pages import model

pytestmark = pytest.mark.django_db

SECRET = "sk-very-secret-0123456789"
TYPED = {
    "url": "http://models.test/v1",
    "model": "a-model",
    "key": SECRET,
    "concurrency": "8",
    "timeout": "60",
}


def test_a_key_is_shown_once_with_an_example(as_owner: Client, team: Team) -> None:
    url = reverse("settings:keys")
    body = as_owner.post(url, {"name": "trainer"}).content.decode()
    plain = body.split('id="plain" data-select>')[1].split("<")[0]
    assert queries.live_key(plain) is not None
    assert f"Bearer {plain}" in body
    assert "/api/v1/rewards/" in body
    assert plain not in as_owner.get(url).content.decode()


def test_a_key_without_a_name_is_not_made(as_owner: Client) -> None:
    as_owner.post(reverse("settings:keys"), {"name": " "})
    assert not ApiKey.objects.exists()


def test_a_key_ends_only_when_it_is_named(as_owner: Client, team: Team) -> None:
    key, plain = services.issue_key(team=team, name="old", by=None, at=timezone.now())
    url = reverse("settings:revoke", args=[key.pk])
    as_owner.post(url, {"prefix": "thk_wrong"})
    assert queries.live_key(plain) is not None
    as_owner.post(url, {"prefix": key.prefix})
    assert queries.live_key(plain) is None


def test_another_teams_key_is_not_found(as_stranger: Client, team: Team) -> None:
    key, plain = services.issue_key(team=team, name="ours", by=None, at=timezone.now())
    url = reverse("settings:revoke", args=[key.pk])
    assert as_stranger.post(url, {"prefix": key.prefix}).status_code == 404
    assert queries.live_key(plain) is not None


def test_an_owner_sets_the_model_and_its_key_is_never_shown(as_owner: Client, team: Team) -> None:
    url = reverse("settings:model")
    as_owner.post(url, TYPED)
    endpoint = endpoint_of(team)
    assert endpoint is not None
    assert (endpoint.model, endpoint.key, endpoint.concurrency) == ("a-model", SECRET, 8)
    body = as_owner.get(url).content.decode()
    assert "set by the team" in body
    assert SECRET not in body


def test_an_empty_key_stays_only_with_its_address(as_owner: Client, team: Team) -> None:
    url = reverse("settings:model")
    as_owner.post(url, TYPED)
    as_owner.post(url, {**TYPED, "key": "", "model": "another"})
    kept = endpoint_of(team)
    assert kept is not None
    assert (kept.model, kept.key) == ("another", SECRET)
    as_owner.post(url, {**TYPED, "key": "", "url": "http://elsewhere.test/v1"})
    moved = endpoint_of(team)
    assert moved is not None
    assert moved.key == ""


def test_a_mate_sees_but_does_not_change(as_mate: Client, team: Team) -> None:
    url = reverse("settings:model")
    assert "Only owners" in as_mate.get(url).content.decode()
    assert as_mate.post(url, TYPED).status_code == 403
    assert as_mate.post(reverse("settings:model-check"), TYPED).status_code == 403
    assert endpoint_of(team) is None


def test_the_page_tells_what_comes_from_the_environment(
    as_owner: Client, settings: Settings
) -> None:
    settings.MODEL_URL, settings.MODEL, settings.MODEL_KEY = "http://env.test/v1", "env-vl", SECRET
    body = as_owner.get(reverse("settings:model")).content.decode()
    assert "from the environment" in body
    assert SECRET not in body


def test_forgetting_goes_back_to_the_environment(as_owner: Client, team: Team) -> None:
    url = reverse("settings:model")
    as_owner.post(url, TYPED)
    as_owner.post(url, {"clear": "1"})
    assert endpoint_of(team) is None


def test_a_check_shows_what_the_server_says(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(endpoint: object) -> probe.Answer:
        return probe.Answer(model="a-model", seconds=0.4, said="<b>ok</b>")

    monkeypatch.setattr(model, "ask", answers)
    body = as_owner.post(reverse("settings:model-check"), TYPED).content.decode()
    assert "answered in 0.4 s" in body
    assert "&lt;b&gt;ok" in body


def test_a_check_of_a_server_that_is_away_tells_so(as_owner: Client) -> None:
    typed = {**TYPED, "url": "http://127.0.0.1:9/v1"}
    body = as_owner.post(reverse("settings:model-check"), typed).content.decode()
    assert "did not answer" in body
    assert SECRET not in body
