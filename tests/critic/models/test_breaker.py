"""The circuit breaker: when it opens, whom it lets through, and for how long it rests."""

from __future__ import annotations

from dataclasses import dataclass

from themis.critic.models.breaker import FIRST_REST, LONGEST_REST, Breaker


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(failures=2, lasting=0.0, clock=clock)
    assert not breaker.failed("one")
    assert breaker.failed("two")
    return breaker


def test_it_opens_after_failures_in_a_row() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, lasting=0.0, clock=clock)
    breaker.failed("one")
    breaker.passed()
    assert not breaker.failed("one")
    assert breaker.admits()
    assert breaker.failed("two")
    assert not breaker.admits()
    assert breaker.rest() == FIRST_REST
    assert breaker.cause == "two"


def test_a_short_fault_that_fails_many_calls_at_once_does_not_open_it() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, lasting=10.0, clock=clock)
    assert not any(breaker.failed("x") for _ in range(40))
    clock.now += 9.9
    assert not breaker.failed("x")
    clock.now += 0.1
    assert breaker.failed("x")


def test_after_the_rest_one_call_probes_and_others_wait_for_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST - 0.1
    assert not breaker.admits()
    clock.now += 0.1
    assert breaker.rest() == 0.0
    assert breaker.admits()
    assert not breaker.admits()
    assert breaker.rest() > 0


def test_a_probe_that_passes_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST
    assert breaker.admits()
    breaker.passed()
    assert not breaker.is_open
    assert breaker.admits()
    assert not breaker.failed("one again")


def test_a_probe_that_fails_doubles_the_rest_up_to_a_limit() -> None:
    clock = Clock()
    breaker = opened(clock)
    rests = []
    for _ in range(6):
        clock.now += breaker.rest()
        assert breaker.admits()
        assert breaker.failed("still")
        rests.append(breaker.rest())
    assert rests == [60.0, 120.0, 240.0, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_calls_that_were_under_way_when_it_opened_do_not_lengthen_the_rest() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 10
    assert not breaker.failed("late")
    assert breaker.rest() == FIRST_REST - 10


def test_a_probe_that_was_given_up_makes_room_for_another() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST
    assert breaker.admits()
    breaker.given_up()
    assert breaker.admits()
