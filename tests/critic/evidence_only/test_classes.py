"""The class of error that a proof of failure speaks of, and none where there is no failure."""

from __future__ import annotations

import pytest

from tests.critic.evidence_only.stories import click, judged, run, typed
from tests.critic.evidence_only.test_stories import FILLED, LIST, LISTED, TASK, form
from themis.critic.evidence_only.classes import error_class
from themis.critic.evidence_only.proof import Weight
from themis.domain.verdict import ErrorClass, Outcome


async def test_what_was_never_saved_is_incomplete() -> None:
    finding = await judged(run(TASK, LIST, *FILLED))
    assert (finding.outcome, finding.error_class) == (Outcome.FAILED, ErrorClass.TASK_INCOMPLETE)


async def test_a_text_in_another_field_is_a_wrong_action() -> None:
    swapped = (
        (click("New note"), form()),
        (typed("Milk and rye bread", "Title"), form("Milk and rye bread")),
        (typed("Groceries", "Text"), form("Milk and rye bread", "Groceries")),
    )
    kept = form("Milk and rye bread", "Groceries", "All changes saved")
    finding = await judged(run(TASK, LIST, *swapped, (click("Save"), kept)))
    assert (finding.outcome, finding.error_class) == (Outcome.FAILED, ErrorClass.WRONG_ACTION)


async def test_a_passed_run_has_no_class() -> None:
    finding = await judged(run(TASK, LIST, *FILLED, (click("Save"), LISTED)))
    assert (finding.outcome, finding.error_class) == (Outcome.PASSED, None)


@pytest.mark.parametrize("weight", Weight)
def test_every_proof_of_failure_has_a_class_of_failure(weight: Weight) -> None:
    assert error_class(weight).is_failure


def test_an_error_that_was_passed_over_is_its_own_class() -> None:
    assert error_class(Weight.ERROR_SHOWN) is ErrorClass.ERROR_SUPPRESSED
