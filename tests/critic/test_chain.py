"""The evidence chain in words: whole where it fits, bounded whatever the roles wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from themis.critic.themis.chain import CHAIN_CHARS, chain_text
from themis.critic.themis.options import PanelOptions
from themis.critic.themis.replies import MILESTONES, OBJECTIONS, SEEN
from themis.domain.evidence import (
    Evidence,
    Milestone,
    Objection,
    ObjectionKind,
    Round,
    Stance,
    Verification,
)

AUDITS = PanelOptions().audits


def rounds(text: str, n_rounds: int = AUDITS + 1) -> tuple[Round, ...]:
    """As many of everything as the panel allows, each saying `text`."""
    seen = Evidence(
        claim=text[:300],
        stance=Stance.SUPPORTS,
        found_by="verifier",
        screens=(1,),
        quote=text[:200],
    )
    full = Round(
        number=1,
        milestones=tuple(
            Milestone(id=f"m{n + 1}", step=n, goal=text[:400], why=text[:400])
            for n in range(MILESTONES)
        ),
        verifications=tuple(
            Verification(
                milestone=f"m{n + 1}", achieved=True, feedback=text[:800], evidence=(seen,) * SEEN
            )
            for n in range(MILESTONES)
        ),
        objections=tuple(
            Objection(kind=ObjectionKind.CONTRADICTION, text=text[:500], steps=(1, 2))
            for _ in range(OBJECTIONS)
        ),
        reviewed=True,
    )
    return tuple(replace(full, number=n + 1) for n in range(n_rounds))


@pytest.mark.parametrize("text", ['"' * 900, "\\é\n" * 300, "\x01" * 900])
def test_no_text_makes_a_chain_longer_than_its_bound(text: str) -> None:
    assert len(chain_text(rounds(text))) <= CHAIN_CHARS + len(
        " [... 999999 characters left out ...] "
    )


def test_the_longest_usual_chain_still_names_every_milestone() -> None:
    told = chain_text(rounds("goal " * 200))
    assert len(told) <= CHAIN_CHARS
    for version in range(AUDITS + 1):
        assert f"version {version + 1}" in told
    for number in range(MILESTONES):
        assert told.count(f"m{number + 1} at step {number + 1}:") == AUDITS + 1


def test_a_usual_chain_is_told_whole() -> None:
    told = chain_text(rounds("the note is in the list, at the top"))
    assert "left out" not in told
    assert told.count("the note is in the list, at the top") > 100
