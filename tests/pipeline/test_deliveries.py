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

from tests import stories
from tests.e2e.shell import ROOT, Installation
from tests.pipeline.hooks import Receiver, receiver
from themis.accounts.models import Team, User
from themis.notices import outbox, queries, webhooks
from themis.notices.models import Delivery, Event, Webhook
from themis.pipeline import deliveries, sealing
from themis.pipeline.posting import Answer, Message


@pytest.fixture(autouse=True)
def private(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True


def hook(team: Team, url: str = "http://hook.example/", *events: str) -> Webhook:
    return webhooks.add(
        team=team,
        url=url,
        sealed_secret=sealing.seal("s3cret"),
        events=events,
        by=None,
        at=stories.NOW,
    )


def announced(team: Team, event: str = Event.COMMENT, at: datetime | None = None) -> list[Delivery]:
    webhooks.announce(team=team, event=event, data={"n": 1}, at=at or timezone.now())
    return list(Delivery.objects.order_by("pk"))


class Scripted:
    """A way out that answers as it is told and remembers what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[Message] = []

    async def __call__(self, message: Message, at: datetime) -> Answer:
        self.sent.append(message)
        return self.answers.pop(0) if self.answers else Answer(status=204)


REFUSAL = Answer(status=500, trouble="answered 500")

pytestmark = pytest.mark.django_db(transaction=True)


def test_only_who_wants_an_event_is_told(team: Team, stranger: User) -> None:
    hook(team), hook(team, "http://b.example/", Event.DISPUTE)
    off = hook(team, "http://off.example/")
    webhooks.switch(webhook=off, is_on=False)
    other = stranger.teams.get()
    hook(other)
    (told,) = announced(team)
    assert told.webhook.url == "http://hook.example/"


def test_a_message_is_sent_once_and_says_what_happened(team: Team) -> None:
    hook(team)
    (row,) = announced(team)
    out = Scripted()
    deliveries.send_waiting(out)
    deliveries.send_waiting(out)
    (message,) = out.sent
    row.refresh_from_db()
    assert (row.due_at, row.status, row.tries) == (None, 204, 1)
    assert row.delivered_at is not None
    assert message.secret == "s3cret"
    body = message.body
    assert isinstance(body, dict)
    assert (body["event"], body["team"], body["data"]) == ("comment.written", "court", {"n": 1})
    assert body["id"] == message.key == str(row.key)


def test_what_is_refused_is_tried_again_later_under_the_same_id(team: Team) -> None:
    webhook = hook(team)
    (row,) = announced(team)
    out = Scripted(REFUSAL)
    deliveries.send_waiting(out)
    row.refresh_from_db()
    webhook.refresh_from_db()
    assert row.due_at is not None
    assert row.due_at > timezone.now() + timedelta(seconds=5)
    assert (row.status, row.trouble, webhook.failures) == (500, "answered 500", 1)
    Delivery.objects.update(due_at=timezone.now())
    deliveries.send_waiting(out)
    webhook.refresh_from_db()
    assert len({message.key for message in out.sent}) == 1
    assert len(out.sent) == 2
    assert (webhook.failures, webhook.trouble) == (0, "")


def test_pauses_grow_with_jitter_and_end() -> None:
    pauses = [deliveries.pause_after(tries, 0.5) for tries in range(1, deliveries.MAX_TRIES)]
    assert pauses[0] == deliveries.FIRST_WAIT
    assert None not in pauses
    assert pauses == sorted(pauses, key=lambda pause: pause or timedelta())
    assert pauses[-1] == deliveries.LONGEST_WAIT
    assert deliveries.pause_after(deliveries.MAX_TRIES, 0.5) is None
    low, high = deliveries.pause_after(3, 0.0), deliveries.pause_after(3, 1.0)
    assert low
    assert high
    assert low < high


def test_it_is_given_up_at_last_and_the_webhook_says_so(team: Team) -> None:
    webhook = hook(team)
    (row,) = announced(team)
    Delivery.objects.update(tries=deliveries.MAX_TRIES - 1)
    deliveries.send_waiting(Scripted(REFUSAL))
    row.refresh_from_db()
    webhook.refresh_from_db()
    assert (row.due_at, row.delivered_at) == (None, None)
    assert webhook.trouble == "comment.written was given up: answered 500"


def test_a_message_that_was_given_up_can_be_sent_again(team: Team) -> None:
    hook(team)
    (row,) = announced(team)
    Delivery.objects.update(tries=deliveries.MAX_TRIES - 1)
    out = Scripted(REFUSAL)
    deliveries.send_waiting(out)
    row.refresh_from_db()
    assert webhooks.redeliver(delivery=row, at=timezone.now())
    assert not webhooks.redeliver(delivery=row, at=timezone.now())
    deliveries.send_waiting(out)
    row.refresh_from_db()
    assert row.delivered_at is not None
    assert out.sent[0].key == out.sent[1].key


def test_nothing_is_sent_while_a_webhook_is_off_but_a_test(team: Team) -> None:
    webhook = hook(team)
    announced(team)
    webhooks.switch(webhook=webhook, is_on=False)
    webhooks.ping(webhook=webhook, at=timezone.now())
    out = Scripted()
    deliveries.send_waiting(out)
    assert [message.event for message in out.sent] == ["ping"]
    webhooks.switch(webhook=webhook, is_on=True)
    deliveries.send_waiting(out)
    assert [message.event for message in out.sent] == ["ping", "comment.written"]


def test_a_lease_is_granted_once(team: Team) -> None:
    hook(team)
    announced(team, at=stories.NOW)
    now = stories.NOW + timedelta(seconds=1)
    rows = list(queries.due(now))
    assert len(outbox.claim(limit=5, each=5, flying={}, at=now)) == 1
    assert not outbox._lease(rows[0], now)
    assert outbox.claim(limit=5, each=5, flying={}, at=now) == []
    later = now + outbox.LEASE
    assert [row.tries for row in outbox.claim(limit=5, each=5, flying={}, at=later)] == [2]


def test_who_lost_the_lease_writes_nothing_down(team: Team) -> None:
    hook(team)
    announced(team, at=stories.NOW)
    now = stories.NOW + timedelta(seconds=1)
    (late,) = outbox.claim(limit=5, each=5, flying={}, at=now)
    (mine,) = outbox.claim(limit=5, each=5, flying={}, at=now + outbox.LEASE)
    outbox.failed(delivery=late, status=500, trouble="late", again_at=None)
    outbox.arrived(delivery=mine, status=200, at=now)
    (row,) = Delivery.objects.all()
    assert (row.status, row.trouble) == (200, "")


def test_one_webhook_never_takes_all_places(team: Team) -> None:
    slow, quick = hook(team, "http://slow.example/"), hook(team, "http://quick.example/", "x")
    for _ in range(20):
        announced(team, at=stories.NOW)
    announced(team, "x", at=stories.NOW)
    rows = outbox.claim(limit=16, each=4, flying={slow.pk: 1}, at=stories.NOW)
    assert [row.webhook_id for row in rows] == [slow.pk] * 3 + [quick.pk]
    assert outbox.claim(limit=16, each=4, flying={slow.pk: 4}, at=stories.NOW) == []


def test_a_secret_sealed_elsewhere_is_trouble_not_a_crash(team: Team, settings: Settings) -> None:
    hook(team)
    (row,) = announced(team)
    settings.SECRET_KEY = "another"
    out = Scripted()
    deliveries.send_waiting(out)
    row.refresh_from_db()
    assert out.sent == []
    assert "sealed with another THEMIS_SECRET_KEY" in row.trouble


def test_old_messages_are_forgotten_once_they_are_through(team: Team) -> None:
    hook(team)
    announced(team, at=stories.NOW)
    later = stories.NOW + deliveries.KEPT + timedelta(days=1)
    deliveries.sweep(at=later)
    assert Delivery.objects.count() == 1
    deliveries.send_waiting(Scripted())
    deliveries.sweep(at=later)
    assert Delivery.objects.count() == 0


SENDS = "import django; django.setup(); from themis.pipeline import deliveries as d; "
SENDS += "d.send_waiting(); print('done', flush=True)"
ADDS = """
import django; django.setup()
from django.utils import timezone as t
from themis.accounts.services import found_team
from themis.notices import webhooks as w
from themis.pipeline.sealing import seal
team = found_team(slug="t", name="T")
w.add(team=team, url={url!r}, sealed_secret=seal("s"), events=[], by=None, at=t.now())
w.announce(team=team, event="comment.written", data={{}}, at=t.now())
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
@pytest.mark.django_db(transaction=False)
def test_kill_9_in_mid_delivery_loses_nothing(tmp_path: Path) -> None:
    themis = Installation.ready(tmp_path / "var")
    themis.variables = {"THEMIS_WEBHOOK_PRIVATE": "1"}
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
    assert _ids(there) == [_ids(there)[0]] * 2


def _ids(there: Receiver) -> list[str]:
    assert all(json.loads(body)["event"] == "comment.written" for _, body in there.requests)
    return [headers["themis-delivery"] for headers, _ in there.requests]


def test_a_slow_target_does_not_hold_up_the_others(team: Team) -> None:
    hook(team, "http://slow.example/")
    for _ in range(3):
        announced(team)
    hook(team, "http://quick.example/", "x")
    announced(team, "x")
    gate, order = asyncio.Event(), []

    async def send(message: Message, at: datetime) -> Answer:
        if "slow" in message.url:
            await asyncio.wait_for(gate.wait(), 20)
        elif message.event == "x":
            gate.set()
        order.append(message.url)
        return Answer(status=200)

    deliveries.send_waiting(send)
    assert order[0] == "http://quick.example/"
    assert len(order) == 5
