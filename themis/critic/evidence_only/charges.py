"""What the Reviewer holds against a run, and how heavy it weighs."""

from __future__ import annotations

from dataclasses import dataclass

from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.proof import Weight
from themis.critic.evidence_only.wording import clipped
from themis.domain.evidence import Evidence, Objection, ObjectionKind, Stance

REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """An objection with its weight: NONE only keeps a run from passing, more proves failure."""

    objection: Objection
    weight: Weight = Weight.NONE
    blocks: bool = True  # False: only makes the critic less sure
    evidence: tuple[Evidence, ...] = ()


def charge(kind: ObjectionKind, text: str, weight: Weight, *evidence: Evidence) -> Charge:
    """A charge at the steps that its evidence names."""
    steps = tuple(dict.fromkeys(s for each in evidence for s in each.steps))[:12]
    objection = Objection(kind=kind, text=text, steps=steps)
    return Charge(objection=objection, weight=weight, evidence=evidence)


def spoken(run: Run, claim: str, words: str) -> Evidence:
    """Words of the agent that count against it."""
    where = (len(run.steps) - 1,) if run.steps else ()
    return Evidence(claim=claim, stance=Stance.CONTRADICTS, found_by=REVIEWER, steps=where,
                    quote=clipped(words) or None)  # fmt: skip
