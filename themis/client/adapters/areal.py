"""AReaL (RLVR): `reward_fn="themis.client.adapters.areal.reward_fn"`.

AReaL calls it in processes of its own, gives it 15 seconds, four times, and takes its fourth
time-out for a reward of 0. So it gives up first, with an error that is no time-out: an error of
the last try ends the episode instead. Each try waits for the same run. Where judging takes longer
than a minute, raise `timeout_seconds` of AsyncRewardWrapper, and THEMIS_DEADLINE to a little less.
"""

from __future__ import annotations

from themis.client.adapters import clients, terms
from themis.client.place import Place

DEADLINE = 12.0  # seconds, where THEMIS_DEADLINE says nothing


def reward_fn(
    prompt: object,
    completions: object,
    prompt_ids: object,
    completion_ids: object,
    **row: object,
) -> float:
    """The reward of one completion; raises RewardError, StillRunning among them."""
    del prompt, prompt_ids, completion_ids
    client = clients.of_this_process(Place.from_environment(deadline=DEADLINE))
    answer = client.settled(terms.trajectory_of_row(row, completions))
    return terms.worth(answer, terms.undecided_of_environment())
