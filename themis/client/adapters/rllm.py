"""rLLM: a verifier. The module that `[verifier] import_path` names is two lines:

from rllm.types import EvalOutput  # where your version keeps it
evaluate = evaluator(EvalOutput)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of

T = TypeVar("T")
PLACES = ("ground_truth", "label", "metadata", "info", "data", "extra_info")


def evaluator(output: Callable[..., T]) -> Callable[[object, object], T]:
    """An `evaluate(task, episode)` that gives rLLM's own EvalOutput.

    It raises RewardError rather than to give 0. A run counts as correct where it passed.
    """

    def evaluate(task: object, episode: object) -> T:
        trajectory = trajectory_of(*_said(task), *_said(episode), where="task and episode")
        answer = clients.of_this_process().settled(trajectory)
        return output(
            reward=terms.worth(answer, terms.undecided_of_environment()),
            is_correct=answer.outcome == "passed",
            signals=[],
            metadata={
                "themis_trajectory": answer.trajectory,
                "themis_decided": answer.is_decided,
                "themis_evidence": answer.evidence,
            },
        )

    return evaluate


def _said(value: object) -> list[Any]:
    """What a task or an episode says of itself: a mapping, or an object with such attributes."""
    if isinstance(value, dict):
        return [*(value[name] for name in PLACES if name in value), value]
    return [getattr(value, name) for name in PLACES if hasattr(value, name)]
