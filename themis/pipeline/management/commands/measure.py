"""manage.py measure: what judges are worth on the team's labelled runs, no server needed."""

from __future__ import annotations

from argparse import ArgumentParser

from django.utils import timezone

from themis.accounts.models import Team
from themis.critic import loader
from themis.critic.trust.demand import Demand
from themis.critic.trust.floor import FLOORS, Promise
from themis.domain.jsontypes import Json
from themis.pipeline import measuring
from themis.pipeline.console import SOME_REFUSED, ThemisCommand, table_of
from themis.rewards import labelled, queries, services
from themis.rewards.models import Measurement, Status

FIGURES = ("precision", "recall", "accuracy", "balanced accuracy", "false-positive rate")


class Command(ThemisCommand):
    help = "Measure judges on labelled runs, and keep what was measured."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--critic", choices=loader.CRITICS, default="", help="only its judges")
        parser.add_argument("--json", action="store_true", help="one JSON object a measurement")

    def work(self, team: Team, options: dict[str, object]) -> int:
        critic = str(options["critic"])
        if not labelled.heard(team, critic):
            self.tell(
                "nothing to measure: no verdict on a labelled run; label runs as they are brought"
                " in, then `manage.py judge --all`"
            )
            return 0
        at = timezone.now()
        row = services.ask(team=team, by=None, critic=critic, at=at)
        measuring.work_or_wait(row)
        if row.status != Status.DONE:
            return self._refuse(row.cause, SOME_REFUSED)
        found = list(row.measurements.order_by("pk"))
        if options["json"]:
            for each in found:
                self.emit(document(each))
        else:
            self._show(found)
        return 0

    def _show(self, found: list[Measurement]) -> None:
        table = table_of("id", "labels", "decides", "accuracy", "balanced", "precision", "judge")
        for each in found:
            told = document(each)
            figures = (told[name] for name in ("coverage", *FIGURES[2:4], FIGURES[0]))
            table.add_row(
                str(each.pk),
                str(each.n_labels),
                *("—" if figure is None else f"{figure:.3f}" for figure in figures),
                f"{each.name}{f' on {each.platform}' if each.platform else ''}",
            )
        self.screen.print(table)
        for each in found:
            if not each.platform:
                self.screen.print(f"{each.name}: {_floors(each)}", markup=False, soft_wrap=True)


def document(row: Measurement) -> dict[str, Json]:
    """One measurement as scripts read it: figures among the runs that the judge decides."""
    decided = row.report["decided"]
    measures = decided["measures"]
    n_decided = sum(decided[cell] for cell in ("tp", "fp", "fn", "tn"))
    floors: list[Json] = [each for each in row.report["floors"]]  # noqa: C416
    return {
        "measurement": row.pk,
        "critic": row.critic,
        "critic_version": row.critic_version,
        "settings_hash": row.settings_hash,
        "model": row.model or None,
        "platform": row.platform or None,
        "labels": row.n_labels,
        "tasks": row.n_tasks,
        "coverage": n_decided / row.n_labels,
        **{name: measures[name]["value"] for name in FIGURES},
        "brier": row.report["reliability"]["brier"],
        "ece": row.report["reliability"]["ece"],
        "floors": floors,
    }


def _floors(row: Measurement) -> str:
    kept = queries.report_of(row)
    return "; ".join(_floor(kept.promise(Demand(floor=floor))) for floor in FLOORS)


def _floor(promise: Promise) -> str:
    floor = f"{promise.demand.floor:.2f}"
    if promise.kept:
        return f"{floor} promised from {promise.rule.cutoff:.2f} on, {promise.coverage:.0%} pass"
    needed = promise.labels_needed
    return f"{floor} needs {f'{needed:,} labels' if needed else 'a better judge'}"
