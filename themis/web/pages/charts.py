"""Charts: what critics say against what people say, and the runs behind every point."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.pipeline import queries
from themis.pipeline.figures import behind, counted
from themis.pipeline.figures.asked import Against, Asked
from themis.reviews.models import Queue
from themis.trajectories.models import Platform
from themis.web.access import MemberRequest, for_right
from themis.web.plots import addresses
from themis.web.plots.all import CHARTS

QUEUES = 100  # offered by the filter
AGAINST = [
    (Against.BOTH, "Rulings, else labels"),
    (Against.PEOPLE, "Rulings of people"),
    (Against.LABELS, "Labels that came along"),
]


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """The page; on an htmx request only what the filters change."""
    asked = addresses.asked_of(request.GET)
    found = counted.figures(request.team, asked)
    page = {
        "sheets": [make(found, asked) for make in CHARTS.values()],
        "found": found,
        "query": urlencode(addresses.query_of(asked)),
        **_filters(request, asked),
    }
    template = "charts/index.html#board" if request.htmx else "charts/index.html"
    return render(request, template, page)


@require_GET
@for_right(Right.SEE)
def table(request: MemberRequest, name: str) -> HttpResponse:
    """The table of one chart as CSV."""
    if name not in CHARTS:
        raise Http404("no such chart")
    asked = addresses.asked_of(request.GET)
    sheet = CHARTS[name](counted.figures(request.team, asked), asked)
    response = HttpResponse(sheet.as_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_GET
@for_right(Right.SEE)
def runs(request: MemberRequest) -> HttpResponse:
    """The runs behind a point, a bar or a cell."""
    asked, pick = addresses.asked_of(request.GET), addresses.pick_of(request.GET)
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    context = {
        "found": behind.runs(request.team, asked, pick, page),
        "asked": asked,
        "pick": pick,
        "words": addresses.words(pick),
        "narrowed": _narrowed(request, asked),
        "query": urlencode(_without_judge(asked, has_judge=pick.judge is not None)),
    }
    return render(request, "charts/runs.html", context)


def _filters(request: MemberRequest, asked: Asked) -> dict[str, object]:
    queues = Queue.objects.filter(team=request.team)
    return {
        "asked": asked,
        "against": AGAINST,
        "platforms": Platform.choices,
        "critics": queries.critics_heard(request.team),
        "queues": list(queues.values_list("pk", "name")[:QUEUES]),
        "has_queues": queues.exists(),
        "is_narrowed": asked != Asked(against=asked.against),
    }


def _narrowed(request: MemberRequest, asked: Asked) -> list[str]:
    """The filters in words."""
    told = [dict(AGAINST)[asked.against].lower()]
    told += [str(Platform(asked.platform).label)] if asked.platform else []
    told += [f"from {asked.since}"] if asked.since else []
    told += [f"until {asked.until}"] if asked.until else []
    if asked.queue is not None:
        queue = Queue.objects.filter(team=request.team, pk=asked.queue).first()
        told.append(f"queue “{queue.name if queue else asked.queue}”")
    return told


def _without_judge(asked: Asked, *, has_judge: bool) -> list[tuple[str, str]]:
    """The address of the charts; a point's own critic is no filter of them."""
    told = addresses.query_of(asked)
    return [each for each in told if each[0] != "critic"] if has_judge else told
