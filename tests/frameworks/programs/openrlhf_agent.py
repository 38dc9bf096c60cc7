"""OpenRLHF: its executors, with a URL, with a file, and with an agent of several turns.

Usage: openrlhf_agent.py URL REFERENCE
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from tests.frameworks.programs.parts import bare, tell
from themis.client.adapters import openrlhf as adapter


class Words:
    """In a tokenizer's place."""

    def __call__(self, text: str, **_: object) -> dict[str, Any]:
        return {"input_ids": torch.tensor([[1] * len(text.split())], dtype=torch.long)}

    def decode(self, *_: object, **__: object) -> str:
        """What prompt and completion say, with nothing that names a run."""
        return "<s>book the room</s>"


class Engine:
    """In the place of what generates."""

    async def generate(self, *_: object, **__: object) -> SimpleNamespace:
        """One completion."""
        one = SimpleNamespace(token_ids=[5, 6], text="done", finish_reason="stop", logprobs=None)
        return SimpleNamespace(outputs=[one])


async def main(url: str, reference: str) -> None:
    """The reward of one rollout, by each way."""
    bare("openrlhf", "openrlhf.utils")
    from openrlhf.utils.agent import (
        AgentInstanceBase,
        MultiTurnAgentExecutor,
        SingleTurnAgentExecutor,
    )

    class Agent(AgentInstanceBase):  # type: ignore[misc]
        def __init__(self) -> None:
            self.n_turns = 0

        async def step(self, states: dict[str, Any], **_: object) -> dict[str, Any]:
            self.n_turns += 1
            if self.n_turns == 2:
                return await adapter.last_step(states, tensor=torch.tensor)
            going_on = {"environment_feedback": "go on", "done": False}
            return {"rewards": torch.tensor(0.0), **going_on}

    sampling = SimpleNamespace(max_tokens=64, logprobs=None)
    given = ("book the room", reference, sampling, 512, Words(), Engine())
    by_url = await SingleTurnAgentExecutor(url).execute(*given)
    by_file = await SingleTurnAgentExecutor(str(Path(adapter.__file__))).execute(*given)
    by_agent = await MultiTurnAgentExecutor(Agent).execute(*given)
    tell(by_url=plain(by_url), by_file=plain(by_file), by_agent=plain(by_agent))


def plain(output: dict[str, Any]) -> dict[str, Any]:
    """What is said of the reward."""
    reward, scores = output["reward"], output["scores"]
    return {
        "reward": None if reward is None else torch.as_tensor(reward).tolist(),
        "scores": None if scores is None else torch.as_tensor(scores).tolist(),
        "logs": sorted(output["extra_logs"]),
    }


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
