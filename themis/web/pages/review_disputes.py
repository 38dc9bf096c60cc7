"""What adjudicators have to settle, and what was settled."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.domain import cursors
from themis.domain.cursors import Cursor
from themis.reviews import disputes, queries
from themis.reviews.models import Queue, QueueItem, Ruling
from themis.web.access import MemberRequest, for_right

PER_PAGE = 50
KINDS = [("waiting", "To be settled"), ("settled", "Settled")]


@require_GET
@for_right(Right.ADJUDICATE)
def index(request: MemberRequest) -> HttpResponse:
    """A page of disputed and flagged runs, or of settled ones; on an htmx request only the rows."""
    queue = queue_in(request)
    is_settled = request.GET.get("show") == "settled"
    found, older = _settled(request, queue) if is_settled else _waiting(request, queue)
    page = {
        "items": found,
        "older": older,
        "queue": queue,
        "queues": disputes.queues_with_disputes(request.team),
        "kinds": KINDS,
        "show": "settled" if is_settled else "waiting",
        "n_waiting": disputes.n_waiting(request.team, queue),
        "counted": disputes.COUNTED,
        "labels": dict(Ruling.choices),
    }
    template = "review/disputes.html#rows" if request.htmx else "review/disputes.html"
    return render(request, template, page)


def queue_in(request: MemberRequest) -> Queue | None:
    """The team's queue that an address is narrowed to."""
    asked = request.GET.get("queue", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    return queries.queue(request.team, number)


def _waiting(request: MemberRequest, queue: Queue | None) -> tuple[list[QueueItem], str]:
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    rows = list(disputes.waiting(request.team, queue=queue, after=after)[: PER_PAGE + 1])
    return rows[:PER_PAGE], str(rows[PER_PAGE - 1].pk) if len(rows) > PER_PAGE else ""


def _settled(request: MemberRequest, queue: Queue | None) -> tuple[list[QueueItem], str]:
    cursor = cursors.read(request.GET.get("after", ""), is_back=False)
    is_place = cursor is not None and cursor.pk.isdigit()
    before = (cursor.at, int(cursor.pk)) if cursor and is_place else None
    rows = list(disputes.settled(request.team, queue=queue, before=before)[: PER_PAGE + 1])
    if len(rows) <= PER_PAGE:
        return rows, ""
    last = rows[PER_PAGE - 1]
    older = Cursor(at=last.settled_at, pk=str(last.pk)) if last.settled_at else ""
    return rows[:PER_PAGE], str(older)
