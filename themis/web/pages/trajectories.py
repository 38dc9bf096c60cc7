"""The list of trajectories and its filters."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.domain import cursors
from themis.domain.cursors import Cursor
from themis.pipeline import listing, queries
from themis.pipeline.listing import Filters
from themis.trajectories.models import Platform
from themis.web.access import MemberRequest, for_right
from themis.web.filtering import LABELS, OUTCOMES, filters_in

PER_PAGE = listing.PER_PAGE


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """A page of trajectories; on an htmx request only its rows."""
    filters = filters_in(request.GET)
    context = {
        "page": listing.page(request.team, filters, at=_cursor(request), size=PER_PAGE),
        "counted": listing.COUNTED,
        "filters": filters,
        "is_narrowed": filters != Filters(),
        "platforms": Platform.choices,
        "outcomes": OUTCOMES,
        "labels": LABELS,
        "critics": queries.critics_heard(request.team),
    }
    template = "trajectories/index.html#rows" if request.htmx else "trajectories/index.html"
    return render(request, template, context)


def _cursor(request: MemberRequest) -> Cursor | None:
    older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    return cursors.read(older, is_back=False) or cursors.read(newer, is_back=True)
