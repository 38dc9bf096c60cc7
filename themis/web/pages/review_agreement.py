"""Agreement: how far reviewers, and critics, say the same; the items on which they do not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right, User
from themis.pipeline import hints
from themis.reviews import agreeing, agreements, apart
from themis.reviews.apart import Place
from themis.reviews.models import Agreement, Decision, Queue, QueueItem
from themis.rewards.judges import COLUMNS
from themis.web import weeks
from themis.web.access import MemberRequest, for_right, require
from themis.web.agreement import Reader, Row, Sheet

PER_PAGE = 50
LISTED = 200  # queues to choose from
HEADER = ["part", "of", "compared", "items", "tasks", "decisions", "differ", "figure", "value"]
JUDGE = ("critic", "version", "settings", "model")  # what addresses call its columns


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """The newest report of all queues, or of one; on an htmx request only what changes."""
    require(request, Right.ADJUDICATE)
    queue = _queue(request)
    row = agreements.newest(request.team, queue)
    sheet = Reader(row).sheet() if row else None
    n_decisions = agreements.n_decisions(request.team, queue)
    page = {
        "row": row,
        "sheet": sheet,
        "weeks": weeks.picture(sheet.weeks) if sheet else None,
        "queue": queue,
        "queues": Queue.objects.filter(team=request.team).order_by("-pk")[:LISTED],
        "work": agreements.last_asked(request.team, queue),
        "n_decisions": n_decisions,
        "since": max(n_decisions - row.n_decisions, 0) if row else 0,
    }
    template = "review/agreement.html#board" if request.htmx else "review/agreement.html"
    return render(request, template, page)


@require_POST
@for_right(Right.SEE)
def count(request: MemberRequest) -> HttpResponse:
    """Have it counted anew."""
    require(request, Right.ADJUDICATE)
    queue = _queue(request)
    row = agreeing.ask(team=request.team, queue=queue, by=request.user, at=timezone.now())
    hints.queue_measuring(row)
    return redirect(_address(queue))


@require_GET
@for_right(Right.SEE)
def table(request: MemberRequest) -> HttpResponse:
    """The newest report as CSV, a figure a line; Http404 before there is one."""
    require(request, Right.ADJUDICATE)
    row = agreements.newest(request.team, _queue(request))
    if row is None:
        raise Http404("nothing was counted yet")
    out = io.StringIO()
    csv.writer(out).writerows(_lines(row))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="agreement-{row.pk}.csv"'
    return response


@require_GET
@for_right(Right.SEE)
def items(request: MemberRequest) -> HttpResponse:
    """The items behind a figure on which those compared do not say the same."""
    require(request, Right.ADJUDICATE)
    found = _apart(request)
    said = Decision.objects.filter(is_current=True).select_related("user").defer("payload")
    said = said.order_by("is_final", "user__username")
    counted = found.prefetch_related(Prefetch("decisions", queryset=said, to_attr="said"))
    page = Paginator(counted, PER_PAGE).get_page(request.GET.get("page"))
    queue = _queue(request)
    return render(
        request,
        "review/apart.html",
        {"page": page, "told": _told(request, queue), "back": _address(queue)},
    )


def _queue(request: MemberRequest) -> Queue | None:
    """The queue that an address or a form names, or all; Http404 for another team's."""
    name = request.GET.get("queue") or request.POST.get("queue") or ""
    if not name:
        return None
    found = Queue.objects.filter(team=request.team, pk=name) if _is_number(name) else None
    queue = found.first() if found is not None else None
    if queue is None:
        raise Http404("no such queue")
    return queue


def _address(queue: Queue | None) -> str:
    return reverse("review:agreement") + (f"?queue={queue.pk}" if queue else "")


def _apart(request: MemberRequest) -> QuerySet[QueueItem]:
    get, queue = request.GET.get, _queue(request)
    side = get("side", "")
    place = Place(
        queue=queue.pk if queue else None,
        is_blind={"blind": True, "open": False}.get(side),
        platform=get("platform", "")[:10],
        week=get("week", "")[:10],
    )
    first, second, reviewer = (_person(request, name) for name in ("first", "second", "reviewer"))
    if get("gold") and reviewer is not None:
        return apart.gold(request.team, place, reviewer.pk)
    if get("critic"):
        judge = {column: get(name, "")[:200] for column, name in zip(COLUMNS, JUDGE, strict=True)}
        return apart.critic(request.team, place, judge, reviewer.pk if reviewer else None)
    if first is not None and second is not None:
        return apart.pair(request.team, place, first.pk, second.pk)
    return apart.people(request.team, place, rulings=bool(get("rulings")))


def _told(request: MemberRequest, queue: Queue | None) -> str:
    """Who is compared, and where, in one line."""
    get = request.GET.get
    people = [_person(request, name) for name in ("first", "second", "reviewer")]
    names = [each.username for each in people if each]
    who = "Reviewers"
    if get("gold"):
        who = f"{', '.join(names)} and the known outcome of gold items"
    elif critic := get("critic", "")[:40]:
        who = f"{critic} and {names[0] if names else 'the final ruling'}"
    elif len(names) == 2:
        who = " and ".join(names)
    where = [get("platform", "")[:10], get("week", "")[:10], queue.name if queue else ""]
    return " · ".join([who, *filter(None, where)])


def _person(request: MemberRequest, name: str) -> User | None:
    number = request.GET.get(name, "")
    if not _is_number(number):
        return None
    reviewed = User.objects.filter(pk=number, decisions__item__queue__team=request.team)
    return reviewed.distinct().first()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _lines(row: Agreement) -> Iterable[list[object]]:
    sheet = Reader(row).sheet()
    yield [*HEADER, "low", "high", "remark"]
    for part, of, each in _parts(sheet):
        counts = [each.items, each.tasks, each.decisions, each.apart]
        for name, shown in each.figures.items():
            ends = [
                "" if value is None else value for value in (shown.value, shown.low, shown.high)
            ]
            told = [_safe(part), _safe(of), _safe(each.name), *counts, name]
            yield [*told, *ends, shown.why]


def _parts(sheet: Sheet) -> Iterable[tuple[str, str, Row]]:
    for each in [sheet.all, *sheet.others] if sheet.all else sheet.others:
        yield "people", "all", each
    for name, rows in (
        ("platform", sheet.platforms),
        ("queue", sheet.queues),
        ("week", sheet.weeks),
        ("pair", sheet.pairs),
    ):
        yield from (("people", name, each) for each in rows)
    for critic in sheet.critics:
        for rows in (critic.rulings, critic.platforms, critic.reviewers):
            yield from (("critic", critic.judge, each) for each in rows)
    yield from (("gold", "known outcome", each) for each in sheet.gold)


def _safe(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
