"""verl: a custom reward function.

    reward.custom_reward_function.path=pkg://themis.client.adapters.verl
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.undecided=0.5

Keep the reward manager "naive", which is the default: an error ends the step there. The manager
"rate_limited" takes every error and every time-out for a reward of 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from themis.client.adapters import clients, terms
from themis.client.adapters.terms import Undecided
from themis.client.references import trajectory_of


async def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: object,
    extra_info: Mapping[str, object] | None = None,
    undecided: Undecided | None = None,
    **_others: object,
) -> dict[str, float | str]:
    """The score of one solution, and what verl keeps beside it; raises RewardError.

    `undecided` is "raise" or a number; where it is not said, THEMIS_UNDECIDED says it.
    """
    del data_source
    client = clients.of_this_loop()
    trajectory = trajectory_of(
        ground_truth, extra_info, solution_str, where="ground_truth, extra_info and solution_str"
    )
    answer = await client.settled(trajectory)
    doubt = terms.undecided_of_environment() if undecided is None else undecided
    # Every row has the same keys: verl makes columns of them.
    return {
        "score": terms.worth(answer, doubt),
        "themis_decided": float(answer.is_decided),
        "themis_trajectory": answer.trajectory,
    }
