"""Pulls and streams before Django: the owner's alone, and always as it stands now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from asgiref.typing import ASGISendEvent
from django.utils import timezone

from tests import stories
from tests.paying import asked, job_of, judged
from themis.accounts import services as accounts
from themis.accounts.models import ApiKey, KeyScope, Team, User
from themis.accounts.services import KeyTerms
from themis.api.front import ledger
from themis.api.front.app import Front
from themis.api.front.till import till
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.pipeline import paying
from themis.rewards import jobs
from themis.rewards.models import Job, RewardRequest
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db(transaction=True)
VIEW = b"the view's"


@dataclass
class Caller:
    """Somebody with a key, before a front whose views all say the same."""

    key: str
    status: int = 0
    body: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, path: str, until: Callable[[bytes], bool] | None = None) -> bytes:
        """What is answered; of a stream, until enough of it has come."""
        self.body = b""
        gone = asyncio.Event()

        async def receive() -> dict[str, object]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                self.status, self.headers = event["status"], dict(event["headers"])
            elif event["type"] == "http.response.body":
                self.body += event["body"]
                if until is not None and until(self.body):
                    gone.set()

        address, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": address,
            "query_string": query.encode(),
            "headers": [(b"authorization", f"Bearer {self.key}".encode())],
        }
        async with asyncio.timeout(20):
            await Front(view)(scope, receive, send)  # type: ignore[arg-type]
        return self.body


async def view(_scope: object, _receive: object, send: Callable) -> None:  # type: ignore[type-arg]
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": VIEW})


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    """A database of tests is not taken away while somebody looks into it."""
    yield
    await till().aclose()


@pytest.fixture
def job(team: Team) -> Job:
    return job_of(team)


@pytest.fixture
def settled(trajectory: Trajectory, job: Job) -> RewardRequest:
    row = asked(trajectory, job)
    judged(trajectory, Outcome.PASSED)
    return RewardRequest.objects.get(pk=row.pk)


@pytest.fixture
def caller(team: Team) -> Caller:
    return Caller(accounts.issue_key(team=team, name="trainer", by=None, at=timezone.now())[1])


def address(row: RewardRequest) -> str:
    return f"/api/v1/rewards/{row.pk}"


async def test_what_is_settled_is_pulled_as_it_was_written(
    caller: Caller, settled: RewardRequest
) -> None:
    assert (await caller.get(address(settled))).decode() == settled.answer
    assert caller.headers[b"etag"] == b'"1"'
    assert caller.headers[b"content-length"] == str(len(caller.body)).encode()


async def test_what_is_not_settled_is_left_to_the_view(
    caller: Caller, trajectory: Trajectory, job: Job
) -> None:
    row = await sync_to_async(asked)(trajectory, job)
    assert await caller.get(address(row)) == VIEW
    assert await caller.get("/api/v1/rewards/rw_00000000000000000000") == VIEW


async def test_a_key_that_ended_pulls_nothing_any_more(
    caller: Caller, settled: RewardRequest
) -> None:
    assert await caller.get(address(settled)) != VIEW
    keys = ApiKey.objects.all()
    await keys.aupdate(expires_at=timezone.now() - timedelta(seconds=1))
    assert await caller.get(address(settled)) == VIEW
    await keys.aupdate(expires_at=None, revoked_at=timezone.now())
    assert await caller.get(address(settled)) == VIEW


async def test_what_was_amended_is_pulled_as_it_is_now(
    caller: Caller, settled: RewardRequest
) -> None:
    before = await caller.get(address(settled))
    assert await caller.get(address(settled)) == before
    rows = RewardRequest.objects.filter(pk=settled.pk)
    await rows.aupdate(answer='{"reward": 0.5}', version=2)
    assert await caller.get(address(settled)) == b'{"reward": 0.5}'
    assert caller.headers[b"etag"] == b'"2"'


async def test_a_key_ends_in_its_time_though_nobody_writes(
    caller: Caller, settled: RewardRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = timezone.now() + timedelta(hours=1)
    await ApiKey.objects.all().aupdate(expires_at=end)
    await caller.get(address(settled))  # its use is noted, which is a write
    assert await caller.get(address(settled)) == settled.answer.encode()
    assert await caller.get(address(settled)) == settled.answer.encode()
    monkeypatch.setattr(timezone, "now", lambda: end)
    assert await caller.get(address(settled)) == VIEW


@pytest.mark.once
async def test_what_nobody_wrote_over_is_not_read_again(
    caller: Caller, settled: RewardRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):  # after the first the key's use is noted
        await caller.get(address(settled))
    monkeypatch.setattr(ledger, "_statement", lambda *_: "no statement")
    assert await caller.get(address(settled)) == settled.answer.encode()


async def test_another_teams_key_and_another_jobs_pull_nothing(
    settled: RewardRequest, stranger: User, team: Team
) -> None:
    def keys() -> list[str]:
        other = stranger.teams.get()
        theirs = accounts.issue_key(team=other, name="t", by=None, at=timezone.now())[1]
        terms = KeyTerms(scope=KeyScope.READ)
        made = [
            jobs.issue_key(job=each, name="j", terms=terms, by=None, at=timezone.now())[1]
            for each in (job_of(team, "other"), settled.job)
            if each is not None
        ]
        return [theirs, *made]

    bodies = [await Caller(key).get(address(settled)) for key in await sync_to_async(keys)()]
    assert bodies == [VIEW, VIEW, settled.answer.encode()]


async def test_a_key_that_asks_too_often_is_left_to_the_view(
    caller: Caller, settled: RewardRequest
) -> None:
    await ApiKey.objects.all().aupdate(rate=2)
    bodies = [await caller.get(address(settled)) for _ in range(3)]
    assert [body == VIEW for body in bodies] == [False, False, True]


async def test_many_pulls_at_a_time_get_each_its_own(
    caller: Caller, settled: RewardRequest, team: Team, job: Job
) -> None:
    def another() -> RewardRequest:
        run = stories.stored(team, instruction="Another")
        row = asked(run, job)
        judged(run, Outcome.FAILED)
        return RewardRequest.objects.get(pk=row.pk)

    other = await sync_to_async(another)()
    rows = [settled, other] * 20
    bodies = await asyncio.gather(*(Caller(caller.key).get(address(row)) for row in rows))
    assert [body.decode() for body in bodies] == [row.answer for row in rows]


async def test_a_stream_tells_what_came_and_what_comes(
    caller: Caller, settled: RewardRequest, team: Team, job: Job
) -> None:
    def two(body: bytes) -> bool:
        return body.count(b"\n\n") > 2

    async def follow() -> bytes:
        return await caller.get(f"/api/v1/jobs/{job.name}/events?after=0", until=two)

    following = asyncio.create_task(follow())

    def another() -> None:
        run = stories.stored(team, instruction="Another")
        asked(run, job)
        judged(run, Outcome.UNDECIDED)

    await sync_to_async(another)()
    events = (await following).decode().split("\n\n")[1:3]
    assert [event.splitlines()[:2] for event in events] == [
        ["id: 1", "event: final"],
        ["id: 2", "event: undecided"],
    ]
    told: dict[str, Json] = json.loads(events[0].partition("data: ")[2])
    assert told["id"] == settled.pk


async def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    caller: Caller, settled: RewardRequest, job: Job
) -> None:
    await sync_to_async(paying.sweep)(at=timezone.now())
    path = f"/api/v1/jobs/{job.name}/events"
    body = await caller.get(f"{path}?after=0", until=lambda body: b"event" in body)
    assert b"id: 1\n" in body
    assert await caller.get(f"{path}?after=x") == VIEW
    assert await Caller("thk_none").get(f"{path}?after=0") == VIEW
