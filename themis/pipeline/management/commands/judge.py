"""manage.py judge ID...|--all: take trajectories through the court, no server needed."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from rich.markup import escape
from rich.progress import Progress

from themis.accounts.models import Team
from themis.critic import loader
from themis.domain.jsontypes import Json
from themis.pipeline import endpoints, flow
from themis.pipeline.bailiff import judge_each
from themis.pipeline.console import SOME_REFUSED, USAGE, ThemisCommand, table_of
from themis.pipeline.court import court
from themis.pipeline.models import Run, Status
from themis.trajectories import queries as trajectories
from themis.trajectories.models import State


class Command(ThemisCommand):
    help = "Judge trajectories and print each verdict. Judging one again gives a new verdict."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("ids", nargs="*", metavar="ID")
        parser.add_argument(
            "--all", action="store_true", help="every run of the team that has ended"
        )
        parser.add_argument("--critic", choices=loader.CRITICS, default="")
        parser.add_argument("--json", action="store_true", help="one JSON object a verdict")

    def work(self, team: Team, options: dict[str, object]) -> int:
        wanted = self._wanted(team, options)
        flow.recover(at=timezone.now())
        known = set(trajectories.of_team(team).filter(pk__in=wanted).values_list("pk", flat=True))
        report = (
            _Lines(self)
            if options["json"]
            else _Rows(self, len(wanted), is_priced=endpoints.has_prices(team))
        )
        with report:
            for missing in (each for each in wanted if each not in known):
                report.add({"trajectory": missing, "error": "no such trajectory"})
            self._judge(team, str(options["critic"]), [i for i in wanted if i in known], report.run)
        return SOME_REFUSED if report.n_errors else 0

    def _wanted(self, team: Team, options: dict[str, object]) -> list[str]:
        ids = [str(each) for each in options["ids"]]  # type: ignore[attr-defined]
        if bool(ids) == bool(options["all"]):
            raise CommandError("give one or more trajectory ids, or --all", returncode=USAGE)
        if ids:
            return list(dict.fromkeys(ids))
        ended = trajectories.of_team(team).filter(state=State.CLOSED)
        return list(ended.order_by("created_at").values_list("pk", flat=True))

    def _judge(self, team: Team, critic: str, ids: list[str], ended: Callable[[Run], None]) -> None:
        asked = endpoints.models_of(team).get(endpoints.DEFAULT, ())
        at_a_time = max(settings.WORKER_THREADS, sum(each.concurrency for each in asked))
        judging = court()
        try:
            judging.run(
                judge_each(ids, critic=critic, court=judging, at_a_time=at_a_time, ended=ended)
            )
        finally:
            judging.close()


class _Lines:
    """The report for scripts."""

    def __init__(self, command: ThemisCommand) -> None:
        self._command = command
        self.n_errors = 0

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, run: Run) -> None:
        """Report one run."""
        self.add(document(run))

    def add(self, line: dict[str, Json], _reason: str = "") -> None:
        """Report one line."""
        self.n_errors += "error" in line
        self._command.emit(line)


class _Rows(_Lines):
    """The report for people: a bar while it lasts, then a table."""

    def __init__(self, command: ThemisCommand, total: int, *, is_priced: bool) -> None:
        super().__init__(command)
        self._is_priced = is_priced
        price = ("price",) if is_priced else ()
        self._table = table_of(
            "trajectory", "critic", "outcome", "confidence", "reward", "seconds", *price, "reason"
        )
        self._errors: list[str] = []
        self._progress = Progress(console=command.progress_screen, transient=True)
        self._bar = self._progress.add_task("judging", total=total)

    def __enter__(self) -> _Rows:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        screen = self._command.screen
        if self._table.row_count:
            screen.print(self._table)
        for error in self._errors:
            screen.print(f"[red]broken[/] {escape(error)}")
        if not self._table.row_count and not self._errors:
            screen.print("nothing to judge: bring trajectories in with `manage.py ingest PATH`")

    def run(self, run: Run) -> None:
        """Report one run, with the critic's reason."""
        self.add(document(run), run.verdict.reason if run.verdict else "")

    def add(self, line: dict[str, Json], reason: str = "") -> None:
        """Report one line."""
        self._progress.advance(self._bar)
        if "error" in line:
            self.n_errors += 1
            self._errors.append(f"{line['trajectory']}: {line['error']}")
            return
        reward = "—" if line["reward"] is None else f"{line['reward']:.0f}"
        figures = [f"{line['confidence']:.2f}", reward, f"{line['seconds']:.1f}"]
        if self._is_priced:
            figures.append("—" if line["price"] is None else f"{line['price']:.4f}")
        self._table.add_row(
            str(line["trajectory"]),
            str(line["critic"]),
            str(line["outcome"]),
            *figures,
            escape(" ".join(reason.split())),
        )


def document(run: Run) -> dict[str, Json]:
    """One ended run as scripts read it: with an outcome, or with an error, never with both."""
    verdict = run.verdict
    if run.status != Status.DONE or verdict is None:
        critic = verdict.critic if verdict else run.critic
        return {"trajectory": run.trajectory_id, "critic": critic, "error": run.cause or "broken"}
    return {
        "trajectory": run.trajectory_id,
        "critic": verdict.critic,
        "outcome": verdict.outcome,
        "confidence": verdict.confidence,
        "reward": verdict.reward,
        "milestones": len(verdict.rounds[-1].get("milestones", [])) if verdict.rounds else 0,
        "calls": verdict.calls,
        "prompt_tokens": verdict.prompt_tokens,
        "completion_tokens": verdict.completion_tokens,
        "cached_tokens": verdict.cached_tokens,
        "price": verdict.price,
        "seconds": round(verdict.seconds, 3),
    }
