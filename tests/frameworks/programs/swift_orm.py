"""ms-swift: a reward chosen by its name from its own list, and called as its trainer calls it.

Usage: swift_orm.py PASSED FAILED
"""

from __future__ import annotations

import asyncio
import sys

from tests.frameworks.programs.parts import bare, hollow, tell
from themis.client.adapters.ms_swift import ThemisORM


def main(passed: str, failed: str) -> None:
    """Two steps: each has an event loop of its own."""
    bare("swift", "swift.rewards")
    hollow("swift.infer_engine", InferRequest=object)
    from swift.rewards.orm import AsyncORM, orms

    orms["themis"] = ThemisORM
    reward = orms["themis"](args=None)
    assert set(dir(AsyncORM)) - {"__abstractmethods__"} <= set(dir(reward))
    columns = {"solution": [passed, failed], "trainer_state": None}
    steps = [asyncio.run(reward(completions=["a", "b"], **columns)) for _ in range(2)]
    tell(steps=steps)


if __name__ == "__main__":
    main(*sys.argv[1:])
