"""verl: its reward manager with the adapter as the custom reward function.

Usage: verl_manager.py REFERENCE UNDECIDED_REFERENCE
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import torch
from omegaconf import DictConfig

from tests.frameworks.programs.parts import bare, hollow, tell
from themis.client import RewardError


class Rows(list[Any]):
    """In the form of verl's DataProto, as far as a reward manager looks at it."""

    def __getitem__(self, key: Any) -> Any:
        held = super().__getitem__(key)
        return Rows(held) if isinstance(key, slice) else held


def only_what_pays() -> None:
    """verl's reward managers without Ray, the trainers, and what they only name in signatures."""
    hollow("transformers", AutoTokenizer=object)
    hollow("ray", remote=lambda **_: lambda kind: kind, init=None)
    bare("verl", "verl.utils", "verl.experimental", "verl.experimental.reward_loop", "verl.workers")
    sys.modules["verl"].DataProto = Rows  # type: ignore[attr-defined]
    hollow("verl.workers.reward_manager", register=lambda _: lambda kind: kind)


def row(reference: str) -> Rows:
    """A rollout whose row of the data set names its run."""
    named = {
        "data_source": "themis",
        "reward_model": {"ground_truth": "", "style": "model"},
        "extra_info": {"index": 3, "run": reference},
    }
    held = {"responses": torch.tensor([1, 2]), "attention_mask": torch.tensor([1, 1, 1])}
    return Rows([SimpleNamespace(batch=held, non_tensor_batch=named)])


async def main(reference: str, undecided: str) -> None:
    """What the managers make of a settled run, and of an undecided one."""
    from verl.experimental.reward_loop.reward_manager import limited, naive
    from verl.utils.import_utils import load_extern_object

    compute_score = load_extern_object("pkg://themis.client.adapters.verl", "compute_score")
    tokenizer = SimpleNamespace(decode=lambda *_, **__: "what the agent wrote")
    config = DictConfig({"reward": {"timeout": 30.0}})
    manager = naive.NaiveRewardManager(config, tokenizer, compute_score)
    settled = await manager.run_single(row(reference))
    try:
        raised = str(await manager.run_single(row(undecided)))
    except RewardError as error:
        raised = type(error).__name__
    paid = naive.NaiveRewardManager(config, tokenizer, partial(compute_score, undecided=0.25))
    chosen = await paid.run_single(row(undecided))
    swallowing = limited.RateLimitedRewardManager(config, tokenizer, compute_score)
    swallowed = await swallowing.run_single(row(undecided))
    tell(settled=settled, raised=raised, chosen=chosen, swallowed=swallowed)


if __name__ == "__main__":
    only_what_pays()
    asyncio.run(main(*sys.argv[1:]))
