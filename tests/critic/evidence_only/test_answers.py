"""Answers that quote what was read from pixels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.evidence_only.stories import click, run
from themis.critic.evidence_only.answers import prove_answer
from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.elements import Element, Tree
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Weight

ASKED = Demand(kind=Kind.ANSWER, clause="Report the confirmation text.", field="text")
BEFORE = ("Form", "Submit")


def read(*lines: str) -> Tree:
    return Tree(tuple(Element(name=line, line=line) for line in lines), recognised=True)


def facts(answer: str, *lines: str) -> Run:
    told = run("Press Submit.", 'button "Submit"', (click("Submit"), ""), answer=answer)
    steps = tuple(replace(step, before_ui=None, after_ui=None) for step in told.steps)
    pictured = replace(told, steps=(replace(steps[0], before=0, after=1),))
    return Run(pictured, {0: read(*BEFORE), 1: read(*lines)})


@pytest.mark.parametrize(
    ("lines", "proven"),
    [
        (("Form", "Registered Ada (Pro,", "subscribed=true)"), True),
        (("Form", "Registered Ada", "(Pro,", "subscribed=true)"), True),
        (("Form", "Registered Ada (Pro, subscribed=true)"), True),
        (("Form", "Registered Ada (Pro,", "and more", "subscribed=true)"), None),
        (("Form", "Registered Ada (Basic,", "subscribed=true)"), None),
        (("Form", "Please read: Registered Ada (Pro,", "subscribed=true)"), None),
    ],
)
def test_a_text_that_wraps_is_one_text(lines: tuple[str, ...], proven: bool | None) -> None:
    answer = 'The text is **"Registered Ada (Pro, subscribed=true)"**.'
    proof = prove_answer(ASKED, facts(answer, *lines), ())
    assert proof.achieved is proven
    assert proof.weight is (Weight.RECOGNISED if proven else Weight.NONE)


def test_lines_that_stood_there_before_are_no_answer() -> None:
    proof = prove_answer(ASKED, facts('It says "Form Submit".', "Form", "Submit"), ())
    assert proof.achieved is None
