"""How `evidence-only` fares on labelled runs: `python -m benchmarks.evidence_only PATH...`.

Reads every recording below the paths through `themis.formats`, judges those that carry a label
(all of them with --all), and reports by data set and in all: coverage, agreement with the labels
beside whoever always says "passed" or believes the agent, intervals over tasks, calibration. No
data is shipped.

`--held-out 3` reports every third task apart: those whose name, hashed with `--seed`, falls on 0.
The split is made by the name alone, so that it can be drawn before anybody looks at a run.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from benchmarks.evidence_judges import Judged
from benchmarks.evidence_report import report
from themis.critic.contract import Case
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.evidence_only.screens import MAX_BYTES
from themis.critic.memory import MemoryDocket
from themis.critic.models.absent import Absent
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Screen
from themis.formats import registry
from themis.formats.contract import Picture, Recording

SEED = "themis-evidence-only-1"


def judged(paths: list[Path], *, labelled_only: bool = True) -> Iterator[Judged]:
    """Judge every readable recording below some paths, one at a time."""
    critic = EvidenceOnly()
    for path in paths:
        for found in registry.find(path):
            try:
                case = case_of(found.read())
            except UnreadableTrajectory:
                continue
            if labelled_only and case.trajectory.label is None:
                continue
            start = time.perf_counter()
            finding = asyncio.run(critic.judge(case, Absent(), MemoryDocket()))
            yield Judged(source=str(found.source), trajectory=case.trajectory, finding=finding,
                         seconds=time.perf_counter() - start)  # fmt: skip


def case_of(recording: Recording) -> Case:
    """A recording as a case, its pictures measured but not kept."""
    screens = tuple(_screen(picture, at) for at, picture in enumerate(recording.pictures))
    by_digest = dict(zip((s.digest for s in screens), recording.pictures, strict=True))
    return Case(
        trajectory=replace(recording.trajectory, screens=screens),
        read_screen=lambda screen: by_digest[screen.digest].read(MAX_BYTES),
    )


def _screen(picture: Picture, at: int) -> Screen:
    try:
        content = picture.read(MAX_BYTES)
        with Image.open(io.BytesIO(content)) as opened:
            width, height = opened.size
    except (OSError, ValueError, Image.DecompressionBombError):
        # a picture that does not open keeps its place: steps refer to positions
        return Screen(digest=f"{at:064d}", width=1, height=1, media_type="image/png")
    digest = hashlib.sha256(content).hexdigest()
    return Screen(digest=digest, width=width, height=height, media_type="image/png")


def is_held_out(task: str, *, every: int, seed: str) -> bool:
    """Whether a task belongs to the share that is not looked at."""
    drawn = hashlib.sha256(f"{seed}:{task}".encode()).hexdigest()
    return int(drawn, 16) % every == 0


def by_data_set(rows: list[Judged], *, every: int, seed: str) -> dict[str, list[Judged]]:
    """The runs of each data set, its held-out tasks apart, and all of them where that is more."""
    sets: dict[str, list[Judged]] = {}
    for row in rows:
        part = ""
        if every:
            held = is_held_out(row.task, every=every, seed=seed)
            part = ", held out" if held else ", looked at"
        sets.setdefault(f"{row.data_set}{part}", []).append(row)
    if len(sets) > 1:
        sets["all"] = rows
    return sets


def main(arguments: list[str]) -> int:
    """Judge and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.evidence_only", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true", help="also recordings without a label")
    parser.add_argument("--held-out", type=int, default=0, help="report every so many tasks apart")
    parser.add_argument("--seed", default=SEED, help="of the split of tasks")
    parser.add_argument("--each", action="store_true", help="print every run with its reason")
    chosen = parser.parse_args(arguments)
    rows: list[Judged] = []
    for row in judged(chosen.paths, labelled_only=not chosen.all):
        rows.append(row)
        if chosen.each:
            finding, label = row.finding, row.trajectory.label or "none"
            line = f"{row.source}: {label} -> {finding.outcome} {finding.confidence:.2f}"
            sys.stdout.write(f"{line} {finding.reason}\n")
    labelled = [row for row in rows if row.trajectory.label is not None]
    sets = by_data_set(labelled, every=chosen.held_out, seed=chosen.seed)
    for name, held in sets.items():
        sys.stdout.write("\n".join(report(name, held)) + "\n")
    if rows:
        slowest = max(row.seconds for row in rows)
        total = sum(row.seconds for row in rows)
        sys.stdout.write(f"seconds: {total:.1f}, slowest {slowest:.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
