"""A key's bucket holds a minute's worth, in one process and over several."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time

import pytest
from pytest_django.fixtures import Settings

from themis.api import limits
from themis.api.limits import Buckets, SharedBuckets

pytestmark = pytest.mark.once

KEY = int.from_bytes(os.urandom(6))
GONE = "redis://127.0.0.1:1/0"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("rate", [1, 7, 600, 9_999])
def test_a_minutes_worth_may_come_at_once_and_no_more(rate: int) -> None:
    buckets = Buckets(Clock())
    assert [buckets.spend(KEY, rate) for _ in range(rate)] == [0.0] * rate
    assert buckets.spend(KEY, rate) == pytest.approx(60 / rate, abs=1e-6)


def test_who_waits_as_long_as_was_said_gets_in() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    buckets.spend(KEY, 30, 30)
    wait = buckets.spend(KEY, 30)
    assert wait == pytest.approx(2)
    clock.now += wait
    assert buckets.spend(KEY, 30) == 0
    assert buckets.spend(KEY, 30) > 0


def test_more_than_a_bucket_holds_takes_a_full_one_and_is_owed() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    assert buckets.spend(KEY, 60, 180) == 0
    assert buckets.spend(KEY, 60) == pytest.approx(121)
    clock.now += 121
    assert buckets.spend(KEY, 60) == 0


def test_threads_of_a_process_share_a_bucket() -> None:
    buckets, let_in = Buckets(Clock()), list[float]()
    many = [
        threading.Thread(target=lambda: let_in.extend(buckets.spend(KEY, 100) for _ in range(50)))
        for _ in range(4)
    ]
    for each in many:
        each.start()
    for each in many:
        each.join()
    assert let_in.count(0.0) == 100


def test_both_ways_to_ask_share_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_own", Buckets(Clock()))
    assert limits.spend_now(KEY, 2) == 0
    assert asyncio.run(limits.spend(KEY, 2)) == 0
    assert limits.spend_now(KEY, 2) > 0


def test_while_redis_is_away_everything_passes_and_it_is_said_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = GONE
    with caplog.at_level(logging.WARNING):
        assert [limits.spend_now(KEY, 1) for _ in range(3)] == [0.0] * 3
        assert asyncio.run(limits.spend(KEY, 1)) == 0
    assert [record.message for record in caplog.records] == [
        "Redis does not answer; no request is counted: ConnectionError"
    ]


@pytest.fixture
def address() -> str:
    found = os.environ.get("STACK_REDIS_URL", "")
    if not found:
        pytest.skip("no Redis here; `make test` starts one")
    return found


@pytest.mark.redis
@pytest.mark.parametrize("rate", [1, 7, 500])
def test_processes_share_the_bucket_in_redis(address: str, rate: int) -> None:
    one, other = SharedBuckets(address), SharedBuckets(address)
    key, begun = int.from_bytes(os.urandom(6)), time.monotonic()
    let_in = [each.spend_now(key, rate) for _ in range(rate) for each in (one, other)]
    filled = (time.monotonic() - begun) * rate / 60  # while it was asked
    assert rate <= let_in.count(0.0) <= rate + filled + 1
    # What was let in last may have come a tenth of a gap early.
    assert 0 < max(one.spend_now(key, rate), other.spend_now(key, rate)) <= 1.1 * 60 / rate + 1e-6


@pytest.mark.redis
def test_a_process_takes_out_ahead_and_no_more_than_there_is(address: str) -> None:
    one, other = SharedBuckets(address), SharedBuckets(address)
    key, rate = int.from_bytes(os.urandom(6)), 2_000
    one.spend_now(key, rate)
    begun = time.monotonic()
    # Ten are in the hand of the first, which nobody else gets.
    let_in = [other.spend_now(key, rate) for _ in range(rate)].count(0.0)
    filled = (time.monotonic() - begun) * rate / 60
    assert rate - 11 <= let_in <= rate - 11 + filled + 1
    assert [one.spend_now(key, rate) for _ in range(10)] == [0.0] * 10


@pytest.mark.redis
async def test_loops_and_threads_share_the_bucket_in_redis(address: str) -> None:
    buckets, key = SharedBuckets(address), int.from_bytes(os.urandom(6))
    assert await buckets.spend(key, 1) == 0
    assert 59 < buckets.spend_now(key, 1) <= 60
    assert 59 < await buckets.spend(key, 1) <= 60
    await buckets.aclose()
