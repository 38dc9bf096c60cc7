"""Tinker cookbook: the result of an environment's last step, in its own type.

Usage: tinker_step.py REFERENCE
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict

from tests.frameworks.programs.parts import bare, hollow, tell
from themis.client.adapters.tinker import last_step


async def main(reference: str) -> None:
    """One step."""
    names = ("ModelInput", "StopReason", "TokensWithLogprobs")
    hollow("tinker", **dict.fromkeys(names, object))
    bare("tinker_cookbook", "tinker_cookbook.rl", "tinker_cookbook.utils")
    hollow("tinker_cookbook.completers", StopCondition=list, TokensWithLogprobs=object)
    hollow("tinker_cookbook.utils.misc_utils", safezip=zip)
    from tinker_cookbook.rl.types import StepResult

    result = await last_step(StepResult, reference, observation=[], stop_condition=["<end>"])
    tell(result=asdict(result))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
