"""Rewards in flight while everything is killed: one final answer each, told alike to all."""

from __future__ import annotations

import os

import pytest

from benchmarks.soak import Plan, soak
from scripts.services import data_folder


@pytest.mark.timeout(400)
def test_kill_9_of_everything_while_rewards_are_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    if "STACK_DATABASE_URL" not in os.environ:
        pytest.skip("no PostgreSQL and Redis here; `make test` starts them")
    kills = ("worker", "redis", "web", "postgres")
    plan = Plan(n=30, kills=kills, bound=240, every=1.5, latency=0.5, rounds=1, is_posted=False)
    with data_folder(keep=False) as folder:
        outcome = soak(folder, plan)
    assert outcome.wrong == []
    assert outcome.kills == dict.fromkeys(kills, 1)
