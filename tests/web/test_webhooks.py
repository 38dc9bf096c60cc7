"""The pages of webhooks: who may open them, secrets shown once, messages found and sent again."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook as Library

from tests.conftest import client_of
from tests.pipeline import hooks
from tests.pipeline.hooks import HERE, REFUSAL, Scripted, announced, receiver
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team
from themis.notices.models import UNSENT, Attempt, Delivery, Event, HookKind, Webhook
from themis.pipeline import deliveries, pauses, sealing
from themis.pipeline.examples import EXAMPLES
from themis.web.pages import webhook_messages

URL = "https://example.org/hook"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_engineer(team: Team) -> Client:
    person = accounts.enrol(username="eng", password="eng-pass", team=team, role=Role.ENGINEER)
    return client_of(person)


@pytest.fixture
def webhook(team: Team) -> Webhook:
    return hooks.hook(team, URL)


@pytest.fixture
def page(webhook: Webhook) -> str:
    return f"/settings/webhooks/{webhook.pk}/"


def test_a_secret_is_shown_once_and_kept_sealed(as_engineer: Client) -> None:
    answer = as_engineer.post("/settings/webhooks/", {"url": URL, "events": ["item.disputed"]})
    (plain,) = set(re.findall(r"whsec_[\w+/]{43}=", answer.text))
    row = Webhook.objects.get()
    assert row.events == ["item.disputed"]
    assert plain not in row.sealed_secret
    assert sealing.unseal(row.sealed_secret) == plain
    for page in ("/settings/webhooks/", f"/settings/webhooks/{row.pk}/"):
        assert plain not in as_engineer.get(page).text


def test_a_new_secret_leaves_the_old_one_valid_until_it_is_ended(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    answer = as_engineer.post(f"{page}secret/")
    (plain,) = set(re.findall(r"whsec_[\w+/]{43}=", answer.text))
    assert "Two secrets are valid" in answer.text
    announced(team)
    out = Scripted()
    deliveries.send_waiting(out)
    for secret in (plain, hooks.SECRET):
        assert Library(secret).verify(out.sent[0].body, dict(out.sent[0].headers))
    as_engineer.post(f"{page}secret/end/")
    assert "One secret is valid" in as_engineer.get(page).text
    announced(team)
    deliveries.send_waiting(out)
    assert len(out.sent[1].headers["webhook-signature"].split()) == 1
    assert Library(plain).verify(out.sent[1].body, dict(out.sent[1].headers))


def test_an_old_secret_ends_by_itself_after_a_day(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    as_engineer.post(f"{page}secret/")
    Webhook.objects.update(before_until=timezone.now())
    announced(team)
    out = Scripted()
    deliveries.send_waiting(out)
    assert len(out.sent[0].headers["webhook-signature"].split()) == 1
    assert "One secret is valid" in as_engineer.get(page).text


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "ftp://x.org/", "http://[::1]/", "x"])
def test_an_address_inside_is_refused_in_a_sentence(as_engineer: Client, url: str) -> None:
    answer = as_engineer.post("/settings/webhooks/", {"url": url})
    assert "The address" in answer.text
    assert not Webhook.objects.exists()


def test_only_who_may_configure_sees_webhooks(
    as_mate: Client, as_stranger: Client, webhook: Webhook, page: str, team: Team
) -> None:
    (row,) = announced(team)
    message = f"/settings/webhooks/messages/{row.pk}/"
    paths = ["/settings/webhooks/", page, f"{page}messages/", message]
    assert [as_mate.get(path).status_code for path in paths] == [403] * 4
    assert [as_stranger.get(path).status_code for path in paths] == [200, 404, 404, 404]
    deeds = ("switch", "secret", "secret/end", "removal", "example", "messages/again")
    for path in [*(f"{page}{deed}/" for deed in deeds), f"{message}again/"]:
        assert as_mate.post(path).status_code == 403
        assert as_stranger.post(path).status_code == 404
    assert "example.org" not in as_stranger.get(paths[0]).text.partition("<form")[0]


def test_a_test_is_sent_and_its_answer_shown(
    as_engineer: Client, page: str, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW = HERE
    with receiver(answer=b"HTTP/1.1 418 Tea\r\nContent-Length: 10\r\n\r\n<b>hot</b>") as there:
        as_engineer.post(page, {"url": there.url})
        told = as_engineer.post(f"{page}example/", headers=HTMX)
        assert (told.status_code, told.headers["HX-Trigger"]) == (204, "changed")
        assert "waiting" in as_engineer.get(f"{page}messages/", headers=HTMX).text
        deliveries.send_waiting()
        row = Delivery.objects.get()
        message = f"/settings/webhooks/messages/{row.pk}/"
        assert (
            "answered 418: &lt;b&gt;hot" in as_engineer.get(f"{page}messages/", headers=HTMX).text
        )
        assert "failing" in as_engineer.get("/settings/webhooks/").text
        assert "&lt;b&gt;hot&lt;/b&gt;" in as_engineer.get(message).text
        there.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        as_engineer.post(f"{message}again/")
        deliveries.send_waiting()
        assert "taken, 200" in as_engineer.get(f"{page}messages/", headers=HTMX).text
        assert as_engineer.get(message, headers=HTMX).text.count('id="try-') == 2
    assert len(there.requests) == 2


@pytest.mark.parametrize("event", list(Event))
def test_there_is_an_example_of_every_event(
    as_engineer: Client, webhook: Webhook, page: str, event: Event
) -> None:
    assert as_engineer.post(f"{page}example/", {"event": event}).status_code == 302
    sent = json.loads(Delivery.objects.get().body)
    assert sent["type"] == event
    assert sent["data"] == {"team": "court", **EXAMPLES[event], "example": True}


def test_the_page_says_which_events_nothing_sends_yet(as_engineer: Client) -> None:
    assert as_engineer.get("/settings/webhooks/").text.count("nothing sends it yet") == len(UNSENT)


def test_messages_are_found_by_event_state_and_id(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    announced(team, Event.JUDGED, trajectory="aaa")
    announced(team, Event.JUDGED, trajectory="bbb")
    (first, second, third) = announced(team, Event.COMMENT)
    Delivery.objects.filter(pk=first.pk).update(due_at=None, delivered_at=timezone.now())
    Delivery.objects.filter(pk=second.pk).update(due_at=None)

    def found(**asked: str) -> list[int]:
        shown = as_engineer.get(f"{page}messages/", asked, headers=HTMX).text
        return [int(each) for each in re.findall(r'id="message-(\d+)"', shown)]

    assert found() == [third.pk, second.pk, first.pk]
    assert found(event="verdict.completed") == [second.pk, first.pk]
    assert found(state="delivered") == [first.pk]
    assert found(state="given-up", event="verdict.completed") == [second.pk]
    assert found(state="waiting") == [third.pk]
    assert found(text="bbb") == found(text=str(second.key)) == [second.pk]
    assert found(text="nothing") == []
    assert found(event="no.such", state="odd") == [third.pk, second.pk, first.pk]


def test_a_page_is_bounded_and_the_next_goes_on_below_it(
    as_engineer: Client, webhook: Webhook, page: str, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_messages, "PER_PAGE", 2)
    for _ in range(5):
        rows = announced(team)
    shown = as_engineer.get(page).text
    assert shown.count('id="message-') == 2
    older = as_engineer.get(page, {"before": str(rows[3].pk), "event": "comment.written"}).text
    assert f'id="message-{rows[2].pk}"' in older
    assert f"before={rows[1].pk}&amp;event=comment.written" in older
    assert as_engineer.get(page, {"before": "x"}).status_code == 200


def test_all_since_a_time_are_sent_again(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    announced(team, at=timezone.now() - timedelta(hours=3))
    announced(team)
    deliveries.send_waiting(Scripted())
    since = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    said = as_engineer.post(f"{page}messages/again/", {"since": since}, follow=True).text
    assert "1 message is sent again" in said
    assert Delivery.objects.filter(due_at__isnull=False).count() == 1
    assert "Give a day" in as_engineer.post(f"{page}messages/again/", follow=True).text


def test_it_is_turned_off_and_deleted_by_name(as_engineer: Client, page: str) -> None:
    as_engineer.post(f"{page}switch/", {"is_on": "no"})
    assert not Webhook.objects.get().is_on
    as_engineer.post(f"{page}removal/", {"url": "https://another.example/"})
    assert Webhook.objects.exists()
    as_engineer.post(f"{page}removal/", {"url": URL})
    assert not Webhook.objects.exists()


def test_what_is_looked_for_has_an_address(
    as_engineer: Client, webhook: Webhook, page: str
) -> None:
    part = as_engineer.get(f"{page}messages/?event=ping&text=&state=waiting", headers=HTMX)
    assert part["HX-Replace-Url"] == f"{page}?event=ping&state=waiting"
    plain = as_engineer.get(f"{page}messages/?event=ping")
    assert (plain.status_code, plain["Location"]) == (302, f"{page}?event=ping")


def test_a_webhook_that_was_turned_off_says_why_and_can_be_turned_on(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    Webhook.objects.update(is_on=False, off_cause="It answered 410.", failures=4)
    assert "It answered 410." in as_engineer.get(page).text
    as_engineer.post(f"{page}switch/", {"is_on": "yes"})
    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.off_cause, webhook.failures) == (True, "", 0)


def test_what_an_answer_said_is_text(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    (row,) = announced(team)
    Delivery.objects.filter(pk=row.pk).update(due_at=None, tries=9, trouble="<b>no</b>")
    said = "<script>alert(1)</script>"
    Attempt.objects.create(delivery=row, number=1, at=timezone.now(), seconds=1, answer=said)
    assert "&lt;b&gt;no&lt;/b&gt;" in as_engineer.get(page).text
    assert "&lt;script&gt;alert" in as_engineer.get(f"/settings/webhooks/messages/{row.pk}/").text


def test_a_receiver_of_rewards_has_a_token_that_is_never_shown(as_engineer: Client) -> None:
    typed = {"kind": HookKind.AGENT_LIGHTNING, "url": URL, "token": "tok-1", "job": "nightly"}
    added = as_engineer.post("/settings/webhooks/", typed)
    row = Webhook.objects.get()
    assert (row.kind, row.job, sealing.unseal(row.sealed_secret)) == (
        HookKind.AGENT_LIGHTNING,
        "nightly",
        "tok-1",
    )
    page = f"/settings/webhooks/{row.pk}/"
    shown = as_engineer.get(page).text
    assert "tok-1" not in added.text + shown
    assert "New secret" not in shown
    assert as_engineer.post(f"{page}secret/").status_code == 404
    assert as_engineer.post(f"{page}example/").status_code == 404
    as_engineer.post(page, {"url": URL, "job": ""})
    row.refresh_from_db()
    assert (row.job, sealing.unseal(row.sealed_secret)) == ("", "tok-1")
    as_engineer.post(page, {"url": URL, "token": "tok 2"})
    as_engineer.post(page, {"url": URL, "token": "tok-3"})
    row.refresh_from_db()
    assert sealing.unseal(row.sealed_secret) == "tok-3"


def test_a_team_has_a_bounded_number_of_webhooks(as_engineer: Client, team: Team) -> None:
    for _ in range(20):
        hooks.hook(team, URL)
    assert "at most 20" in as_engineer.post("/settings/webhooks/", {"url": URL}).text
    assert Webhook.objects.count() == 20


def test_a_message_says_when_it_is_tried_again(
    as_engineer: Client, webhook: Webhook, page: str, team: Team
) -> None:
    announced(team)
    Delivery.objects.update(tries=pauses.MAX_TRIES - 2)
    deliveries.send_waiting(Scripted(REFUSAL))
    shown = as_engineer.get(page).text
    assert re.search(r"again in \d+", shown)
    assert "answered 500" in shown
