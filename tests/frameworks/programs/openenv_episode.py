"""OpenEnv: its client over the WebSocket of an episode.

Usage: openenv_episode.py URL REFERENCE
"""

from __future__ import annotations

import asyncio
import sys

from tests.frameworks.programs.parts import bare, tell


async def main(url: str, reference: str) -> None:
    """One episode: reset, step, state."""
    bare("openenv", "openenv.core")
    from openenv.core.generic_client import GenericEnvClient

    async with GenericEnvClient(base_url=url) as client:
        begun = await client.reset()
        stepped = await client.step({"trajectory": reference})
        state = await client.state()
    tell(
        begun=begun.done,
        done=stepped.done,
        reward=stepped.reward,
        seen=stepped.observation,
        state=state,
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
