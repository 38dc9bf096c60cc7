"""manage.py ingest PATH...: find trajectories, recognise their format, store them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from django.utils import timezone
from rich.markup import escape
from rich.progress import Progress

from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.formats import registry
from themis.formats.tasks import TaskFiles
from themis.pipeline import flow
from themis.pipeline.console import SOME_REFUSED, WIDE, ThemisCommand, table_of
from themis.trajectories.archived import ingest_any
from themis.trajectories.darkroom import cores
from themis.trajectories.ingest import Bringer, How, PassedOver, Refused, Stored
from themis.trajectories.models import Trajectory

MAX_PROCESSES = 64
QUEUED_AT_ONCE = 32


class Command(ThemisCommand):
    help = (
        "Find every trajectory under PATH (a file, a folder, a zip or tar), recognise its format"
        " and store it. What is known to be none (a table of labels, a run told in prose) is"
        " passed over with a reason. The exit status is 1 where a trajectory was refused, or where"
        " nothing was found to store."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument(
            "--format",
            choices=[reader.name for reader in registry.READERS],
            help="read everything as this format instead of recognising it",
        )
        parser.add_argument(
            "--tasks",
            metavar="DIR",
            help="folder tree of task files (<domain>/<id>.json) for runs that do not say what"
            " was asked",
        )
        parser.add_argument(
            "--processes",
            type=int,
            choices=range(1, MAX_PROCESSES + 1),
            metavar="N",
            default=min(cores(), MAX_PROCESSES),
            help="how many check pictures at a time (default: one a core)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a trajectory")
        parser.add_argument(
            "--no-judge", action="store_true", help="store only; do not queue it for judging"
        )

    def work(self, team: Team, options: dict[str, object]) -> int:
        results = self._results(team, options)
        is_well = self._lines(results) if options["json"] else self._table(results)
        return 0 if is_well else SOME_REFUSED

    def _results(self, team: Team, options: dict[str, object]) -> Iterator[Stored | Refused]:
        name = options["format"]
        only = registry.reader(str(name)) if name else None
        how = How(
            only=only,
            tasks=TaskFiles(Path(str(options["tasks"]))) if options["tasks"] else None,
            processes=cast(int, options["processes"]),
        )
        for path in options["paths"]:  # type: ignore[attr-defined]
            bringer = Bringer(team=team, by=None, at=timezone.now())
            results = ingest_any(Path(path), bringer, how)
            yield from results if options["no_judge"] else _queued(results)

    def _lines(self, results: Iterator[Stored | Refused]) -> bool:
        kinds: Counter[type[Stored | Refused]] = Counter()
        for result in results:
            self.emit(document(result))
            kinds[type(result)] += 1
        return bool(kinds[Stored]) and not kinds[Refused]

    def _table(self, results: Iterator[Stored | Refused]) -> bool:
        table = table_of("id", "format", "platform", "steps", "screens", "label", "instruction")
        refused: list[Refused] = []
        known = 0
        with Progress(console=self.progress_screen, transient=True) as progress:
            bar = progress.add_task("reading", total=None)
            for result in results:
                progress.update(
                    bar, advance=1, description=escape(f"reading {result.source[-60:]}")
                )
                if isinstance(result, Refused):
                    refused.append(result)
                    continue
                known += not result.is_new
                table.add_row(*_cells(result))
        passed = [each for each in refused if isinstance(each, PassedOver)]
        if table.row_count:
            self.screen.print(table)
        self.screen.print(
            f"{table.row_count - known} stored, {known} known before, "
            f"{len(refused) - len(passed)} refused, {len(passed)} passed over"
        )
        for each in refused:
            mark = "[yellow]passed over[/]" if each in passed else "[red]refused[/]"
            self.screen.print(f"{mark} {escape(each.error)}")
        return bool(table.row_count) and len(passed) == len(refused)


def _queued(results: Iterator[Stored | Refused]) -> Iterator[Stored | Refused]:
    """The results, what is new among them queued for judging a few at a time."""
    fresh: list[Trajectory] = []
    try:
        for result in results:
            if isinstance(result, Stored) and result.is_new:
                fresh.append(result.trajectory)
            if len(fresh) >= QUEUED_AT_ONCE:
                flow.submit_new(fresh=fresh, at=timezone.now())
                fresh.clear()
            yield result
    finally:  # also where nobody wants to see the rest
        if fresh:
            flow.submit_new(fresh=fresh, at=timezone.now())


def document(result: Stored | Refused) -> dict[str, Json]:
    """One result as scripts read it."""
    if isinstance(result, Refused):
        told: dict[str, Json] = {"source": result.source, "error": result.error}
        return {**told, "passed_over": True} if isinstance(result, PassedOver) else told
    row = result.trajectory
    return {
        "id": row.pk,
        "source": result.source,
        "format": row.format,
        "platform": row.platform,
        "instruction": row.instruction,
        "steps": row.n_steps,
        "actions": row.n_actions,
        "screens": row.n_screens,
        "label": row.label or None,
        "warnings": list(row.warnings),
    }


def _cells(result: Stored) -> tuple[str, ...]:
    row = result.trajectory
    counts = (str(row.n_steps), str(row.n_screens))
    return (
        row.pk,
        row.format,
        row.platform,
        *counts,
        row.label,
        escape(" ".join(row.instruction.split())[:WIDE]),
    )
