"""rLLM: a verifier. The module that `[verifier] import_path` names, themis_verifier:themis say:

    from rllm.eval.types import EvalOutput
    themis = evaluator(EvalOutput)

An error makes rLLM try the rollout anew. Name no function by `[verifier] module` instead: rLLM
takes every error of such a function for a reward of 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of

T = TypeVar("T")
PLACES = ("ground_truth", "label", "metadata", "info", "data", "extra_info", "artifacts")


class Evaluator(Generic[T]):
    """What rLLM calls once an episode is over; `output` is rLLM's own EvalOutput."""

    def __init__(self, output: Callable[..., T]) -> None:
        self._output = output

    def evaluate(self, task: object, episode: object) -> T:
        """What the run of an episode is worth; a run is correct where it passed.

        The task's words count before the episode's. Raises RewardError rather than to give 0.
        """
        trajectory = trajectory_of(*_said(task), *_said(episode), where="task and episode")
        answer = clients.of_this_process().settled(trajectory)
        return self._output(
            reward=terms.worth(answer, terms.undecided_of_environment()),
            is_correct=answer.outcome == "passed",
            signals=[],
            metadata={
                "themis_trajectory": answer.trajectory,
                "themis_decided": answer.is_decided,
                "themis_evidence": answer.evidence,
            },
        )


def evaluator(output: Callable[..., T]) -> Evaluator[T]:
    """An evaluator that gives rLLM's own EvalOutput."""
    return Evaluator(output)


def _said(value: object) -> list[Any]:
    """What a task or an episode says of itself: a mapping, or an object with such attributes."""
    if isinstance(value, dict):
        return [*(value[name] for name in PLACES if name in value), value]
    return [getattr(value, name) for name in PLACES if hasattr(value, name)]
