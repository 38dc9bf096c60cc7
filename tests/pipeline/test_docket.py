"""The docket in the database: turns are safe when they are recorded, pages are told soon after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import stories
from themis.critic.contract import Turn
from themis.pipeline.court import Court
from themis.pipeline.docket import DatabaseDocket
from themis.trajectories.models import Trajectory
from themis.verdicts import queries, services
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def court() -> Iterator[Court]:
    opened = Court()
    yield opened
    opened.close()


class Pages:
    """Whoever watches."""

    def __init__(self) -> None:
        self.told = 0

    async def changed(self) -> None:
        self.told += 1


def docket_of(verdict: Verdict, court: Court, pages: Pages | None = None) -> DatabaseDocket:
    return DatabaseDocket(verdict, clerk=court.clerk, changed=(pages or Pages()).changed)


def fresh(trajectory: Trajectory) -> Verdict:
    return services.open_verdict(trajectory=trajectory, bench=stories.BENCH, at=stories.NOW)


def statements(court: Court, docket: DatabaseDocket, turn: Turn) -> list[str]:
    """What is asked of the database to recall a turn."""

    async def recalled() -> list[str]:
        capture = CaptureQueriesContext(connection)  # of the thread that it is used in
        await court.clerk.do(capture.__enter__)
        await docket.recall(turn.key, turn.prompt_hash)
        await court.clerk.do(partial(capture.__exit__, None, None, None))
        said = await court.clerk.do(lambda: capture.captured_queries)
        return [query["sql"] for query in said]

    return court.run(recalled())


def test_a_turn_is_in_the_database_before_the_next_question(
    court: Court, trajectory: Trajectory
) -> None:
    verdict = fresh(trajectory)
    docket = docket_of(verdict, court)

    async def recorded() -> int:
        await docket.record(stories.turn())
        return await court.clerk.do(verdict.turns.count)

    assert court.run(recorded()) == 1
    court.run(docket.close())


def test_a_fresh_verdict_asks_for_no_recorded_turn(court: Court, trajectory: Trajectory) -> None:
    docket = docket_of(fresh(trajectory), court)
    first = statements(court, docket, stories.turn())
    assert first
    assert not any("verdicts_turn" in sql for sql in first)
    assert statements(court, docket, stories.turn("judge")) == []


def test_a_verdict_gone_on_with_reads_its_turns_once(court: Court, trajectory: Trajectory) -> None:
    docket = docket_of(stories.opened(trajectory), court)
    turn = stories.turn()
    read = [sql for sql in statements(court, docket, turn) if "verdicts_turn" in sql]
    assert len(read) == 1
    assert statements(court, docket, turn) == []
    assert court.run(docket.recall(turn.key, turn.prompt_hash)) == turn
    assert court.run(docket.recall(turn.key, "f" * 64)) is None


def test_pages_are_told_of_turns_and_chains(court: Court, trajectory: Trajectory) -> None:
    verdict, pages = fresh(trajectory), Pages()
    docket = docket_of(verdict, court, pages)

    async def deliberated() -> None:
        await docket.record(stories.turn())
        await docket.show(())
        await docket.show(stories.chain())
        await docket.close()

    court.run(deliberated())
    verdict.refresh_from_db()
    assert verdict.chain == stories.chain()
    assert pages.told >= 1


def test_changes_in_quick_succession_are_told_once(court: Court, trajectory: Trajectory) -> None:
    pages = Pages()
    docket = docket_of(fresh(trajectory), court, pages)

    async def deliberated() -> None:
        for _ in range(20):
            await docket.show(stories.chain())
        await docket.close()

    court.run(deliberated())
    assert pages.told == 1


def test_what_keeps_the_chain_from_being_shown_is_raised_at_the_end(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(services, "publish", full)
    docket = docket_of(fresh(trajectory), court)

    async def deliberated() -> None:
        await docket.show(stories.chain())
        await docket.close()

    with pytest.raises(OSError, match="full"):
        court.run(deliberated())


def test_what_was_asked_of_an_open_run_is_borrowed(court: Court, trajectory: Trajectory) -> None:
    provisional = services.open_verdict(
        trajectory=trajectory,
        bench=stories.BENCH,
        sight=replace(services.WHOLE, provisional=True),
        at=stories.NOW,
    )
    services.record_turn(verdict=provisional, turn=stories.turn(), seconds=1.0, at=stories.NOW)
    verdict = fresh(trajectory)
    turn = stories.turn()
    assert court.run(docket_of(verdict, court).recall(turn.key, turn.prompt_hash)) == turn
    assert queries.turns(verdict) == [turn]
