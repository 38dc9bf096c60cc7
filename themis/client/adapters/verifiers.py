"""verifiers, the older way: a reward function for a `Rubric`.

    rubric = vf.Rubric(funcs=[themis_reward])

The newer one needs only a URL: `--env.taskset.task.resources-url http://HOST:PORT`, see
docs/frameworks.md.
"""

from __future__ import annotations

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of


async def themis_reward(
    completion: object, answer: object = None, info: object = None, state: object = None
) -> float:
    """The reward of one rollout; raises RewardError, which verifiers keeps as a rollout's error."""
    client = clients.of_this_loop()
    trajectory = trajectory_of(
        answer, info, state, completion, where="answer, info, state and completion"
    )
    settled = await client.settled(trajectory)
    return terms.worth(settled, terms.undecided_of_environment())
