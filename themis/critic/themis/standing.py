"""What of one round still holds in the next: milestones unchanged and not objected to."""

from __future__ import annotations

from dataclasses import replace

from themis.domain.evidence import Milestone, Objection, Round, Verification


def standing(milestone: Milestone, previous: Round | None) -> Verification | None:
    """The verification that `milestone` keeps from the round before; None: verify it (again)."""
    twin = _twin(milestone, previous)
    if previous is None or twin is None or objections_to(milestone, previous):
        return None
    verification = previous.verification_of(twin.id)
    return replace(verification, milestone=milestone.id) if verification else None


def objections_to(milestone: Milestone, previous: Round | None) -> tuple[Objection, ...]:
    """The objections of the last audit that a check of `milestone` has to answer."""
    if previous is None:
        return ()
    twin = _twin(milestone, previous)
    known_as = twin.id if twin else milestone.id
    return tuple(each for each in previous.objections if _meets(each, known_as, milestone.step))


def _meets(objection: Objection, milestone: str, step: int) -> bool:
    if objection.milestone is not None:
        return objection.milestone == milestone
    return step in objection.steps


def _twin(milestone: Milestone, previous: Round | None) -> Milestone | None:
    """The same milestone in the round before, whatever it was numbered there."""
    earlier = previous.milestones if previous else ()
    return next((each for each in earlier if _essence(each) == _essence(milestone)), None)


def _essence(milestone: Milestone) -> tuple[int, str]:
    return milestone.step, " ".join(milestone.goal.split()).casefold()
