"""The client against a Themis that is served: what a recorded one cannot show."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.frameworks.conftest import JOB, SAVED, Served
from themis.client import AsyncThemis, Invalid, Place, Refused, Settled, Themis

pytestmark = [pytest.mark.frameworks, pytest.mark.once, pytest.mark.timeout(240)]


def test_a_reward_that_was_pulled_is_told_by_the_stream_of_its_job(served: Served) -> None:
    with Themis(Place(served.url, served.key, job=JOB, deadline=60.0)) as themis:
        answer = themis.settled(served.runs["failed"])
        told = next(each for each in themis.events() if each.body["id"] == answer.id)
        assert told.answer == answer
        later = list(islice(themis.events(last=told.number - 1), 1))
    assert later == [told]
    assert (answer.reward, answer.job, answer.is_decided) == (0.0, JOB, True)
    assert str(answer.evidence).startswith(f"{served.url}/trajectories/")


def test_a_folder_is_brought_in_and_paid_in_one_call(served: Served) -> None:
    with Themis(Place(served.keyed, deadline=60.0)) as themis:
        answer = themis.reward(SAVED, policy={"dense": True}, meta={"step": 7})
    assert isinstance(answer, Settled)
    assert served.runs["passed"].endswith(answer.trajectory)
    assert answer.meta == {"step": 7}
    assert answer.step_rewards is not None
    assert sum(answer.step_rewards) == pytest.approx(1.0)


async def test_one_that_is_unknown_spoils_no_other(served: Served) -> None:
    asked = [served.runs["undecided"], "themis://trajectory/000000000000"]
    async with AsyncThemis(Place(served.url, served.key, deadline=60.0)) as themis:
        undecided, unknown = await themis.rewards(asked)
    assert isinstance(undecided, Settled)
    assert (undecided.reward, undecided.mask) == (None, True)
    assert isinstance(unknown, Invalid)
    assert unknown.code == "not_found"


def test_a_policy_that_cannot_be_names_its_field(served: Served) -> None:
    with Themis(Place(served.url, served.key)) as themis, pytest.raises(Invalid) as raised:
        themis.reward(served.runs["passed"], policy={"floor": 2})
    assert raised.value.field == "floor"


def test_a_key_that_opens_nothing_is_refused_at_once(served: Served) -> None:
    with Themis(Place(served.url, "thk_no")) as themis, pytest.raises(Refused, match="API key"):
        themis.reward(served.runs["passed"])
