"""Queues of the team, for managers: how far each is, when it is due, who reviews in it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.reviews import queries
from themis.reviews.models import QueueState, Seat
from themis.web.access import MemberRequest, for_right

PER_PAGE = 50


@require_GET
@for_right(Right.MANAGE)
def index(request: MemberRequest) -> HttpResponse:
    """A page of queues, those that go on or those that are closed; on an htmx request its rows."""
    is_closed = request.GET.get("show") == "closed"
    rows = queries.queues_of(request.team)
    closed = rows.filter(state=QueueState.CLOSED)
    shown = closed.order_by("-closed_at", "-pk") if is_closed else rows.exclude(pk__in=closed)
    seats = Seat.objects.filter(left_at=None).select_related("user").order_by("user__username")
    seated = shown.prefetch_related(Prefetch("seats", seats, to_attr="taken"))
    page = {
        "page": Paginator(seated, PER_PAGE).get_page(request.GET.get("page")),
        "is_closed": is_closed,
        "has_any": rows.exists(),
    }
    template = "review/queues.html#rows" if request.htmx else "review/queues.html"
    return render(request, template, page)
