"""verifiers: its task set for NeMo Gym servers, against ours. prime-rl drives the same code.

Usage: verifiers_score.py URL REFERENCE FOLDER
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from verifiers.v1.tasksets.nemo_gym.taskset import NeMoGymConfig, NeMoGymTaskConfig, NeMoGymTaskset
from verifiers.v1.tasksets.nemo_gym.toolset import NeMoGymState

from tests.frameworks.programs.parts import tell


async def main(url: str, reference: str, folder: str) -> None:
    """One row of a data set: set up, and scored."""
    rows = Path(folder) / "rows.jsonl"
    asked = {"input": [{"role": "user", "content": "book the room"}]}
    row = {"responses_create_params": asked, "verifier_metadata": {"label": reference}}
    rows.write_text(json.dumps(row) + "\n")
    config = NeMoGymConfig(dataset=rows, task=NeMoGymTaskConfig(resources_url=url))
    (task,) = NeMoGymTaskset(config).load()
    metrics: dict[str, float] = {}
    node = SimpleNamespace(message=SimpleNamespace(), sampled=False, timestamp=1.0)
    trace: Any = SimpleNamespace(
        id="t1",
        state=NeMoGymState(),
        branches=[SimpleNamespace(nodes=[node])],
        info={},
        record_metric=metrics.__setitem__,
    )
    await task.setup(trace, cast(Any, None))
    reward = await task.nemo_gym(trace)
    tell(reward=reward, metrics=metrics, told=sorted(trace.info["nemo_gym"]))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
