"""When a case is decided before its last round: by a failure that nobody disputes."""

from __future__ import annotations

from themis.domain.evidence import Milestone, Objection, ObjectionKind, Round, Stance

# These may be meant against any check, where they name none.
DOUBTING = frozenset({ObjectionKind.CONTRADICTION, ObjectionKind.LENIENT_GOAL})


def is_decided(last: Round) -> bool:
    """Whether a reviewed round holds a milestone that was not reached, undisputed.

    Milestones are what a task cannot do without, so that one of them is enough. Its check has
    to rest on evidence against it, and the Reviewer must have nothing to say about it. A case
    that may pass is never decided here: what speaks for a run is always heard to the end.
    """
    if not last.reviewed:
        return False
    return any(_fell(milestone, last) for milestone in last.milestones)


def _fell(milestone: Milestone, last: Round) -> bool:
    found = last.verification_of(milestone.id)
    if found is None or found.achieved is not False:
        return False
    if not any(each.stance is Stance.CONTRADICTS for each in found.evidence):
        return False
    return not any(_disputes(each, milestone) for each in last.objections)


def _disputes(objection: Objection, milestone: Milestone) -> bool:
    if objection.milestone is not None:
        return objection.milestone == milestone.id
    if objection.steps:
        return milestone.step in objection.steps
    return objection.kind in DOUBTING
