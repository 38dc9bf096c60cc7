"""The page of webhooks: who may open it, a secret shown once, a test that arrives."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.conftest import client_of
from tests.pipeline.hooks import receiver
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team
from themis.notices import webhooks
from themis.notices.models import Delivery, Webhook
from themis.pipeline import deliveries, sealing

URL = "https://example.org/hook"


@pytest.fixture
def as_engineer(team: Team) -> Client:
    person = accounts.enrol(username="eng", password="eng-pass", team=team, role=Role.ENGINEER)
    return client_of(person)


@pytest.fixture
def webhook(team: Team) -> Webhook:
    sealed = sealing.seal("s3cret")
    return webhooks.add(
        team=team, url=URL, sealed_secret=sealed, events=[], by=None, at=timezone.now()
    )


def test_a_secret_is_shown_once_and_kept_sealed(as_engineer: Client) -> None:
    answer = as_engineer.post("/settings/webhooks/", {"url": URL, "events": ["item.disputed"]})
    (plain,) = set(re.findall(r"whsec_[\w-]{43}", answer.text))
    row = Webhook.objects.get()
    assert row.events == ["item.disputed"]
    assert plain not in row.sealed_secret
    assert sealing.unseal(row.sealed_secret) == plain
    for page in ("/settings/webhooks/", f"/settings/webhooks/{row.pk}/"):
        assert plain not in as_engineer.get(page).text


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "ftp://x.org/", "http://[::1]/", "x"])
def test_an_address_inside_is_refused_in_a_sentence(as_engineer: Client, url: str) -> None:
    answer = as_engineer.post("/settings/webhooks/", {"url": url})
    assert "The address" in answer.text
    assert not Webhook.objects.exists()


def test_only_who_may_configure_sees_webhooks(
    as_mate: Client, as_stranger: Client, webhook: Webhook
) -> None:
    paths = ["/settings/webhooks/", f"/settings/webhooks/{webhook.pk}/"]
    assert [as_mate.get(path).status_code for path in paths] == [403, 403]
    assert [as_stranger.get(path).status_code for path in paths] == [200, 404]
    for deed in ("switch", "secret", "removal", "test"):
        path = f"/settings/webhooks/{webhook.pk}/{deed}/"
        assert as_mate.post(path).status_code == 403
        assert as_stranger.post(path).status_code == 404
    assert "example.org" not in as_stranger.get(paths[0]).text.partition("<form")[0]


@pytest.mark.django_db(transaction=True)
def test_a_test_is_sent_and_its_answer_shown(
    as_engineer: Client, webhook: Webhook, settings: Settings
) -> None:
    settings.WEBHOOK_PRIVATE = True
    page = f"/settings/webhooks/{webhook.pk}/"
    with receiver(answer=b"HTTP/1.1 418 Tea\r\nContent-Length: 3\r\n\r\nhot") as there:
        as_engineer.post(page, {"url": there.url})
        assert "waiting" in as_engineer.post(f"{page}test/", headers={"HX-Request": "true"}).text
        deliveries.send_waiting()
        shown = as_engineer.get(f"{page}messages/").text
        assert "answered 418: hot" in shown
        assert "failing" in as_engineer.get("/settings/webhooks/").text
        there.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        as_engineer.post(f"/settings/webhooks/messages/{Delivery.objects.get().pk}/redelivery/")
        deliveries.send_waiting()
        assert "taken, 200" in as_engineer.get(f"{page}messages/").text
    assert len(there.requests) == 2


def test_it_is_turned_off_and_deleted_by_name(as_engineer: Client, webhook: Webhook) -> None:
    page = f"/settings/webhooks/{webhook.pk}/"
    as_engineer.post(f"{page}switch/", {"is_on": "no"})
    assert not Webhook.objects.get().is_on
    as_engineer.post(f"{page}removal/", {"url": "https://another.example/"})
    assert Webhook.objects.exists()
    as_engineer.post(f"{page}removal/", {"url": URL})
    assert not Webhook.objects.exists()


def test_what_an_answer_said_is_text(as_engineer: Client, webhook: Webhook) -> None:
    delivery = webhooks.ping(webhook=webhook, at=timezone.now())
    Delivery.objects.filter(pk=delivery.pk).update(due_at=None, tries=9, trouble="<b>no</b>")
    shown = as_engineer.get(f"/settings/webhooks/{webhook.pk}/").text
    assert "&lt;b&gt;no&lt;/b&gt;" in shown


def test_a_team_has_a_bounded_number_of_webhooks(as_engineer: Client, team: Team) -> None:
    for _ in range(21):
        answer = as_engineer.post("/settings/webhooks/", {"url": URL})
    assert "at most 20" in answer.text
    assert Webhook.objects.count() == 20
