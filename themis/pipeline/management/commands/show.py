"""manage.py show ID: one trajectory with its verdicts and their evidence."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from rich.markup import escape
from rich.tree import Tree

from themis.accounts.models import Team
from themis.domain.evidence import Injection, Round
from themis.pipeline.console import USAGE, ThemisCommand
from themis.pipeline.dossier import dossier
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts
from themis.verdicts.models import Verdict

MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}


class Command(ThemisCommand):
    help = "Show one trajectory, its verdicts and the evidence chain of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("id", metavar="ID")
        parser.add_argument("--json", action="store_true", help="everything, as one JSON object")

    def work(self, team: Team, options: dict[str, object]) -> int:
        trajectory = Trajectory.objects.filter(pk=str(options["id"]), team=team).first()
        if trajectory is None:
            raise CommandError(f"no trajectory {options['id']!r}", returncode=USAGE)
        if options["json"]:
            self.emit(dossier(trajectory))
        else:
            self.screen.print(_tree(trajectory))
        return 0


def _tree(trajectory: Trajectory) -> Tree:
    tree = Tree(f"[bold]{trajectory.pk}[/] {escape(trajectory.instruction)}")
    tree.add(
        f"{trajectory.format}, {trajectory.platform}, {trajectory.n_steps} steps, "
        f"{trajectory.n_screens} screens, label: {trajectory.label or 'none'}"
    )
    for warning in trajectory.warnings:
        tree.add(f"[yellow]warning[/] {escape(warning)}")
    for verdict in verdicts.all_of(trajectory):
        _add_verdict(tree, verdict)
    if not verdicts.all_of(trajectory):
        tree.add(f"not judged yet: `manage.py judge {trajectory.pk}`")
    return tree


def _add_verdict(tree: Tree, verdict: Verdict) -> None:
    said = verdict.outcome or verdict.status
    sure = "" if verdict.confidence is None else f" ({verdict.confidence:.2f})"
    branch = tree.add(
        f"[bold]{verdict.critic}[/] {said}{sure}: {escape(verdict.reason or verdict.cause)}"
    )
    for injection in verdict.found.injections if verdict.found else ():
        _add_injection(branch, injection)
    for each in verdict.chain:
        _add_round(branch, each)


def _add_injection(branch: Tree, injection: Injection) -> None:
    steps = ", ".join(str(step + 1) for step in injection.steps)
    where = f"{injection.source}, step {steps}" if steps else injection.source.value
    branch.add(
        f"[yellow]addresses the judge[/] ({where}; found by {escape(injection.found_by)}): "
        f"{escape(injection.quote)}"
    )


def _add_round(branch: Tree, each: Round) -> None:
    twig = branch.add(f"round {each.number}")
    for milestone in each.milestones:
        found = each.verification_of(milestone.id)
        mark = MARKS[found.achieved] if found else "…"
        leaf = twig.add(
            f"{mark} {milestone.id}, step {milestone.step + 1}: {escape(milestone.goal)}"
        )
        if found:
            leaf.add(escape(found.feedback))
    for objection in each.objections:
        about = f" ({objection.milestone})" if objection.milestone else ""
        twig.add(f"[red]objection[/]{about} {objection.kind}: {escape(objection.text)}")
