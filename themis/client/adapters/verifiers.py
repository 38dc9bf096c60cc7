"""verifiers 0.4: the reward of a task of your own.

    class DesktopTask(Task):
        @reward(weight=1.0)
        async def themis(self, trace):
            return await paid(self.data.row, trace.info)

Its task set for NeMo Gym needs only a URL, see docs/frameworks.md. This is nothing for a `Rubric`
of verifiers 0.1, which takes every error for a reward of 0.
"""

from __future__ import annotations

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of


async def paid(*references: object) -> float:
    """The reward of one rollout; raises RewardError, which verifiers keeps as a rollout's error.

    `references` name the trajectory, the first first: a run's own reference before any text.
    """
    trajectory = trajectory_of(*references, where="the references of the rollout")
    answer = await clients.of_this_loop().settled(trajectory)
    return terms.worth(answer, terms.undecided_of_environment())
