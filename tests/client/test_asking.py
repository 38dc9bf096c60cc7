"""What a call does, step by step, by a clock of the test's own: nothing is sent, nobody waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.server import BROKEN, FINAL, RUN, RUNNING, UNDECIDED, Clock, got
from themis.client import (
    Ask,
    Broken,
    BudgetSpent,
    Invalid,
    NotPromised,
    Refused,
    RewardError,
    Running,
    Settled,
    Unreachable,
    Unreadable,
)
from themis.client.answers import Answer, Json
from themis.client.asking import reward, rewards
from themis.client.wire import KEY_HEADER, Got, Lost

pytestmark = pytest.mark.once
DOWN = Lost("ConnectError: refused")


def asked(clock: Clock, *answers: Got | Lost, deadline: float = 60.0, wait: float = 60.0) -> Answer:
    """The reward of a run, from these answers."""
    flow = reward(Ask(RUN, "gui"), clock.patience(deadline), wait)
    return clock.carry(flow, *answers)


def problem(code: str, error: str = "why", **more: Json) -> dict[str, Json]:
    """What Themis says of a request that it does not carry out."""
    return {"code": code, "error": error, **more}


def test_a_settled_answer_is_asked_for_once() -> None:
    clock = Clock()
    answer = asked(clock, got(200, FINAL))
    assert isinstance(answer, Settled)
    assert (answer.reward, answer.is_decided, answer.verdicts[0].critic) == (1.0, True, "themis")
    (send,) = clock.sends
    assert send.json == {"trajectory": RUN, "job": "gui"}
    assert send.headers["Prefer"] == "wait=50"


def test_an_undecided_answer_is_no_error_and_no_number() -> None:
    answer = asked(Clock(), got(200, UNDECIDED))
    assert isinstance(answer, Settled)
    assert (answer.reward, answer.mask, answer.is_decided) == (None, True, False)


def test_what_runs_is_looked_for_by_its_own_id_until_it_is_settled() -> None:
    clock = Clock()
    answer = asked(clock, got(202, RUNNING, retry_after="2"), got(200, FINAL))
    assert isinstance(answer, Settled)
    assert [(send.method, send.path) for send in clock.sends] == [
        ("POST", "/api/v1/rewards"),
        ("GET", "/api/v1/rewards/rw_1"),
    ]
    assert clock.pauses == [pytest.approx(2.5)]  # what was wished, and a quarter for chance


def test_waiting_ends_when_it_was_to_and_says_that_it_still_runs() -> None:
    clock = Clock()
    answer = asked(clock, got(202, RUNNING, retry_after="2"), wait=7.0)
    assert isinstance(answer, Running)
    assert answer.waits_for == "judge"
    assert 4.0 < clock.now - 1000.0 <= 7.0


def test_who_does_not_wait_asks_once_and_does_not_ask_for_holding_back() -> None:
    clock = Clock()
    assert isinstance(asked(clock, got(202, RUNNING), wait=0.0), Running)
    assert [send.headers.get("Prefer") for send in clock.sends] == [None]


@pytest.mark.parametrize(
    "trouble", [DOWN, got(429), got(502), got(503, problem("starting")), got(504)]
)
def test_trouble_on_the_way_is_tried_again_under_the_same_key(trouble: Got | Lost) -> None:
    clock = Clock()
    assert isinstance(asked(clock, trouble, trouble, got(200, FINAL)), Settled)
    assert len({send.headers[KEY_HEADER] for send in clock.sends}) == 1
    assert clock.pauses == [0.5, 1.0]


def test_retry_after_is_waited_for() -> None:
    clock = Clock()
    asked(clock, got(503, retry_after="9"), got(200, FINAL))
    assert clock.pauses == [pytest.approx(11.25)]


def test_tries_end_at_the_deadline_and_say_what_was_wrong() -> None:
    clock = Clock()
    with pytest.raises(Unreachable, match="ConnectError: refused"):
        asked(clock, DOWN, deadline=10.0)
    assert clock.now - 1000.0 <= 10.0


def test_no_try_is_waited_for_beyond_the_deadline() -> None:
    clock = Clock()
    with pytest.raises(Unreachable):
        clock.carry(reward(Ask(RUN), clock.patience(10.0), 10.0), DOWN, taking=3.0)
    assert all(send.seconds <= 10.0 for send in clock.sends)
    assert clock.sends[-1].seconds < 7.0


def test_what_broke_is_asked_for_anew_and_tells_its_cause_at_the_deadline() -> None:
    clock = Clock()
    with pytest.raises(Broken, match="the model did not answer") as raised:
        asked(clock, got(503, BROKEN, retry_after="2"), deadline=20.0)
    assert (raised.value.code, raised.value.trajectory) == ("model_unavailable", RUN)
    assert len(clock.sends) > 2
    assert len({send.headers[KEY_HEADER] for send in clock.sends}) == len(clock.sends)


def test_what_broke_and_then_went_well_is_a_reward() -> None:
    assert isinstance(asked(Clock(), got(503, BROKEN), got(200, FINAL)), Settled)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (got(422, problem("invalid", field="policy")), Invalid),
        (got(404, problem("not_found")), Invalid),
        (got(401, problem("unauthorised")), Refused),
        (got(403, problem("other_job")), Refused),
        (got(402, problem("budget_spent")), BudgetSpent),
        (got(409, problem("not_promised")), NotPromised),
        (got(409, problem("not_measured")), NotPromised),
        (got(500), Unreadable),
        (got(301), Unreadable),
        (got(200, None), Unreadable),
    ],
)
def test_what_no_waiting_helps_is_told_at_once_by_its_own_name(
    answer: Got, kind: type[RewardError]
) -> None:
    clock = Clock()
    with pytest.raises(kind):
        asked(clock, answer)
    assert len(clock.sends) == 1


def test_bad_data_names_its_field() -> None:
    with pytest.raises(Invalid, match="trajectory: no such") as raised:
        asked(Clock(), got(422, problem("invalid", "no such", field="trajectory")))
    assert raised.value.field == "trajectory"


@pytest.mark.parametrize(
    "changed",
    [
        {"reward": None},
        {"reward": None, "mask": True},
        {"reward": True},
        {"reward": "1"},
        {"reward": float("nan")},
        {"mask": True},
        {"status": "done"},
        {"status": "undecided", "reward": None, "mask": False},
    ],
)
def test_no_number_is_made_of_an_answer_that_has_none(changed: dict[str, Json]) -> None:
    with pytest.raises(Unreadable):
        asked(Clock(), got(200, {**FINAL, **changed}))


def test_a_batch_answers_each_and_asks_again_only_for_what_runs() -> None:
    clock = Clock()
    first = got(200, {"items": [told(200, FINAL), told(202, RUNNING), told(404, problem("x"))]})
    then = got(200, {"items": [told(200, UNDECIDED)]})
    asks = [Ask("a"), Ask("b"), Ask("c")]
    found = clock.carry(rewards(asks, clock.patience(60.0), 60.0), first, then)
    assert [type(each) for each in found] == [Settled, Settled, Invalid]
    assert clock.sends[1].json == {"requests": [{"trajectory": "b"}]}


def told(status: int, body: dict[str, Json]) -> Json:
    """One of a batch."""
    return {"http": status, "body": body}


def test_what_breaks_in_a_batch_is_an_error_of_its_own_at_the_deadline() -> None:
    clock = Clock()
    both = got(200, {"items": [told(200, FINAL), told(503, BROKEN)]})
    again = got(200, {"items": [told(503, BROKEN)]})
    asks = [Ask("a"), Ask("b")]
    found = clock.carry(rewards(asks, clock.patience(20.0), 20.0), both, again)
    assert [type(each) for each in found] == [Settled, Broken]
    assert clock.now - 1000.0 <= 20.0


def test_more_than_fit_in_a_batch_are_asked_for_in_several() -> None:
    clock = Clock()
    asks = [Ask(str(n)) for n in range(150)]
    full = got(200, {"items": [told(200, FINAL)] * 100})
    rest = got(200, {"items": [told(200, FINAL)] * 50})
    assert len(clock.carry(rewards(asks, clock.patience(60.0), 60.0), full, rest)) == 150


def test_a_batch_that_is_not_answered_one_by_one_is_no_batch() -> None:
    clock = Clock()
    with pytest.raises(Unreadable):
        clock.carry(rewards([Ask("a")], clock.patience(9.0), 9.0), got(200, {"items": []}))


def test_a_recording_on_this_machine_cannot_be_one_of_several(tmp_path: Path) -> None:
    clock = Clock()
    (found,) = clock.carry(rewards([Ask(tmp_path)], clock.patience(9.0), 9.0), got(200, {}))
    assert isinstance(found, Invalid)
    assert clock.sends == []
