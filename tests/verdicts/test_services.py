"""A verdict has an outcome when it is given, a cause when it broke, never both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from tests import stories
from themis.domain.verdict import Finding, Outcome
from themis.trajectories.models import Trajectory
from themis.verdicts import queries, services
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


def test_a_given_verdict_pays_by_its_outcome(trajectory: Trajectory) -> None:
    rewards = {outcome: stories.given(trajectory, outcome).reward for outcome in Outcome}
    assert rewards == {Outcome.PASSED: 1.0, Outcome.FAILED: 0.0, Outcome.UNDECIDED: None}


def test_a_broken_verdict_has_a_cause_and_no_outcome(trajectory: Trajectory) -> None:
    verdict = stories.broken(trajectory)
    assert (verdict.outcome, verdict.reward, verdict.cause) == ("", None, "the model is away")


def test_the_database_refuses_an_outcome_without_a_verdict(trajectory: Trajectory) -> None:
    verdict = stories.broken(trajectory)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.filter(pk=verdict.pk).update(outcome="failed")


def test_a_verdict_is_given_once(trajectory: Trajectory) -> None:
    verdict = stories.given(trajectory, Outcome.FAILED)
    other = Finding(outcome=Outcome.PASSED, confidence=1.0, reason="")
    assert not services.give(verdict=verdict, finding=other, seconds=1, at=stories.NOW)
    assert not services.break_off(verdict=verdict, cause="late", at=stories.NOW)
    verdict.refresh_from_db()
    assert verdict.outcome == "failed"


def test_turns_add_up_to_the_bill(trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    services.record_turn(
        verdict=verdict, turn=stories.turn("judge", model=""), seconds=9.0, at=stories.NOW
    )
    verdict.refresh_from_db()
    assert (verdict.n_turns, verdict.calls, verdict.prompt_tokens) == (2, 1, 200)
    assert verdict.seconds == 9.0


def test_a_turn_is_kept_once(trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    assert not services.record_turn(verdict=verdict, turn=stories.turn(), seconds=1, at=stories.NOW)
    verdict.refresh_from_db()
    assert verdict.n_turns == 1


def test_an_answer_to_another_prompt_takes_the_place_of_the_old_one(
    trajectory: Trajectory,
) -> None:
    verdict = stories.opened(trajectory)
    newer = stories.turn(prompt_hash="b" * 64, reply="newer")
    assert services.record_turn(verdict=verdict, turn=newer, seconds=1, at=stories.NOW)
    verdict.refresh_from_db()
    assert queries.turns(verdict) == [newer]
    assert verdict.prompt_tokens == 200


def test_turns_come_back_as_they_were(trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    assert queries.turns(verdict) == [stories.turn()]
    assert queries.recorded(verdict, "selector/1") == stories.turn()
    assert queries.recorded(verdict, "judge") is None


def test_the_chain_comes_back_as_it_was(trajectory: Trajectory) -> None:
    assert stories.opened(trajectory).chain == stories.chain()


def test_prices_add_up_and_no_price_is_no_zero(trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    for number, price in enumerate([None, 0.25, None, 0.5]):
        turn = replace(stories.turn(f"t{number}"), price=price, cached_tokens=3)
        services.record_turn(verdict=verdict, turn=turn, seconds=1, at=stories.NOW)
        verdict.refresh_from_db()
        assert verdict.price == [None, 0.25, 0.25, 0.75][number]
    assert verdict.cached_tokens == 12
