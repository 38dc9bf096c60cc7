"""What an agent says of itself at the end of a run: a claim, never a fact."""

from __future__ import annotations

from themis.domain.action import ActionType
from themis.domain.trajectory import Claim, Ending, Step


def ending_of(steps: tuple[Step, ...]) -> Ending:
    """The ending that the last action of a run states; an empty one where it is no end."""
    last = steps[-1].actions[-1] if steps[-1].actions else None
    if last is None or last.type is not ActionType.TERMINATE:
        return Ending()
    claim = Claim.SUCCESS if last.status == "success" else Claim.FAILURE
    return Ending(claim=claim, answer=last.text)
