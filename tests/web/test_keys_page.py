"""The page of API keys: what each may do, until when; a new one is shown once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import stories
from themis.accounts import queries, services
from themis.accounts.models import ApiKey, KeyScope, Team
from themis.accounts.services import KeyTerms
from themis.rewards import jobs
from themis.rewards.jobs import Budget
from themis.rewards.models import Job, JobKey
from themis.rewards.policy import Policy

pytestmark = pytest.mark.django_db

TYPED = {"name": "trainer", "scope": "submit", "job": "", "days": "90", "rate": ""}


def made(client: Client, **typed: object) -> str:
    """The answer to the form."""
    return client.post(reverse("settings:keys"), TYPED | typed).content.decode()


def plain_in(body: str) -> str:
    return body.split('id="plain" data-select>')[1].split("<")[0]


def page(client: Client, query: str = "") -> str:
    return client.get(reverse("settings:keys") + query).content.decode()


@pytest.fixture
def job(team: Team) -> Job:
    return jobs.make(
        team=team, name="grpo-7", policy=Policy(), budget=Budget(), by=None, at=stories.NOW
    )


def test_a_key_is_shown_once_with_an_example(as_owner: Client, team: Team) -> None:
    body = made(as_owner)
    plain = plain_in(body)
    assert queries.live_key(plain) is not None
    assert f"Bearer {plain}" in body
    assert "/api/v1/rewards/" in body
    assert plain not in page(as_owner)


def test_a_key_has_the_terms_that_were_chosen(as_owner: Client, team: Team) -> None:
    made(as_owner, scope="read", days="30", rate="120")
    key = ApiKey.objects.get()
    assert (key.scope, key.rate) == (KeyScope.READ, 120)
    assert key.expires_at == key.created_at + timedelta(days=30)
    shown = page(as_owner)
    assert ">Read</span>" in shown
    assert "120 requests a minute" in shown
    made(as_owner, days="")
    assert ApiKey.objects.latest("pk").expires_at is None
    assert "never expires" in page(as_owner)


def test_a_new_key_submits_and_lasts_ninety_days_unless_told(as_owner: Client) -> None:
    shown = page(as_owner)
    assert '<option value="submit" selected>' in shown
    assert '<option value="90" selected>' in shown


def test_a_key_of_a_job_comes_with_an_address_to_paste(as_owner: Client, job: Job) -> None:
    body = made(as_owner, job=job.pk)
    assert f"http://testserver/k/{plain_in(body)}</code>" in body
    assert '-d \'{"trajectory": "TRAJECTORY_ID"}\'' in body
    assert JobKey.objects.get().job == job
    assert "job grpo-7" in page(as_owner)
    assert "/k/" not in made(as_owner)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"name": " "}, "This field is required"),
        ({"scope": "root"}, "Select a valid choice"),
        ({"days": "1000"}, "Select a valid choice"),
        ({"rate": "0"}, "greater than or equal to 1"),
        ({"rate": "1000001"}, "less than or equal to 1000000"),
        ({"job": "999"}, "Select a valid choice"),
    ],
)
def test_a_key_that_cannot_be_is_not_made(
    as_owner: Client, typed: dict[str, str], complaint: str
) -> None:
    assert complaint in made(as_owner, **typed)
    assert not ApiKey.objects.exists()


def test_a_key_of_a_job_sets_nothing_up(as_owner: Client, job: Job) -> None:
    assert "it sets nothing up" in made(as_owner, job=job.pk, scope="admin")
    assert not ApiKey.objects.exists()


def test_a_job_that_has_ended_gets_no_key(as_owner: Client, job: Job) -> None:
    jobs.end(job=job, at=stories.NOW)
    made(as_owner, job=job.pk)
    assert not ApiKey.objects.exists()


def test_a_job_of_another_team_gets_no_key(as_stranger: Client, job: Job) -> None:
    assert "grpo-7" not in made(as_stranger, job=job.pk)
    assert not ApiKey.objects.exists()


def test_what_ends_soon_and_what_has_ended_is_said_in_words(as_owner: Client, team: Team) -> None:
    now = timezone.now()
    for days in (-3, 5, 30):
        services.issue_key(
            team=team,
            name=f"key {days}",
            by=None,
            at=now,
            terms=KeyTerms(expires_at=now + timedelta(days=days, hours=1)),
        )
    shown = page(as_owner)
    assert "expired 2 d ago" in shown
    assert "expires in 5 days" in shown
    assert f"expires {now + timedelta(days=30, hours=1):%-d %b %Y}" in shown
    working, over = shown.split('<details class="keys-over">')
    assert "key -3" in over
    assert "key -3" not in working


def test_another_like_it_begins_with_the_same_terms(as_owner: Client, job: Job) -> None:
    made(as_owner, job=job.pk, scope="read", days="365", rate="50")
    shown = page(as_owner, f"?like={ApiKey.objects.get().pk}")
    for chosen in ('"read" selected', '"365" selected', f'"{job.pk}" selected', 'value="50"'):
        assert chosen in shown


def test_a_key_of_another_team_is_like_none(as_stranger: Client, team: Team) -> None:
    key, _ = services.issue_key(team=team, name="secret plan", by=None, at=stories.NOW)
    for like in (key.pk, "x", "9" * 30, "²"):
        assert "secret plan" not in page(as_stranger, f"?like={like}")


def test_without_a_key_the_page_teaches(as_owner: Client) -> None:
    assert "No program can sign in yet" in page(as_owner)


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
