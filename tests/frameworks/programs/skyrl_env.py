"""SkyRL: an environment that is registered and made as its trainer makes it.

Usage: skyrl_env.py REFERENCE
"""

from __future__ import annotations

import sys

import skyrl_gym
from skyrl_gym.envs.base_text_env import BaseTextEnv

from tests.frameworks.programs.parts import tell
from themis.client.adapters.skyrl import ThemisEnv


class PaidEnv(ThemisEnv, BaseTextEnv):  # type: ignore[misc]
    """One turn, paid by Themis."""


def main(reference: str) -> None:
    """One episode."""
    skyrl_gym.register(id="themis", entry_point=PaidEnv)
    extras = {"reward_spec": {"method": "rule", "ground_truth": reference}, "max_turns": 1}
    env = skyrl_gym.make("themis", env_config={}, extras=extras)
    prompt, _ = env.init([{"role": "user", "content": "book the room"}])
    tell(output=env.step("done"), prompt=prompt)
    env.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
