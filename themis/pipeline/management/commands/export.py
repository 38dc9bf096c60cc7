"""manage.py export ID...: write stored trajectories out again, with their pictures."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from rich.markup import escape

from themis.accounts.models import Team
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.pipeline.console import SOME_REFUSED, ThemisCommand
from themis.trajectories.export import FORMATS, write_out
from themis.trajectories.models import Trajectory


class Command(ThemisCommand):
    help = (
        "Write stored trajectories out, each into a folder of its id under DIR. Nothing is lost:"
        " `ingest` finds the same recording in what is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("ids", nargs="*", metavar="ID")
        parser.add_argument("--all", action="store_true", help="every trajectory of the team")
        parser.add_argument("--format", choices=FORMATS, default=FORMATS[0])
        parser.add_argument("--to", required=True, metavar="DIR", help="made if it is not there")
        parser.add_argument("--json", action="store_true", help="one JSON object a trajectory")

    def work(self, team: Team, options: dict[str, object]) -> int:
        kept = Trajectory.objects.filter(team=team)
        ids = list(kept.values_list("pk", flat=True)) if options["all"] else options["ids"]
        results = [
            _written(kept.filter(pk=each).first(), str(each), options)
            for each in ids  # type: ignore[attr-defined]
        ]
        for result in results:
            self.emit(result) if options["json"] else self._say(result)
        return SOME_REFUSED if any("error" in result for result in results) else 0

    def _say(self, result: dict[str, Json]) -> None:
        if "error" in result:
            self.screen.print(f"[red]refused[/] {escape(str(result['error']))}")
        else:
            self.screen.print(escape(str(result["path"])))


def _written(row: Trajectory | None, pk: str, options: dict[str, object]) -> dict[str, Json]:
    if row is None:
        return {"id": pk, "error": f"no trajectory {pk!r:.60}"}
    try:
        folder = write_out(row, str(options["format"]), Path(str(options["to"])))
    except UnreadableTrajectory as error:
        return {"id": pk, "error": str(error)}
    return {"id": pk, "path": str(folder)}
