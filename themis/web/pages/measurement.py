"""One judge, or several together, as they were measured: address, figures, floors, runs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.critic.trust import writing
from themis.critic.trust.demand import Demand
from themis.critic.trust.floor import FLOORS, Promise
from themis.critic.trust.keeping import Kept
from themis.critic.trust.table import Row
from themis.domain.errors import UnreadableTable
from themis.pipeline import verdict_tables
from themis.pipeline.verdict_tables import Picks
from themis.rewards import labelled, queries
from themis.rewards.judges import Judge, judge_of
from themis.rewards.models import Measurement
from themis.trajectories.models import Platform, Trajectory
from themis.web import reports
from themis.web.access import MemberRequest, for_right
from themis.web.pages import trust

ALPHA = 0.05
SHOWN = 200  # runs behind a cell or a bin
EARLIER = 20  # measurements
SAID = ("passed", "failed", "undecided", verdict_tables.NOT_PASSED)
KINDS = {"csv": (writing.as_csv, "text/csv"), "json": (writing.as_json, "application/json")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks of a measurement beside its figures."""

    floor: float | None
    alpha: float
    picks: Picks | None
    told: str  # which runs
    outcome: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run behind a cell or a bin."""

    row: Row
    trajectory: Trajectory | None
    said: tuple[str, ...]


@require_GET
@for_right(Right.SEE)
def judge(request: MemberRequest) -> HttpResponse:
    """The newest measurement of the judge and platform that the address names."""
    wanted = trust.judge_in(request)
    platform = request.GET.get("platform", "")[:10]
    measured = queries.measurements_of(request.team, wanted)
    row = measured.filter(platform=platform).first()
    if row is None:
        row = measured.filter(platform="").first()
    heard = _heard(request, wanted, row)
    if row is None:
        if heard is None:
            raise Http404("no such judge")
        return render(request, "trust/unmeasured.html", {"judge": wanted, "heard": heard})
    return _show(request, row, heard)


@require_GET
@for_right(Right.SEE)
def measurement(request: MemberRequest, pk: int) -> HttpResponse:
    """One measurement by its number, as jobs pin it."""
    row = find(request, pk)
    heard = _heard(request, judge_of(row), row) if row.critic else None
    return _show(request, row, heard)


@require_GET
@for_right(Right.SEE)
def table(request: MemberRequest, pk: int, kind: str) -> HttpResponse:
    """The table it was measured on, as CSV or as themis/verdicts/1."""
    row = find(request, pk)
    if kind not in KINDS:
        raise Http404("no such kind of file")
    write, media_type = KINDS[kind]
    content = "".join(write(verdict_tables.table_of(row)))
    response = HttpResponse(content, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="verdicts-{row.pk}.{kind}"'
    return response


def find(request: MemberRequest, pk: int) -> Measurement:
    """One of the team's measurements; Http404 for anybody else's."""
    row = queries.measurement(request.team, pk) if pk < 2**63 else None
    if row is None:
        raise Http404("no such measurement")
    return row


def _heard(request: MemberRequest, wanted: Judge, row: Measurement | None) -> labelled.Heard | None:
    measured = {wanted: row.measured_at} if row else {}
    found = labelled.heard(request.team, wanted.critic, measured=measured)
    return next((each for each in found if each.judge == wanted), None)


def _show(request: MemberRequest, row: Measurement, heard: labelled.Heard | None) -> HttpResponse:
    asked = _asked(request, row)
    query = request.GET.copy()
    for name in ("cell", "from", "to"):
        query.pop(name, None)
    address = f"?{query.urlencode()}&" if query else "?"
    same = queries.measurements_of(request.team, judge_of(row)) if row.critic else None
    page = {
        "row": row,
        "sheet": reports.sheet(row, address),
        "judge": judge_of(row) if row.critic else None,
        "since": trust.since(heard, row) if heard and not row.platform else 0,
        "asked": asked,
        "floors": _floors(row, asked),
        "runs": _runs(row, asked.picks) if asked.picks else None,
        "shown": SHOWN,
        "list_query": _list_query(row, asked),
        "platforms": _platforms(row) if row.critic else [],
        "missing_platform": _missing_platform(request, row),
        "earlier": list(same.exclude(pk=row.pk)[:EARLIER]) if same is not None else [],
        "is_newest": same is None
        or not same.filter(measured_at__gt=row.measured_at, platform=row.platform).exists(),
    }
    return render(request, "trust/measurement.html", page)


def _asked(request: MemberRequest, row: Measurement) -> Asked:
    floor = _share(request.GET.get("floor", ""), most=1.0)
    alpha = _share(request.GET.get("alpha", ""), most=0.5) or ALPHA
    said, _, label = request.GET.get("cell", "").partition(":")
    if said in SAID and label in {"passed", "failed"}:
        told = f"said {said.replace('-', ' ')}, labelled {label}"
        picks = verdict_tables.cell(row, said, label)
        return Asked(floor=floor, alpha=alpha, picks=picks, told=told, outcome=said, label=label)
    low, high = (_number(request.GET.get(name, "")) for name in ("from", "to"))
    if low is not None and high is not None:
        told = f"scores from {low:.3g} to {high:.3g}"
        return Asked(floor=floor, alpha=alpha, picks=verdict_tables.span(row, low, high), told=told)
    return Asked(floor=floor, alpha=alpha, picks=None, told="")


def _floors(row: Measurement, asked: Asked) -> list[Promise]:
    """The five, and the one that is asked for, in order."""
    try:
        kept: Kept = queries.report_of(row)
    except UnreadableTable:
        return []
    wanted = sorted({*FLOORS, *([asked.floor] if asked.floor is not None else [])})
    return [kept.promise(Demand(floor=floor, alpha=asked.alpha)) for floor in wanted]


def _runs(row: Measurement, picks: Picks) -> list[Run]:
    rows = verdict_tables.runs(row, picks, SHOWN)
    names = verdict_tables.names_of(row)
    ids = [each.id for each in rows] if row.brought is None else []
    known = Trajectory.objects.filter(team=row.team, pk__in=ids).defer("payload", "warnings")
    found = known.in_bulk()
    return [
        Run(
            row=each,
            trajectory=found.get(each.id),
            said=tuple(_said(each.said[name]) for name in names),
        )
        for each in rows
    ]


def _said(said: object) -> str:
    return f"{said:.2f}" if isinstance(said, float) else str(said)


def _list_query(row: Measurement, asked: Asked) -> str:
    """The filters of the list of trajectories that come nearest to a cell; empty without one."""
    if not row.critic or not asked.outcome:
        return ""
    filters = {"critic": row.critic, "outcome": asked.outcome, "label": asked.label}
    return urlencode(filters | ({"platform": row.platform} if row.platform else {}))


def _missing_platform(request: MemberRequest, row: Measurement) -> str:
    """The platform that was asked for and has too few labels of its own."""
    platform = request.GET.get("platform", "")
    return platform if platform in Platform.values and platform != row.platform else ""


def _platforms(row: Measurement) -> list[Measurement]:
    """What was measured of the judge at the same time: all platforms, then each by itself."""
    found = Measurement.objects.filter(
        judge_of(row).is_it, team=row.team, brought=None, measured_at=row.measured_at
    )
    return list(found.order_by("platform"))


def _share(text: str, *, most: float) -> float | None:
    value = _number(text)
    return value if value is not None and 0.0 < value <= most and value < 1.0 else None


def _number(text: str) -> float | None:
    try:
        value = float(text) if len(text) <= 40 else None
    except ValueError:
        return None
    return value if value is not None and 0.0 <= value <= 1.0 else None
