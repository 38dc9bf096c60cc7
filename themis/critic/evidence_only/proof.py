"""What a proof is: a milestone's verification, and how much weight its kind carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from themis.critic.evidence_only.elements import Element
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.wording import clipped
from themis.domain.evidence import Evidence, Stance

VERIFIER = "verifier"


class Weight(float, Enum):
    """How sure one kind of proof makes this critic. Documented in docs/critics.md."""

    FINAL_STATE = 0.95  # a field, switch or entry reads so, or not so, at the end
    UNSAVED = 0.94  # the program itself says that changes are not saved
    WRONG_FIELD = 0.93
    UNDONE = 0.92
    CONFIRMED = 0.91  # the program confirmed the act
    MISSPELT = 0.9
    NEVER_DONE = 0.89  # no recorded act can have done it
    UNANSWERED = 0.88  # the task asks for an answer and the run gives none
    ERROR_SHOWN = 0.86
    ADMITTED = 0.85  # the agent itself reports failure
    PERFORMED = 0.84  # the act is recorded and the screen changed with it
    QUOTED = 0.83  # the answer repeats what the screen says
    ASKED_BACK = 0.82
    BROKEN_OFF = 0.8  # the run stops in the middle
    OMITTED = 0.78  # the agent says that it left out a part
    WRONG_DATE = 0.77  # the answer rests on a date that does not exist
    UNCHANGED = 0.75  # the picture did not change
    RECOGNISED = 0.7  # read from pixels
    NONE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the facts say about one demand. `achieved` None: they cannot tell."""

    achieved: bool | None
    feedback: str
    weight: Weight = Weight.NONE
    evidence: tuple[Evidence, ...] = ()


def open_question(feedback: str, *evidence: Evidence) -> Proof:
    """The facts cannot tell."""
    return Proof(achieved=None, feedback=feedback, evidence=evidence)


def proven(feedback: str, weight: Weight, *evidence: Evidence) -> Proof:
    """The facts show that it was done."""
    return Proof(achieved=True, feedback=feedback, weight=weight, evidence=evidence)


def refuted(feedback: str, weight: Weight, *evidence: Evidence) -> Proof:
    """The facts show that it was not done."""
    return Proof(achieved=False, feedback=feedback, weight=weight, evidence=evidence)


def seen(
    run: Run, claim: str, stance: Stance, step: int, elements: Iterable[Element] = ()
) -> Evidence:
    """What stood on the screen after a step, with the words as they were read."""
    screen = run.screen_after(step)
    quote = clipped("; ".join(element.quote for element in list(elements)[:3]))
    return Evidence(
        claim=claim,
        stance=stance,
        found_by=VERIFIER,
        steps=(step,),
        screens=() if screen is None else (screen,),
        quote=quote or None,
    )


def did(run: Run, claim: str, stance: Stance, steps: Iterable[int], quote: str = "") -> Evidence:
    """What was done, or what never was, in certain steps."""
    where = tuple(dict.fromkeys(steps))[:12]
    shown = (s for s in (run.screen_before(w) for w in where) if s is not None)
    return Evidence(
        claim=claim,
        stance=stance,
        found_by=VERIFIER,
        steps=where,
        screens=tuple(dict.fromkeys(shown)),
        quote=clipped(quote) or None,
    )
