"""OpenRLHF: the step of an agent, and a reward function for `--reward.remote_url FILE.py`.

A URL needs neither: `--reward.remote_url http://HOST/k/KEY/compat/openrlhf/get_reward`. An agent of
several turns has no URL, and pays its last step so:

    class AgentInstance(AgentInstanceBase):
        async def step(self, states, **kwargs):
            ...
            return await last_step(states, tensor=torch.tensor)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from themis.client.adapters import clients, terms
from themis.client.references import trajectory_of

T = TypeVar("T")


async def last_step(
    states: Mapping[str, Any], *references: object, tensor: Callable[[float], T]
) -> dict[str, object]:
    """What `AgentInstance.step` gives at the end of an episode; raises RewardError.

    `references` are looked at first, then the label, then the action and what was observed.
    """
    client = clients.of_this_loop()
    said = [states.get(name) for name in ("label", "action_text", "observation_text")]
    trajectory = trajectory_of(*references, *said, where="label, action and observation")
    answer = await client.settled(trajectory)
    reward = tensor(terms.worth(answer, terms.undecided_of_environment()))
    return {
        "rewards": reward,
        "scores": reward,
        "environment_feedback": "",
        "done": True,
        "sampling_params": states.get("sampling_params"),
        "extra_logs": {"themis_decided": tensor(float(answer.is_decided))},
    }


def reward_func(
    queries: Sequence[object], prompts: Sequence[object], labels: Sequence[object]
) -> dict[str, object]:
    """The rewards of a batch, which OpenRLHF asks for on a thread; raises RewardError.

    OpenRLHF logs the error and goes on without a reward, which ends the step.
    """
    del prompts
    client = clients.of_this_process()
    asked = [
        trajectory_of(label, query, where="label and query")
        for label, query in zip(labels, queries, strict=True)
    ]
    answers = terms.all_settled(client.rewards(asked), client.place.deadline)
    undecided = terms.undecided_of_environment()
    rewards = [terms.worth(answer, undecided) for answer in answers]
    decided = [float(answer.is_decided) for answer in answers]
    return {"rewards": rewards, "scores": rewards, "extra_logs": {"themis_decided": decided}}
