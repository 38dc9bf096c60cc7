"""Tinker cookbook: the last step of an `Env`.

async def step(self, action):
    ...
    return await last_step(StepResult, self.run, observation=..., stop_condition=...)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of

T = TypeVar("T")


async def last_step(
    result: Callable[..., T], *references: object, observation: object, stop_condition: object
) -> T:
    """The StepResult at the end of an episode; raises RewardError.

    `references` name the trajectory, the first first: a run's own reference before any text.
    """
    client = clients.of_this_loop()
    trajectory = trajectory_of(*references, where="the references of the last step")
    answer = await client.settled(trajectory)
    return result(
        reward=terms.worth(answer, terms.undecided_of_environment()),
        episode_done=True,
        next_observation=observation,
        next_stop_condition=stop_condition,
        metrics={"themis/decided": float(answer.is_decided)},
        logs={"themis": answer.evidence or answer.trajectory},
    )
