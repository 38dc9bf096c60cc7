"""Which class of error a proof of failure speaks of, in the taxonomy of OSReward."""

from __future__ import annotations

from themis.critic.evidence_only.proof import Weight
from themis.domain.verdict import ErrorClass

DONE_OTHERWISE = frozenset(
    {Weight.FINAL_STATE, Weight.WRONG_FIELD, Weight.UNDONE, Weight.MISSPELT, Weight.WRONG_DATE}
)
"""Something was done, and it was not what was asked for."""


def error_class(strongest: Weight) -> ErrorClass:
    """The class of the proof that weighs most; what is missing where nothing was done wrongly."""
    if strongest is Weight.ERROR_SHOWN:
        return ErrorClass.ERROR_SUPPRESSED
    if strongest in DONE_OTHERWISE:
        return ErrorClass.WRONG_ACTION
    return ErrorClass.TASK_INCOMPLETE
