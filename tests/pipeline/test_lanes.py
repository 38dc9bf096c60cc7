"""Whose messages are tried now, and how long the others are left alone. No clock runs here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from themis.notices.models import Webhook
from themis.pipeline import lanes, pauses
from themis.pipeline.lanes import AT_ONCE, EACH, OF_SLOW, Lanes
from themis.pipeline.posting import Answer

WELL, FRESH, SICK = range(3)


def hooks(count: int, how: int, first: int = 1) -> list[Webhook]:
    """Webhooks that are not in the database."""
    taken = None if how == FRESH else stories.NOW
    return [
        Webhook(pk=first + n, answered_at=taken, failures=3 if how == SICK else 0)
        for n in range(count)
    ]


def given(ours: Lanes, ready: list[Webhook]) -> dict[int, int]:
    """What may be tried, and from now on is."""
    places = ours.places(ready)
    for place in places:
        for _ in range(place.most):
            ours.started(place.webhook)
    return {place.webhook.pk: place.most for place in places}


def test_a_webhook_that_is_well_has_a_few_places_and_another_one() -> None:
    well, fresh, sick = hooks(1, WELL, 1), hooks(1, FRESH, 2), hooks(1, SICK, 3)
    assert given(Lanes(), [*well, *fresh, *sick]) == {1: EACH, 2: 1, 3: 1}


def test_no_number_of_sick_ones_takes_the_places_of_others() -> None:
    ours = Lanes()
    given(ours, [*hooks(500, SICK), *hooks(500, FRESH, 501)])
    assert ours.flying == OF_SLOW
    well = hooks(20, WELL, 2000)
    assert given(ours, well) == {hook.pk: EACH for hook in well}


def test_slow_answers_put_one_among_the_slow_until_a_quick_one() -> None:
    ours, slow = Lanes(), hooks(OF_SLOW, WELL)
    for hook in slow:
        ours.started(hook)
        ours.landed(hook, seconds=lanes.SLOW + 1)
    given(ours, slow)
    assert ours.flying == OF_SLOW
    ours.landed(slow[0], seconds=0.1)
    assert given(ours, [slow[0]]) == {slow[0].pk: EACH}


def test_each_gets_one_before_any_gets_a_second() -> None:
    ours = Lanes()
    assert set(given(ours, hooks(AT_ONCE - 1, WELL)).values()) == {1, 2}
    assert ours.flying == AT_ONCE
    assert given(ours, hooks(5, WELL, 9000)) == {}


def test_what_ends_makes_room_for_the_same_again() -> None:
    ours, ready = Lanes(), hooks(1, WELL)
    given(ours, ready)
    assert ours.full() == {1}
    ours.landed(ready[0], seconds=0.1)
    assert given(ours, ready) == {1: 1}


def test_pauses_follow_the_schedule_with_jitter_and_end() -> None:
    hours = timedelta(hours=1)
    expected = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    expected += [n * hours for n in (2, 5, 10, 14, 20, 24)]
    assert [pauses.pause_after(tries, 0.5) for tries in range(1, 10)] == expected
    assert pauses.pause_after(10, 0.5) is None
    low, high = pauses.pause_after(3, 0.0), pauses.pause_after(3, 1.0)
    assert (low, high) == (timedelta(minutes=24), timedelta(minutes=36))


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=7), timedelta(minutes=7)),
        (timedelta(days=9), timedelta(hours=24)),
    ],
)
def test_a_receiver_is_not_asked_sooner_than_it_wants_within_a_day(
    asked: timedelta, pause: timedelta
) -> None:
    assert pauses.pause_after(1, 0.5, asked) == pause


def quiet(
    status: int | None, failures: int = 0, seconds: int = 0, retry_after: float | None = None
) -> float | None:
    answer = Answer(status=status, trouble="no", retry_after=retry_after)
    found = pauses.quiet_after(answer, failures, timedelta(seconds=seconds))
    return None if found is None else found.total_seconds()


@pytest.mark.parametrize("status", [None, 429, 502, 503, 504])
def test_who_cannot_keep_up_is_left_alone_the_longer_it_lasts(status: int | None) -> None:
    assert quiet(status) == 5
    assert quiet(status, seconds=90) == 90
    assert quiet(status, seconds=9_000) == 300


def test_a_refusal_may_be_the_messages_alone_but_not_for_ever() -> None:
    assert quiet(500) is None
    assert quiet(404, failures=4) is None
    assert quiet(404, failures=5) == 5


def test_a_pause_that_is_asked_for_is_kept_within_an_hour() -> None:
    assert quiet(429, retry_after=40) == 40
    assert quiet(503, retry_after=1e9) == 3600
    assert quiet(500, retry_after=40) is None
