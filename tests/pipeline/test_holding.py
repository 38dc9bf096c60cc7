"""Whoever changes a run or its verdict holds the trajectory first, so that nobody waits in a ring.

Closing a run that is streamed holds the trajectory, then its runs and verdicts. In the other order
PostgreSQL finds two that wait for each other and breaks one of them off.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import stories
from themis.domain.verdict import Finding, Outcome
from themis.pipeline import flow
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts

pytestmark = pytest.mark.django_db
BENCH = verdicts.Bench(critic="scripted", critic_version="1", settings_hash="", model="")
FINDING = Finding(outcome=Outcome.PASSED, confidence=0.9, reason="it is done")


def first_touched(deed: Callable[[], object]) -> str:
    """The table that is held or written first."""
    with CaptureQueriesContext(connection) as captured:
        deed()
    said = [query["sql"] for query in captured.captured_queries]
    held = next(n for n, sql in enumerate(said) if _is_hold(sql))
    written = [n for n, sql in enumerate(said) if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    return "the trajectory" if held < written[0] else said[written[0]]


def _is_hold(sql: str) -> bool:
    return sql.startswith("SELECT id FROM trajectories_trajectory") and "ORDER BY" in sql


def running(trajectory: Trajectory) -> Run:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    run.refresh_from_db()
    return run


def test_to_queue_it(trajectory: Trajectory) -> None:
    deed = first_touched(lambda: flow.submit(trajectory=trajectory, at=stories.NOW))
    assert deed == "the trajectory"


def test_to_claim_it(trajectory: Trajectory) -> None:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    assert first_touched(lambda: flow.claim(run=run, at=stories.NOW)) == "the trajectory"


def test_to_seat_the_court(trajectory: Trajectory) -> None:
    run = running(trajectory)
    deed = first_touched(lambda: flow.seat(run=run, bench=BENCH, at=stories.NOW))
    assert deed == "the trajectory"


def test_to_give_the_verdict(trajectory: Trajectory) -> None:
    verdict = flow.seat(run=running(trajectory), bench=BENCH, at=stories.NOW)
    deed = first_touched(
        lambda: verdicts.give(verdict=verdict, finding=FINDING, seconds=1.0, at=stories.NOW)
    )
    assert deed == "the trajectory"


@pytest.mark.parametrize("end", ["finish", "fail"])
def test_to_end_it(trajectory: Trajectory, end: str) -> None:
    run = running(trajectory)
    deeds: dict[str, Callable[[], object]] = {
        "finish": lambda: flow.finish(run=run, at=stories.NOW),
        "fail": lambda: flow.fail(run=run, cause="broke", at=stories.NOW),
    }
    assert first_touched(deeds[end]) == "the trajectory"


def test_to_take_it_from_a_dead_process(
    trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(trajectory)
    monkeypatch.setattr("themis.pipeline.owner.is_gone", lambda *_, **__: True)
    assert first_touched(lambda: flow.recover(at=stories.NOW)) == "the trajectory"
