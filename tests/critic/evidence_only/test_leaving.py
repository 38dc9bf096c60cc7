"""How a run was left: without an answer, with a message unsent, in the middle of things."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.evidence_only.stories import click, judged, run, typed
from themis.critic.evidence_only.asking import asked_words, asks
from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Claim, Ending, Step, Trajectory
from themis.domain.verdict import Finding, Outcome

SHOP = 'heading "Prices"\ntext "Tea 2.50"\ntext "Coffee 3.10"'
START = 'button "Price list"'
ASKED = "How many drinks are on the price list? Express your answer as a single number."


def charges(finding: Finding) -> str:
    return " | ".join(o.text for o in finding.rounds[0].objections)


async def test_a_question_that_is_never_answered_fails() -> None:
    finding = await judged(run(ASKED, START, (click("Price list"), SHOP)))
    assert finding.outcome is Outcome.FAILED
    assert "asks for an answer and none was given" in finding.reason


async def test_any_answer_at_all_leaves_a_question_open() -> None:
    finding = await judged(run(ASKED, START, (click("Price list"), SHOP), answer="2"))
    assert finding.outcome is Outcome.UNDECIDED


async def test_last_words_without_an_act_may_be_the_answer() -> None:
    told = run(ASKED, START, (click("Price list"), SHOP))
    spoke = replace(told, steps=(*told.steps, Step(thought="There are 2 drinks.")))
    assert (await judged(spoke)).outcome is Outcome.UNDECIDED


async def test_what_was_only_thought_is_no_answer() -> None:
    told = run(ASKED, START, (click("Price list"), SHOP))
    ends = Action(type=ActionType.TERMINATE, status="success")
    silent = Step(thought="There are 2 drinks. I am done.", actions=(ends,))
    spoken = replace(silent, actions=(replace(ends, text="2"),))
    assert (await judged(replace(told, steps=(*told.steps, silent)))).outcome is Outcome.FAILED
    assert (await judged(replace(told, steps=(*told.steps, spoken)))).outcome is Outcome.UNDECIDED


async def test_where_no_act_is_recorded_no_answer_is_missing() -> None:
    told = run(ASKED, START)
    account = replace(told, steps=(Step(thought="I opened the list and counted."),))
    silent = replace(told, steps=(Step(after_ui=SHOP),))
    assert (await judged(account)).outcome is Outcome.UNDECIDED
    assert (await judged(silent)).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("instruction", "asked"),
    [
        ("What is my next event? Answer with the title only.", True),
        ("Open the about page. Report the version.", True),
        ("In your final answer state the cause.", True),
        ("Could you turn the volume up?", False),
        ("How can I make the text larger?", False),
        ("Send a message to Ada with the text: Where are you?", False),
        ("Report the version in ~/version.txt.", False),
        ("Create a note titled Plan and save it.", False),
    ],
)
def test_only_a_question_or_a_report_asks_for_an_answer(instruction: str, asked: bool) -> None:
    assert asks(instruction) is asked


def test_what_was_asked_for_is_known_by_its_names() -> None:
    words = asked_words("What is the value of retryLimit in ServerConfig? Turn it off.")
    assert words == ("retryLimit", "ServerConfig")


MESSAGE = 'Send the message "The train is late" to 555-0100.'
CHAT = 'button "Back"\ntextbox "Message" value="{}"\nbutton "Send SMS"'
WRITTEN = CHAT.format("The train is late")
OFF = CHAT.format("") + '\ntext "The train is late"'


async def test_a_message_that_still_stands_in_its_field_was_not_sent() -> None:
    moves = ((typed("The train is late", "Message"), WRITTEN), (click("Back"), WRITTEN))
    finding = await judged(run(MESSAGE, CHAT.format(""), *moves))
    assert finding.outcome is Outcome.FAILED
    assert "typed and never sent" in finding.reason


async def test_a_message_that_is_shown_as_sent_is_not_charged() -> None:
    moves = ((typed("The train is late", "Message"), WRITTEN), (click("Send SMS"), OFF))
    finding = await judged(run(MESSAGE, CHAT.format(""), *moves))
    assert "never sent" not in charges(finding)


async def test_a_field_that_keeps_what_was_sent_is_not_charged() -> None:
    kept = WRITTEN + '\ntext "The train is late"'
    moves = ((typed("The train is late", "Message"), WRITTEN), (click("Send SMS"), kept))
    finding = await judged(run(MESSAGE, CHAT.format(""), *moves))
    assert "never sent" not in charges(finding)


@pytest.mark.parametrize(
    "instruction",
    [
        'Write the message "The train is late" but do not send it.',
        'Create a note with the text "The train is late".',
        'Share the page with Ada, but do not send the message "The train is late".',
    ],
)
async def test_what_need_not_be_sent_may_stand_in_its_field(instruction: str) -> None:
    moves = ((typed("The train is late", "Message"), WRITTEN),)
    finding = await judged(run(instruction, CHAT.format(""), *moves))
    assert "never sent" not in charges(finding)


def cut_off(*thoughts: str, act: Action | None = None, claim: Claim | None = None) -> Trajectory:
    """A run of one act and one thought a step, without trees."""
    steps = tuple(
        Step(thought=thought, actions=(act or click(f"Page {number}"),))
        for number, thought in enumerate(thoughts)
    )
    told = run("Find the cheapest flight to Oslo.", START)
    return replace(told, steps=steps, ending=Ending(claim=claim))


async def test_a_run_that_breaks_off_while_the_agent_goes_on_fails() -> None:
    finding = await judged(cut_off("The list is open.", "Next, I need to sort the list by price."))
    assert finding.outcome is Outcome.FAILED
    assert "breaks off" in finding.reason


@pytest.mark.parametrize(
    "told",
    [
        cut_off("The list is open.", "Next, I need to sort it.", claim=Claim.SUCCESS),
        cut_off("The list is open.", "The cheapest flight is the one at six."),
        cut_off("", "", "", "Next, I need to sort it."),
        cut_off("Next, I need to sort it.", act=Action(type=ActionType.WAIT)),
    ],
    ids=["ended", "says no more", "words are not recorded", "only waits"],
)
async def test_an_end_in_doubt_is_no_proof(told: Trajectory) -> None:
    assert (await judged(told)).outcome is Outcome.UNDECIDED


async def test_a_run_that_waits_at_the_end_may_have_ended() -> None:
    told = cut_off("The list is open.", "Next, let me wait for it.")
    waits = replace(told.steps[1], actions=(Action(type=ActionType.WAIT),))
    finding = await judged(replace(told, steps=(told.steps[0], waits)))
    assert finding.outcome is Outcome.UNDECIDED


async def test_a_run_that_ends_in_the_same_act_without_effect_fails() -> None:
    same = 'button "Sort"\ntext "AB 12"'
    moves = [(click("Sort"), same)] * 5
    told = run("Find the cheapest flight to Oslo.", same, *moves, claim=None)
    spoke = replace(told, steps=tuple(replace(s, thought="Sort.") for s in told.steps))
    assert (await judged(spoke)).outcome is Outcome.FAILED
    shorter = replace(spoke, steps=spoke.steps[:4])
    assert (await judged(shorter)).outcome is Outcome.UNDECIDED
    moving = [(click("Sort"), f'{same}\ntext "page {n}"') for n in range(5)]
    other = run("Find the cheapest flight to Oslo.", same, *moving, claim=None)
    spoke = replace(other, steps=tuple(replace(s, thought="Sort.") for s in other.steps))
    assert (await judged(spoke)).outcome is Outcome.UNDECIDED
