"""How `evidence-only` fares on labelled runs: `python -m benchmarks.evidence_only PATH...`.

Reads every recording below the paths through `themis.formats`, judges those that carry a label
(all of them with --all), and prints the confusion of labels and outcomes. No data is shipped.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from themis.critic.contract import Case
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.evidence_only.screens import MAX_BYTES
from themis.critic.memory import MemoryDocket
from themis.critic.models.absent import Absent
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Label, Screen, Trajectory
from themis.domain.verdict import Finding, Outcome
from themis.formats import registry
from themis.formats.contract import Picture, Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One recording and what became of it."""

    source: Path
    trajectory: Trajectory
    finding: Finding
    seconds: float


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
            yield Judged(source=found.source, trajectory=case.trajectory, finding=finding,
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


def table(rows: list[Judged]) -> str:
    """Labels against outcomes, and what follows from them."""
    cells = Counter((row.trajectory.label, row.finding.outcome) for row in rows)
    lines = ["label      " + "".join(f"{outcome.value:>11}" for outcome in Outcome)]
    for label in (Label.PASSED, Label.FAILED, None):
        counts = [cells[label, outcome] for outcome in Outcome]
        if any(counts):
            lines.append(f"{label or 'none':<11}" + "".join(f"{count:>11}" for count in counts))
    lines += [_precision(cells, Outcome.PASSED, Label.PASSED)]
    lines += [_precision(cells, Outcome.FAILED, Label.FAILED)]
    decided = sum(row.finding.outcome is not Outcome.UNDECIDED for row in rows)
    lines.append(f"decided: {decided} of {len(rows)}")
    if rows:
        slowest = max(row.seconds for row in rows)
        lines.append(f"seconds: {sum(row.seconds for row in rows):.1f}, slowest {slowest:.2f}")
    return "\n".join(lines)


def _precision(cells: Counter[tuple[Label | None, Outcome]], outcome: Outcome, label: Label) -> str:
    said = sum(cells[known, outcome] for known in Label)
    right = cells[label, outcome]
    share = f"{right / said:.3f}" if said else "-"
    return f"precision of {outcome.value}: {share} ({right} of {said})"


def main(arguments: list[str]) -> int:
    """Judge and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.evidence_only", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true", help="also recordings without a label")
    parser.add_argument("--each", action="store_true", help="print every run with its reason")
    chosen = parser.parse_args(arguments)
    rows: list[Judged] = []
    for row in judged(chosen.paths, labelled_only=not chosen.all):
        rows.append(row)
        if chosen.each:
            finding, label = row.finding, row.trajectory.label or "none"
            line = f"{row.source}: {label} -> {finding.outcome} {finding.confidence:.2f}"
            sys.stdout.write(f"{line} {finding.reason}\n")
    sys.stdout.write(table(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
