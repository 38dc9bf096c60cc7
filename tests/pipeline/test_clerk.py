"""The clerk writes turns together; none is lost, or answered for by another's fault."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest
from django.db import DatabaseError

from tests import stories
from themis.critic.contract import Turn
from themis.pipeline.court import Court
from themis.trajectories.models import Trajectory
from themis.verdicts import queries, services
from themis.verdicts.models import Verdict
from themis.verdicts.services import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def court() -> Iterator[Court]:
    opened = Court()
    yield opened
    opened.close()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The keys of each transaction of turns."""
    seen: list[list[str]] = []
    together = services.record_turns

    def noted(*, entries: Sequence[Entry]) -> None:
        seen.append([entry.turn.key for entry in entries])
        together(entries=entries)

    monkeypatch.setattr(services, "record_turns", noted)
    return seen


def entry(verdict: Verdict, key: str, **changes: object) -> Entry:
    turn = stories.turn(key, **changes)
    return Entry(verdict=verdict, turn=turn, seconds=2.0, at=stories.NOW)


def record(court: Court, *entries: Entry) -> list[BaseException | None]:
    """Hand turns in while the clerk is busy with something else; what each came to."""
    gate = threading.Event()

    async def all_at_once() -> list[BaseException | None]:
        busy = asyncio.ensure_future(court.clerk.do(gate.wait))
        handed_in = [asyncio.ensure_future(court.clerk.record(each)) for each in entries]
        await asyncio.sleep(0)  # until all have been handed in
        gate.set()
        await busy
        return await asyncio.gather(*handed_in, return_exceptions=True)

    return court.run(all_at_once())


def keys(verdict: Verdict) -> list[str]:
    return sorted(turn.key for turn in queries.turns(verdict))


def test_turns_of_several_verdicts_share_a_transaction(
    court: Court, trajectory: Trajectory, written: list[list[str]]
) -> None:
    one, other = stories.opened(trajectory), stories.opened(trajectory)
    both = record(court, entry(one, "a"), entry(other, "b"), entry(one, "c"))
    assert both == [None, None, None]
    assert written == [["a", "b", "c"]]
    assert keys(one) == ["a", "c", "selector/1"]
    one.refresh_from_db()
    assert (one.n_turns, one.calls, one.prompt_tokens, one.seconds) == (3, 3, 300, 2.0)


def test_a_turn_that_was_kept_before_takes_no_other_with_it(
    court: Court, trajectory: Trajectory
) -> None:
    verdict = stories.opened(trajectory)
    record(court, entry(verdict, "a"), entry(verdict, "selector/1"), entry(verdict, "b"))
    assert keys(verdict) == ["a", "b", "selector/1"]
    verdict.refresh_from_db()
    assert (verdict.n_turns, verdict.calls) == (3, 3)


def test_a_turn_of_another_prompt_is_replaced(court: Court, trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    newer = entry(verdict, "selector/1", prompt_hash="b" * 64, reply="newer")
    record(court, newer, entry(verdict, "a"))
    assert newer.turn in queries.turns(verdict)
    assert keys(verdict) == ["a", "selector/1"]


def test_one_that_cannot_be_kept_says_so_and_the_others_stand(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = stories.opened(trajectory)
    alone = services.record_turn

    def together(**_: object) -> None:
        raise DatabaseError("the disk is full")

    def last_one_fits(*, turn: Turn, **how: object) -> bool:
        if turn.key == "b":
            raise DatabaseError("the disk is full")
        return alone(turn=turn, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "record_turns", together)
    monkeypatch.setattr(services, "record_turn", last_one_fits)
    told = record(court, entry(verdict, "a"), entry(verdict, "b"), entry(verdict, "c"))
    assert [type(each) for each in told] == [type(None), DatabaseError, type(None)]
    assert keys(verdict) == ["a", "c", "selector/1"]


def test_what_work_raises_is_raised_where_it_was_asked_for(court: Court) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        court.run(court.clerk.do(broken))
    assert court.run(court.clerk.do(lambda: 7)) == 7


def test_nobody_waits_for_a_turn_whose_asker_gave_up(court: Court, trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)

    async def given_up() -> None:
        recording = asyncio.ensure_future(court.clerk.record(entry(verdict, "a")))
        await asyncio.sleep(0)
        recording.cancel()
        await court.clerk.do(lambda: None)

    court.run(given_up())
    assert keys(verdict) == ["a", "selector/1"]
