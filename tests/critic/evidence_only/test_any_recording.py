"""Whatever was recorded comes to a finding, and soon."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.critic.evidence_only.stories import click, judged, run
from themis.critic.evidence_only.account import contradicted, left_out
from themis.critic.evidence_only.asking import asked_words, asks
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.reviewer import review
from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Claim, Ending, Platform, Step, Trajectory
from themis.domain.verdict import Outcome

ODD = st.text(max_size=60)
WORDS = st.sampled_from(
    [
        "Send the message to Ada.", 'Delete the following notes from Notes app: A, "B", ,C',
        "How many? Express your answer as a number.", "Turn wifi off on the watch.",
        'Tap "Next" twice on my phone', "Add the expenses, due next Monday.", "?", ":", "",
        "I didn't add it. Monday, February 31, 2023.", "Next, let me go on.", "I can't give you A1",
        "Monday, May 99, 0000", "Which should I use?", "\x00\ue000\ud7ff\u202e",
    ]
)  # fmt: skip
SAID = st.one_of(WORDS, ODD)
TREES = st.sampled_from(
    [
        None, "", "<a", "[", '{"ui_schema": {"abbreviations": {"a": []}}, "elements": [{"b": 1}]}',
        'textbox "Message" value="Ada"', '<n bounds="[0,0][999999,1]"/>', '[{"index": 0}]',
        'switch "Use wifi" checked="true"', '<n bounds="[-1,-1][0,0]" text="Next"/>', "Next\nNext",
    ]
)  # fmt: skip
POINTS = st.builds(Point, x=st.floats(-9, 9_999), y=st.floats(-9, 9_999))
ACTIONS = st.builds(
    Action,
    type=st.sampled_from(ActionType),
    text=st.none() | SAID,
    element=st.none() | SAID,
    point=st.none() | POINTS,
    keys=st.lists(ODD, max_size=3).map(tuple),
    status=st.sampled_from([None, "success", "failure", "infeasible", "?"]),
    count=st.integers(-1, 9),
)
STEPS = st.builds(
    Step,
    thought=SAID,
    actions=st.lists(ACTIONS, max_size=3).map(tuple),
    before=st.none() | st.integers(-1, 3),
    after=st.none() | st.integers(-1, 3),
    before_ui=TREES,
    after_ui=TREES,
    error=st.none() | SAID,
)
RUNS = st.builds(
    Trajectory,
    instruction=SAID,
    platform=st.sampled_from(Platform),
    steps=st.lists(STEPS, max_size=7).map(tuple),
    ending=st.builds(Ending, claim=st.none() | st.sampled_from(Claim), answer=st.none() | SAID),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RUNS)
async def test_any_recording_comes_to_a_finding(told: Trajectory) -> None:
    finding = await judged(told)
    assert finding.outcome in Outcome
    assert 0 <= finding.confidence <= 1
    assert finding.reason
    cited = [e for v in finding.rounds[0].verifications for e in v.evidence] + [*finding.evidence]
    assert all(0 <= step < len(told.steps) for each in cited for step in each.steps)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RUNS)
async def test_words_alone_never_pass(told: Trajectory) -> None:
    said = tuple(replace(s, actions=(), before_ui=None, after_ui=None) for s in told.steps)
    assert (await judged(replace(told, steps=said))).outcome is not Outcome.PASSED


HOSTILE = {
    "negations": "I did not " * 60_000,
    "days": "Monday, May 1, " * 60_000,
    "sentences": "a. " * 200_000,
    "cannot": "I can't " * 100_000 + "give you A1",
    "colons": "the following " + "a " * 100_000 + ":",
    "apps": "in " + "App " * 150_000,
    "corners": "[0,0][" * 100_000,
    "questions": "What? " * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_read_in_bounded_time(name: str) -> None:
    words = HOSTILE[name]
    steps = tuple(Step(thought=words, before_ui=words, after_ui=words) for _ in range(3))
    told = run(f"Add A1 due Monday {words}", words, (click("New"), words), answer=words)
    facts = Run(told)
    account = Run(replace(told, steps=steps, ending=Ending()))
    start = time.process_time()
    assert asks(told.instruction) in (True, False)
    assert len(asked_words(told.instruction)) <= 2_000
    for each in (facts, account):
        review(each, (), (), change=None)
        left_out(each, (), ())
        contradicted(each, (), ())
    assert time.process_time() - start < 2
