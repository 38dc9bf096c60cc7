"""manage.py watch PLACE...: take in what appears in a folder or below an S3 prefix."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter

from django.utils import timezone

from themis.accounts.models import Team
from themis.domain.errors import Unreachable
from themis.domain.jsontypes import Json
from themis.pipeline.console import SOME_REFUSED, ThemisCommand
from themis.pipeline.watch import Taken, Watch
from themis.trajectories.ingest import Refused
from themis.trajectories.watching.places import place

EVERY = 10.0  # seconds
SETTLE = 30.0
STORED, REFUSED, PASSED_OVER = "stored", "refused", "passed over"


def _seconds(written: str) -> float:
    try:
        given = float(written)
    except ValueError:
        given = -1
    if not 0 <= given <= 86_400:
        raise ArgumentTypeError(f"expected seconds from 0 to 86400, not {written!r}")
    return given


class Command(ThemisCommand):
    help = (
        "Take in every recording that appears in PLACE: a folder, or s3://bucket/prefix. Each"
        " entry directly in it is one item: a run's folder, a folder of runs, or an archive."
        " An item is read once its files have stopped changing, and again when they change."
        " With --once the exit status is 1 where a recording was refused, or where all that was"
        " read is passed over."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("places", nargs="+", metavar="PLACE")
        parser.add_argument(
            "--every", type=_seconds, default=EVERY, help="seconds between looks (default: 10)"
        )
        parser.add_argument(
            "--settle",
            type=_seconds,
            default=SETTLE,
            help="seconds an item must stay as it is before it is read (default: 30)",
        )
        parser.add_argument(
            "--once", action="store_true", help="read what stands there now, then end"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object an item")
        parser.add_argument(
            "--no-judge", action="store_true", help="store only; do not queue it for judging"
        )

    def work(self, team: Team, options: dict[str, object]) -> int:
        once = bool(options["once"])
        watches = [
            Watch(
                place(str(address)),
                team,
                0.0 if once else float(str(options["settle"])),
                judges=not options["no_judge"],
            )
            for address in options["places"]  # type: ignore[attr-defined]
        ]
        if not once:
            self.tell(f"watching {', '.join(each.place.address for each in watches)}; Ctrl-C ends")
        while True:
            counts: Counter[str] = Counter()
            for watch in watches:
                counts += self._round(watch, json=bool(options["json"]))
            if once:
                return _status(counts)
            time.sleep(float(str(options["every"])))

    def _round(self, watch: Watch, *, json: bool) -> Counter[str]:
        counts: Counter[str] = Counter()
        try:
            for taken in watch.round(now=time.monotonic(), at=timezone.now()):
                self._report(taken, json=json)
                counts[STORED] += len(taken.stored)
                counts[REFUSED] += len(taken.refused)
                counts[PASSED_OVER] += len(taken.passed_over)
        except Unreachable as error:  # a disk that is away, a store that is down
            self.tell(str(error))
            counts[REFUSED] += 1
        return counts

    def _report(self, taken: Taken, *, json: bool) -> None:
        if json:
            self.emit(document(taken))
            return
        new = sum(each.is_new for each in taken.stored)
        self.stdout.write(
            f"{taken.item.name}: {new} stored, {len(taken.stored) - new} known before, "
            f"{len(taken.refused)} refused, {len(taken.passed_over)} passed over"
        )
        for each in taken.refused:
            self.stdout.write(f"  refused {each.error}")
        for each in taken.passed_over:
            self.stdout.write(f"  passed over {each.error}")
        self.stdout.flush()


def _status(counts: Counter[str]) -> int:
    """As `ingest` has it: what is passed over is a failure where it is all that was found."""
    is_nothing = counts[PASSED_OVER] and not counts[STORED]
    return SOME_REFUSED if counts[REFUSED] or is_nothing else 0


def document(taken: Taken) -> dict[str, Json]:
    """One item as scripts read it."""
    return {
        "item": taken.item.name,
        "stored": [
            {"id": each.trajectory.pk, "source": each.source, "new": each.is_new}
            for each in taken.stored
        ],
        "refused": [_without_recording(each) for each in taken.refused],
        "passed_over": [_without_recording(each) for each in taken.passed_over],
    }


def _without_recording(result: Refused) -> Json:
    return {"source": result.source, "error": result.error}
