"""Whether a benchmark's own evaluator says that a run succeeded."""

from __future__ import annotations

from typing import NamedTuple

from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label
from themis.formats.fields import number

# Tasks that nobody evaluates: their reward is 0 whatever happens.
_UNJUDGED = ("openended", "assistantbench.test")


class Judged(NamedTuple):
    """The label, or why there is none."""

    label: Label | None = None
    why_not: str = ""


def judged(summary: dict[str, Json], task: str) -> Judged:
    """What the rewards of a run add up to: 1 is success, 0 failure, anything else neither."""
    if task.startswith(_UNJUDGED):
        return Judged(why_not=f"{task}: this task has no evaluator; its reward is no label")
    if not summary:
        return Judged(why_not="summary_info.json: is not there; the run was not finished")
    reward = number(summary.get("cum_reward"))
    if reward == 1.0:
        return Judged(Label.PASSED)
    if reward != 0.0:
        return Judged(why_not=f"cum_reward: {summary.get('cum_reward')!r:.40} is no label")
    if not task:
        return Judged(why_not="the task is not named; a reward of 0 may mean that nobody judged it")
    if summary.get("terminated") is not True and summary.get("truncated") is not True:
        return Judged(why_not="the run broke before its end; its reward is no label")
    return Judged(Label.FAILED)
