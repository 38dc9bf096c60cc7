"""A text that may have been misread is never missed for sure."""

from __future__ import annotations

import pytest

from tests.critic.evidence_only.stories import click, run
from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.texts import prove_text

CLAUSE = "Water the plants while Ada is away"
PAGE = 'button "New"\ntextbox "Note" value=""'
FACTS = Run(run(CLAUSE, PAGE, (click("New"), PAGE)))
BEYOND = Demand(kind=Kind.OPAQUE, clause=f"{CLAUSE} [plants while]")
OTHER = Demand(kind=Kind.OPAQUE, clause="Share it with all")


@pytest.mark.parametrize(
    ("quoted", "beside", "achieved"),
    [(False, BEYOND, None), (True, BEYOND, False), (False, OTHER, False)],
    ids=["half read", "in quotes", "read whole"],
)
def test_only_a_text_that_was_surely_demanded_can_be_missing(
    quoted: bool, beside: Demand, achieved: bool | None
) -> None:
    wanted = Demand(kind=Kind.TEXT, clause=CLAUSE, text="Ada", quoted=quoted)
    assert prove_text(wanted, FACTS, (wanted, beside)).achieved is achieved
