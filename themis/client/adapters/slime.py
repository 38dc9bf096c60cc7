"""slime: `--custom-rm-path themis.client.adapters.slime.custom_rm`; `group_rm` for `--group-rm`.

A URL needs neither: `--rm-type remote_rm --rm-url http://HOST/k/KEY/compat/slime/rm`. There only
the label and the response reach Themis; here the sample's metadata, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from themis.client.adapters import clients, terms
from themis.client.answers import Settled
from themis.client.references import trajectory_of


class Sample(Protocol):
    """What is used of slime's sample. What is to be removed does not count in the loss."""

    label: object
    metadata: object
    response: str
    remove_sample: bool


async def custom_rm(args: object, sample: Sample, **_others: object) -> float:
    """The reward of one sample; raises RewardError.

    An undecided run raises Doubtful, or with a number as THEMIS_UNDECIDED is taken out of the loss
    and counts with that number in its group's mean.
    """
    del args
    client = clients.of_this_loop()
    return _paid(sample, await client.settled(_trajectory(sample)))


async def group_rm(args: object, samples: Sequence[Sample], **_others: object) -> list[float]:
    """The rewards of a group, asked for together; raises as `custom_rm`."""
    del args
    client = clients.of_this_loop()
    answers = await client.rewards([_trajectory(sample) for sample in samples])
    settled = terms.all_settled(answers, client.place.deadline)
    return [_paid(sample, answer) for sample, answer in zip(samples, settled, strict=True)]


def _trajectory(sample: Sample) -> str:
    where = "label, metadata and response"
    return trajectory_of(sample.label, sample.metadata, sample.response, where=where)


def _paid(sample: Sample, answer: Settled) -> float:
    reward = terms.worth(answer, terms.undecided_of_environment())
    if answer.reward is None:
        sample.remove_sample = True
    return reward
