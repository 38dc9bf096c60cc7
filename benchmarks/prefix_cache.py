"""How much of what a critic asks a vLLM server has worked on before: its own prefix cache counted.

Run `python -m benchmarks.prefix_cache [PATH...]`, after `make vllm`. A real vLLM with
a random tiny model is started, the recordings below the paths (the demo where none is given) are
judged one after the other, and the server's metrics are read before and after each. Its cache is
emptied before each verdict: recordings of one task share screens, and what one verdict reuses of
another is not counted. What the model says is noise, so no verdict means anything; how many calls
a run takes and how long their prompts are follow from it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.evidence_only import case_of
from scripts.vllm import VLLM
from tests.vllm_server import VllmServer, vllm_server, write_model
from themis.critic import loader
from themis.critic.contract import Case
from themis.critic.memory import MemoryDocket
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.domain.errors import CriticFailed, UnreadableTrajectory
from themis.formats import registry

DEMO = Path(__file__).resolve().parent.parent / "demo" / "trajectories"
AT_ONCE = 12  # calls, 1.5 times the server's slots
HEAD = f"{'':34}{'calls':>7}{'prompt tokens':>15}{'from cache':>12}{'share':>8}{'s':>8}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the server had counted at one moment."""

    calls: int
    tokens: int
    hits: int

    @classmethod
    def of(cls, server: VllmServer) -> Count:
        """Read off its metrics."""
        return cls(
            calls=server.answered,
            tokens=int(server.figure("vllm:prefix_cache_queries_total")),
            hits=int(server.figure("vllm:prefix_cache_hits_total")),
        )

    def since(self, before: Count) -> Count:
        """What came after an earlier moment."""
        return Count(
            calls=self.calls - before.calls,
            tokens=self.tokens - before.tokens,
            hits=self.hits - before.hits,
        )

    def line(self, name: str, seconds: float, remark: str = "") -> str:
        """As it is printed."""
        share = self.hits / max(self.tokens, 1)
        return (
            f"{name[-34:]:34}{self.calls:7}{self.tokens:15,}{self.hits:12,}{share:8.3f}"
            f"{seconds:8.1f}  {remark}"
        ).rstrip()


def cases(paths: list[Path]) -> Iterator[tuple[str, Case]]:
    """Every recording below the paths that can be read and has a step, with its name."""
    for path in paths:
        for found in registry.find(path):
            try:
                case = case_of(found.read())
            except UnreadableTrajectory:
                continue
            if case.trajectory.steps:
                yield found.source.name, case


async def judge(server: VllmServer, critic: str, case: Case) -> str:
    """One verdict; the cause where the noise could not be read as one."""
    async with OpenAICompatible(url=server.url, model=server.name, concurrency=AT_ONCE) as model:
        try:
            await loader.critic(critic).judge(case, model, MemoryDocket())
        except CriticFailed as cause:
            return str(cause)[:60]
    return ""


def main() -> int:
    """Judge and count; the exit status."""
    parser = argparse.ArgumentParser(description="the share of prompt tokens vLLM had in its cache")
    parser.add_argument("paths", nargs="*", type=Path, default=[DEMO])
    parser.add_argument("--critic", choices=loader.CRITICS, default=loader.WITH_MODEL)
    parser.add_argument("--limit", type=int, default=None, help="recordings to judge, at most")
    parser.add_argument("--block", type=int, default=None, help="tokens the cache keeps as one")
    options = parser.parse_args()
    reason = VLLM.why_not()
    if reason:
        print(f"prefix_cache: {reason}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder) / "model")
        block = () if options.block is None else ("--block-size", str(options.block))
        with vllm_server(Path(folder) / "model", Path(folder) / "log", *block) as server:
            return measure(server, options.critic, islice(cases(options.paths), options.limit))


def measure(server: VllmServer, critic: str, found: Iterator[tuple[str, Case]]) -> int:
    """A line for each recording, and one for all."""
    print(f"{critic} on a real vLLM, blocks of {server.block_size} tokens\n{HEAD}")
    counts, causes, began = [], [], time.perf_counter()
    for name, case in found:
        server.empty_cache()
        before, started = Count.of(server), time.perf_counter()
        cause = asyncio.run(judge(server, critic, case))
        count = Count.of(server).since(before)
        remark = f"broke: {cause}" if cause else ""
        print(count.line(name, time.perf_counter() - started, remark), flush=True)
        counts.append(count)
        causes.append(cause)
    total = Count(
        calls=sum(each.calls for each in counts),
        tokens=sum(each.tokens for each in counts),
        hits=sum(each.hits for each in counts),
    )
    n_broken = sum(map(bool, causes))
    remark = f"{n_broken} broke" if n_broken else ""
    print(total.line(f"all {len(counts)}", time.perf_counter() - began, remark))
    return 0 if total.tokens else 1


if __name__ == "__main__":
    sys.exit(main())
