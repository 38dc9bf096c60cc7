"""AReaL: its wrapper, which calls a reward function in processes of its own.

Usage: areal_wrapper.py REFERENCE
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

from tests.frameworks.programs.parts import bare, tell
from themis.client import RewardError
from themis.client.adapters.areal import reward_fn


def patient(*given: object, **row: object) -> float:
    """Waits longer than it is given, as a careless reward function does."""
    time.sleep(2)
    return reward_fn(*given, **row)


async def main(reference: str) -> None:
    """A settled run, Themis being away, and a function that runs out of time."""
    bare("areal", "areal.api", "areal.utils")
    from areal.api.reward_api import AsyncRewardWrapper

    given = ("prompt", "completion", [1], [2])
    reward = await AsyncRewardWrapper(reward_fn)(*given, answer=reference)
    careless = AsyncRewardWrapper(patient, timeout_seconds=0.2, max_retries=0)
    late = await careless(*given, answer=reference)
    os.environ["THEMIS_URL"], os.environ["THEMIS_DEADLINE"] = "http://127.0.0.1:9", "0.3"
    AsyncRewardWrapper._executors.clear()  # whose processes know the old address
    try:
        away = str(await AsyncRewardWrapper(reward_fn, max_retries=1)(*given, answer=reference))
    except RewardError as error:
        away = type(error).__name__
    tell(reward=reward, late=late, away=away)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
