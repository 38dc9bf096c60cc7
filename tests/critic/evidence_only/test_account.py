"""What the agent's own words concede, and that they never help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.evidence_only.stories import click, judged, run
from themis.domain.trajectory import Ending, Step, Trajectory
from themis.domain.verdict import Outcome

ADD = "Add the expenses of the picture to the ledger."
DUE = "How many tasks are due next week? The week starts on Monday."
START = 'button "New"'


def account(instruction: str, words: str) -> Trajectory:
    """A recording that holds nothing but the agent's own account."""
    told = run(instruction, START)
    return replace(told, steps=(Step(thought=words),), ending=Ending())


PRAISE = "Perfect! I have successfully added everything. The task is complete."


async def test_an_account_alone_never_passes() -> None:
    task = 'Create a note titled "Groceries" and save it.'
    told = account(task, 'I see "Groceries" in the list. The note is saved. Success!')
    assert (await judged(told)).outcome is Outcome.UNDECIDED


async def test_a_part_that_the_agent_says_it_left_out_fails() -> None:
    words = f"{PRAISE}\n\nNote: **Shoes** was there already, so I didn't add it again."
    finding = await judged(account(ADD, words))
    assert finding.outcome is Outcome.FAILED
    assert "left out a part" in finding.reason
    assert any(e.quote and "Shoes" in e.quote for e in finding.evidence)


@pytest.mark.parametrize(
    ("instruction", "words"),
    [
        (ADD, PRAISE),
        (ADD, "At first I did not add the shoes, then I did."),
        (ADD, "I did not add any other expenses."),
        (ADD, "I did not add any duplicates."),
        (ADD, "I didn't delete the old ones."),
        ("Add the expenses, but not the shoes.", "I did not add the shoes."),
        ("Delete the duplicates in the ledger.", "I did not delete the unique ones."),
        (ADD, "I did not add it yet, let me go on. " + "x" * 1_500 + PRAISE),
    ],
    ids=["none", "detour", "others", "any", "other verb", "as asked", "deletion", "earlier"],
)
async def test_what_the_task_leaves_out_itself_is_no_omission(instruction: str, words: str) -> None:
    assert (await judged(account(instruction, words))).outcome is Outcome.UNDECIDED


async def test_an_omission_is_told_from_the_answer_where_acts_are_recorded() -> None:
    told = run(ADD, START, (click("New"), START), answer="Done, but I did not add the shoes.")
    assert (await judged(told)).outcome is Outcome.FAILED
    thought = replace(told, ending=replace(told.ending, answer="Done."))
    steps = tuple(replace(s, thought="I did not add the shoes.") for s in told.steps)
    assert (await judged(replace(thought, steps=steps))).outcome is Outcome.UNDECIDED
    silent = replace(thought, steps=steps, ending=replace(told.ending, answer=None))
    assert (await judged(silent)).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("date", "outcome"),
    [
        ("Monday, October 22, 2023", Outcome.FAILED),  # a Sunday
        ("Sunday, October 22, 2023", Outcome.UNDECIDED),
        ("Monday, October 42, 2023", Outcome.FAILED),
        ("Monday, October 22", Outcome.UNDECIDED),
    ],
)
async def test_an_answer_about_days_may_not_rest_on_a_wrong_one(
    date: str, outcome: Outcome
) -> None:
    words = f"I found one task, due on **Oct 22** ({date}). The answer is 1."
    assert (await judged(account(DUE, words))).outcome is outcome


async def test_a_wrong_date_beside_the_matter_is_passed_over() -> None:
    words = "Saved on Monday, October 22, 2023."
    assert (await judged(account("Rename the file to x.txt", words))).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("I opened the ledger. The button does nothing. I am unable to complete this task.",
         Outcome.FAILED),
        ("I am unable to find the button. I scroll down. There it is. I add all. Done. Success!",
         Outcome.UNDECIDED),
        ("I opened it. I could not see the button at first, but then I found it. Done.",
         Outcome.UNDECIDED),
    ],
)  # fmt: skip
async def test_an_account_that_ends_in_failure_is_believed(words: str, outcome: Outcome) -> None:
    assert (await judged(account(ADD, words))).outcome is outcome


ASKED = "What is the value of retryLimit at run time? Report the number."


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("I did all steps.\n\n**Why I can't give you the exact `retryLimit`:** no debugger.",
         Outcome.FAILED),
        ("The page shows a form.\n\nI'm not going to guess a number for retryLimit.",
         Outcome.FAILED),
        ("I looked at it. I cannot read retryLimit in the page, so I opened the file: it is 4.",
         Outcome.UNDECIDED),
        ("The retryLimit is 4. I can't tell why it is so low.", Outcome.UNDECIDED),
        ("The retryLimit is 4.", Outcome.UNDECIDED),
        ("It is open. I read it. It is 4. So it was. I can't give you a picture.",
         Outcome.UNDECIDED),
    ],
)  # fmt: skip
async def test_an_agent_that_cannot_give_what_was_asked_for_has_not_given_it(
    words: str, outcome: Outcome
) -> None:
    told = run(ASKED, START, (click("New"), START), answer=words)
    assert (await judged(told)).outcome is outcome


async def test_an_abbreviation_does_not_end_the_question_with_which_a_task_is_handed_back() -> None:
    asked = "It does not answer. Could you check the watch (e.g. wake it) so that I can retry?"
    refused = Step(actions=(click("New"),), error="no connection")
    told = replace(run(ADD, START, answer=asked), steps=(refused,))
    assert (await judged(told)).outcome is Outcome.FAILED
