"""Dense feedback: what the chain says of each step, and nothing that it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.domain.evidence import (
    Evidence,
    Milestone,
    Objection,
    ObjectionKind,
    Round,
    Stance,
    Verification,
)
from themis.domain.feedback import feedback
from themis.domain.verdict import ErrorClass, Finding, Outcome


def round_of(*found: tuple[int, bool | None], number: int = 1, against: int | None = None) -> Round:
    ids = [f"m{n}" for n in range(1, len(found) + 1)]
    kind = ObjectionKind.UNCAUGHT_FAILURE
    objection = Objection(kind=kind, text="a dialog", steps=() if against is None else (against,))
    return Round(
        number=number,
        milestones=tuple(
            Milestone(id=name, step=step, goal=f"goal of {name}", why="")
            for name, (step, _) in zip(ids, found, strict=True)
        ),
        verifications=tuple(
            Verification(milestone=name, achieved=achieved, feedback="")
            for name, (_, achieved) in zip(ids, found, strict=True)
        ),
        objections=() if against is None else (objection,),
    )


def finding(outcome: Outcome, *rounds: Round, **more: object) -> Finding:
    return Finding(outcome=outcome, confidence=0.9, reason="", rounds=rounds, **more)  # type: ignore[arg-type]


def test_progress_grows_where_milestones_are_reached() -> None:
    told = feedback(finding(Outcome.PASSED, round_of((1, True), (3, True))), 5)
    assert [each.progress for each in told.steps] == [0, 0.5, 0.5, 1, 1]
    assert [each.gain for each in told.steps] == [0, 0.5, 0, 0.5, 0]
    assert told.steps[3].achieved == ("m2",)
    assert told.first_failing_step is None


def test_only_the_last_version_counts() -> None:
    first, second = round_of((0, False)), round_of((2, True), number=2)
    told = feedback(finding(Outcome.PASSED, first, second), 3)
    assert [each.achieved for each in told.milestones] == [True]


def test_the_first_failing_step_is_the_first_that_anything_speaks_against() -> None:
    missed = round_of((1, True), (4, False))
    assert feedback(finding(Outcome.FAILED, missed), 6).first_failing_step == 4
    cited = Evidence(claim="wrong field", stance=Stance.CONTRADICTS, found_by="judge", steps=(3,))
    assert feedback(finding(Outcome.FAILED, missed, evidence=(cited,)), 6).first_failing_step == 3
    audited = round_of((4, False), against=2)
    assert feedback(finding(Outcome.FAILED, audited), 6).first_failing_step == 2


def test_what_supports_is_no_failure() -> None:
    cited = Evidence(claim="saved", stance=Stance.SUPPORTS, found_by="judge", steps=(0,))
    told = feedback(finding(Outcome.FAILED, round_of((2, False)), evidence=(cited,)), 3)
    assert told.first_failing_step == 2


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.UNDECIDED])
def test_a_run_that_did_not_fail_has_no_failing_step(outcome: Outcome) -> None:
    assert feedback(finding(outcome, round_of((1, False))), 3).first_failing_step is None


def test_what_cannot_be_told_is_neither_reached_nor_missed() -> None:
    told = feedback(finding(Outcome.UNDECIDED, round_of((1, None), (2, True))), 3)
    assert told.steps[1].achieved == told.steps[1].missed == ()
    assert told.steps[-1].progress == 0.5


def test_without_milestones_there_is_no_progress_to_tell() -> None:
    told = feedback(finding(Outcome.PASSED, error_class=ErrorClass.AMBIGUOUS), 3)
    assert (told.steps, told.milestones) == ((), ())
    assert told.error_class is ErrorClass.AMBIGUOUS


@given(
    st.lists(st.tuples(st.integers(-1, 30), st.sampled_from([True, False, None])), max_size=9),
    st.integers(0, 20),
    st.sampled_from(Outcome),
)
def test_gains_add_up_and_no_step_lies_outside(
    found: list[tuple[int, bool | None]], n_steps: int, outcome: Outcome
) -> None:
    told = feedback(finding(outcome, round_of(*found)), n_steps)
    progress = [each.progress for each in told.steps]
    assert progress == sorted(progress)
    assert all(0 <= each <= 1 for each in progress)
    assert len(told.steps) == (n_steps if found else 0)
    if told.steps:
        assert sum(each.gain for each in told.steps) == pytest.approx(progress[-1])
    assert told.first_failing_step is None or 0 <= told.first_failing_step < n_steps
