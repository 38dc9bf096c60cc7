"""Messages to webhooks: sent once, tried again later, given up at last, and safe from a kill."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook as Library
from standardwebhooks import WebhookVerificationError

from tests.e2e.shell import ROOT, Installation
from tests.pipeline.hooks import (
    REFUSAL,
    SECRET,
    SILENCE,
    Receiver,
    Scripted,
    announced,
    hook,
    receiver,
)
from themis.accounts.models import Team, User
from themis.notices import announcing, health, outbox, webhooks
from themis.notices import queries as notices
from themis.notices.models import Attempt, Delivery, Event, Webhook
from themis.pipeline import deliveries, pauses, sealing, signing
from themis.pipeline.posting import Answer, Message

pytestmark = pytest.mark.django_db


def due_now() -> None:
    """As when the pause is over."""
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    Webhook.objects.update(quiet_until=None)


def test_only_who_wants_an_event_is_told(team: Team, stranger: User) -> None:
    hook(team), hook(team, "http://b.example/", Event.DISPUTE)
    webhooks.switch(webhook=hook(team, "http://off.example/"), is_on=False)
    hook(stranger.teams.get())
    (told,) = announced(team)
    assert told.webhook.url == "http://hook.example/"


def test_a_webhook_of_a_job_is_told_of_that_job_alone(team: Team) -> None:
    hook(team, job="nightly")
    announced(team)
    announced(team, Event.JUDGED, job="weekly")
    (told,) = announced(team, Event.JUDGED, job="nightly")
    assert json.loads(told.body)["data"]["job"] == "nightly"


def test_a_message_is_sent_once_and_says_what_happened(team: Team) -> None:
    hook(team)
    (row,) = announced(team)
    out = Scripted(Answer(status=204, said="thanks", seconds=0.25))
    deliveries.send_waiting(out)
    deliveries.send_waiting(out)
    (message,) = out.sent
    row.refresh_from_db()
    assert (row.due_at, row.status, row.tries) == (None, 204, 1)
    assert row.delivered_at is not None
    body = json.loads(message.body)
    assert body == {
        "type": "comment.written",
        "timestamp": row.created_at.isoformat(),
        "data": {"team": "court", "n": 1},
    }
    assert out.keys == [str(row.key)]
    kept = Attempt.objects.get()
    assert (kept.number, kept.status, kept.answer, kept.seconds) == (1, 204, "thanks", 0.25)


def test_what_is_refused_is_tried_again_later_under_the_same_id(team: Team) -> None:
    webhook = hook(team)
    (row,) = announced(team)
    out = Scripted(REFUSAL)
    deliveries.send_waiting(out)
    row.refresh_from_db()
    webhook.refresh_from_db()
    assert row.due_at is not None
    assert row.due_at > timezone.now() + timedelta(seconds=3)
    assert (row.status, row.trouble, webhook.failures) == (500, "answered 500", 1)
    due_now()
    deliveries.send_waiting(out)
    webhook.refresh_from_db()
    assert len(set(out.keys)) == 1
    assert out.sent[0].body == out.sent[1].body
    assert (webhook.failures, webhook.trouble, webhook.failing_since) == (0, "", None)
    assert [each.number for each in notices.attempts_of(row, 9)] == [2, 1]


def test_it_is_given_up_at_last_and_the_webhook_says_so(team: Team) -> None:
    webhook = hook(team)
    (row,) = announced(team)
    Delivery.objects.update(tries=pauses.MAX_TRIES - 1)
    deliveries.send_waiting(Scripted(REFUSAL))
    row.refresh_from_db()
    webhook.refresh_from_db()
    assert row.state == "given-up"
    assert webhook.trouble == "comment.written was given up: answered 500"


def test_a_message_that_was_given_up_can_be_sent_again(team: Team) -> None:
    hook(team)
    (row,) = announced(team)
    Delivery.objects.update(tries=pauses.MAX_TRIES - 1)
    out = Scripted(REFUSAL)
    deliveries.send_waiting(out)
    assert announcing.resend(delivery=row, at=timezone.now())
    assert not announcing.resend(delivery=row, at=timezone.now())
    deliveries.send_waiting(out)
    row.refresh_from_db()
    assert row.state == "delivered"
    assert out.keys[0] == out.keys[1]


def test_all_since_a_time_are_sent_again_in_their_order(team: Team) -> None:
    webhook = hook(team)
    start = timezone.now() - timedelta(hours=4)
    for hour in range(4):
        announced(team, at=start + timedelta(hours=hour), trajectory="same")
    announcing.ping(webhook=webhook, at=start + timedelta(hours=3))
    out = Scripted()
    deliveries.send_waiting(out)
    since = start + timedelta(hours=2)
    again = announcing.resend_since(webhook=webhook, since=since, at=timezone.now(), most=100)
    out.sent.clear()
    deliveries.send_waiting(out)
    rows = Delivery.objects.filter(created_at__gte=since, is_test=False).order_by("pk")
    assert (again, out.keys) == (2, [str(row.key) for row in rows])


def test_nothing_is_sent_while_a_webhook_is_off_but_a_test(team: Team) -> None:
    webhook = hook(team)
    announced(team)
    webhooks.switch(webhook=webhook, is_on=False)
    test = announcing.ping(webhook=webhook, at=timezone.now())
    out = Scripted()
    deliveries.send_waiting(out)
    assert out.keys == [str(test.key)]
    webhooks.switch(webhook=webhook, is_on=True)
    deliveries.send_waiting(out)
    assert [json.loads(each.body)["type"] for each in out.sent] == ["ping", "comment.written"]


def test_410_turns_a_webhook_off_at_once_and_those_who_care_are_told(
    team: Team, owner: User, mate: User
) -> None:
    gone, other = hook(team), hook(team, "http://b.example/", Event.HOOK_OFF)
    announced(team), announced(team)
    deliveries.send_waiting(Scripted(Answer(status=410, trouble="answered 410")))
    gone.refresh_from_db()
    assert (gone.is_on, gone.off_cause) == (False, health.GONE)
    (told,) = notices.newest(owner, team)
    assert told.text == f"The webhook to hook.example was turned off. {health.GONE}"
    assert notices.unread(mate, team) == 0
    outside = Delivery.objects.get(webhook=other)
    assert json.loads(outside.body)["data"]["webhook"] == gone.pk
    left = Delivery.objects.filter(webhook=gone, due_at__isnull=False)
    assert left.count() == 1  # the other one, kept until it is on again


def test_five_days_of_failure_turn_it_off_and_a_day_does_not(team: Team, owner: User) -> None:
    hook(team)
    announced(team)
    now = timezone.now()
    lately = now - timedelta(hours=20)
    out = Scripted(REFUSAL, REFUSAL)
    Webhook.objects.update(failing_since=now - timedelta(days=4.9), failed_at=lately)
    deliveries.send_waiting(out)
    assert Webhook.objects.get().is_on
    due_now()
    Webhook.objects.update(failing_since=now - timedelta(days=5.01), failed_at=lately)
    deliveries.send_waiting(out)
    off = Webhook.objects.get()
    assert not off.is_on
    assert "five days" in off.off_cause
    assert notices.unread(owner, team) == 1


def test_failures_with_a_long_silence_between_are_not_one_time_of_failure(team: Team) -> None:
    webhook = hook(team)
    announced(team)
    now = timezone.now()
    Webhook.objects.update(failing_since=now - timedelta(days=9), failed_at=now - timedelta(days=8))
    deliveries.send_waiting(Scripted(REFUSAL))
    webhook.refresh_from_db()
    assert webhook.is_on
    assert webhook.failing_since is not None
    assert webhook.failing_since >= now


@pytest.mark.parametrize(
    "answer", [SILENCE, Answer(status=429, trouble="answered 429", retry_after=40)]
)
def test_a_receiver_that_cannot_keep_up_is_left_alone_for_a_while(
    team: Team, answer: Answer
) -> None:
    webhook = hook(team)
    announced(team), announced(team)
    out = Scripted(answer)
    deliveries.send_waiting(out)
    webhook.refresh_from_db()
    assert webhook.quiet_until is not None
    assert webhook.quiet_until > timezone.now() + timedelta(seconds=4)
    assert len(out.sent) == 1  # the other one waits, and spends no try
    assert not deliveries.has_waiting(timezone.now())
    assert deliveries.has_waiting(timezone.now() + timedelta(minutes=1))


def test_a_secret_sealed_elsewhere_is_trouble_not_a_crash(team: Team, settings: Settings) -> None:
    hook(team)
    (row,) = announced(team)
    settings.SECRET_KEY = "another"
    out = Scripted()
    deliveries.send_waiting(out)
    row.refresh_from_db()
    assert out.sent == []
    assert "sealed with another THEMIS_SECRET_KEY" in row.trouble


def test_a_sick_receiver_does_not_hold_up_the_others(team: Team) -> None:
    """The others get all theirs while four of one hang."""
    webhook, quick = hook(team, "http://sick.example/"), hook(team, "http://quick.example/")
    Webhook.objects.update(answered_at=timezone.now())
    for _ in range(20):
        announced(team)
    gate, sent = asyncio.Event(), []

    async def send(message: Message) -> Answer:
        sent.append(message.url)
        if "sick" in message.url:
            await asyncio.wait_for(gate.wait(), 30)
            return SILENCE
        if sent.count(message.url) == 20:
            gate.set()
        return Answer(status=200)

    deliveries.send_waiting(send)
    assert sent.count(quick.url) == 20
    assert sent.count(webhook.url) == 4
    assert Delivery.objects.filter(webhook=webhook, tries=0).count() == 16


def verifies(message: Message, secret: str) -> bool:
    """Whether the library that receivers use takes a message for one that was signed with it."""
    try:
        Library(secret).verify(message.body, dict(message.headers))
    except WebhookVerificationError:
        return False
    return True


def test_a_secret_rotated_under_load_loses_nothing_and_every_body_verifies(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, new, noted = hook(team), signing.new_secret(), outbox.note
    for number in range(40):
        announced(team, n=number)
    out = Scripted(*(REFUSAL if number % 5 == 1 else Answer(status=200) for number in range(40)))

    def noting(*, outcomes: list[outbox.Outcome], at: datetime) -> list[Webhook]:
        off = noted(outcomes=outcomes, at=at)
        if len(out.sent) >= 15 and not Webhook.objects.filter(before_until__isnull=False):
            webhooks.rotate(webhook=webhook, sealed_secret=sealing.seal(new), at=at)
        return off

    monkeypatch.setattr(outbox, "note", noting)
    for _ in range(30):
        deliveries.send_waiting(out)
        due_now()
    assert Delivery.objects.filter(delivered_at__isnull=False).count() == 40
    assert len({(key, each.body) for key, each in zip(out.keys, out.sent, strict=True)}) == 40
    by = [(verifies(each, SECRET), verifies(each, new)) for each in out.sent]
    assert by == sorted(by)  # the old one alone, then both
    assert set(by) == {(True, False), (True, True)}


SENDS = "import django; django.setup(); from themis.pipeline import deliveries as d; "
SENDS += "d.send_waiting(); print('done', flush=True)"
ADDS = """
import django; django.setup()
from themis.accounts.services import found_team
from tests.pipeline.hooks import announced, hook
team = found_team(slug="t", name="T")
hook(team, {url!r})
announced(team)
"""
DUE = "import django; django.setup(); from themis.notices.models import Delivery as D; "
DUE += "from django.utils import timezone as t; print(D.objects.update(due_at=t.now()))"


def python(themis: Installation, code: str) -> subprocess.Popen[str]:
    environment = themis.environment | {"DJANGO_SETTINGS_MODULE": "themis.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def to_the_end(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out.strip()


@pytest.mark.once
def test_kill_9_in_mid_delivery_loses_nothing(tmp_path: Path) -> None:
    themis = Installation.ready(tmp_path / "var")
    themis.variables = {"THEMIS_WEBHOOK_ALLOW": "t=127.0.0.1:*"}
    with receiver(is_silent=True) as there:
        to_the_end(python(themis, ADDS.format(url=there.url)))
        process = python(themis, SENDS)
        assert there.came.wait(30)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        there.is_silent = False
        assert to_the_end(python(themis, SENDS)) == "done"  # leased still: not sent twice at once
        assert len(there.requests) == 1
        assert to_the_end(python(themis, DUE)) == "1"  # as when the lease runs out
        to_the_end(python(themis, SENDS))
        to_the_end(python(themis, SENDS))
    assert _sent(there) == [_sent(there)[0]] * 2


def _sent(there: Receiver) -> list[tuple[str, bytes]]:
    return [(headers["webhook-id"], body) for headers, body in there.requests]
