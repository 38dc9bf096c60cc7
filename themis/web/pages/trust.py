"""Trust: what judges are worth on the team's own labels, and having them measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right, Team
from themis.pipeline import hints
from themis.rewards import labelled, queries, services
from themis.rewards.judges import Judge
from themis.rewards.labelled import Heard
from themis.rewards.models import Measurement, Measuring
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Label
from themis.web import reports
from themis.web.access import MemberRequest, for_right
from themis.web.reports import Brief

LISTED = 20
SHOWN_WORK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One judge with verdicts on labelled runs, and its newest measurement."""

    heard: Heard
    brief: Brief | None

    @property
    def since(self) -> int:
        """Labels or verdicts that came after it was measured."""
        if self.brief is None:
            return self.heard.n_labels
        return since(self.heard, self.brief.row)


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """Judges, combinations and tables; on an htmx request only what changes."""
    page = {
        "lines": lines(request.team),
        "together": [reports.brief(row) for row in queries.combinations(request.team, LISTED)],
        "tables": list(queries.brought_tables(request.team)[:LISTED]),
        "work": under_way(request.team),
        "n_labelled": trajectories.of_team(request.team)
        .filter(label__in=[Label.PASSED, Label.FAILED])
        .count(),
    }
    template = "trust/index.html#board" if request.htmx else "trust/index.html"
    return render(request, template, page)


@require_POST
@for_right(Right.BRING)
def measure(request: MemberRequest) -> HttpResponse:
    """Have the team's judges measured, or those of one critic."""
    critic = request.POST.get("critic", "")[:40]
    if not labelled.heard(request.team, critic):
        messages.error(request, "There is no verdict on a labelled run to measure.")
    else:
        row = services.ask(team=request.team, by=request.user, critic=critic, at=timezone.now())
        hints.queue_measuring(row)
    return redirect("trust:index")


@require_POST
@for_right(Right.BRING)
def together(request: MemberRequest) -> HttpResponse:
    """Have two or more judges measured together, on the runs that all of them judged."""
    wanted = set(request.POST.getlist("judge"))
    chosen = sorted(each.judge for each in labelled.heard(request.team) if name(each) in wanted)
    if len(chosen) < 2:
        messages.error(request, "Choose two judges or more to measure them together.")
    else:
        row = services.ask(team=request.team, by=request.user, together=chosen, at=timezone.now())
        hints.queue_measuring(row)
    return redirect("trust:index")


def name(heard: Heard) -> str:
    """What a form calls a judge."""
    return heard.judge.name


def lines(team: Team) -> list[Line]:
    """Every judge with labels."""
    newest = queries.newest_of_each(team)
    heard = labelled.heard(team, measured={j: row.measured_at for j, row in newest.items()})
    return [Line(heard=each, brief=_brief(newest.get(each.judge))) for each in heard]


def since(heard: Heard, row: Measurement) -> int:
    """How many labels or verdicts came after a measurement."""
    return max(heard.since, heard.n_labels - row.n_labels, 0)


def under_way(team: Team) -> Sequence[Measuring]:
    """Work that is still to come, and what broke last."""
    newest = list(queries.measurings(team)[:LISTED])
    active = [row for row in newest if row.is_active]
    broken = [row for row in newest[:1] if row.cause]
    return [*active[:SHOWN_WORK], *broken]


def judge_in(asked: MemberRequest) -> Judge:
    """The judge that an address names."""
    get = asked.GET.get
    return Judge(
        get("critic", "")[:40],
        get("version", "")[:20],
        get("settings", "")[:64],
        get("model", "")[:200],
    )


def _brief(row: Measurement | None) -> Brief | None:
    return reports.brief(row) if row else None
