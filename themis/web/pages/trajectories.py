"""The list of trajectories and its filters."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.pipeline import cursors, listing, queries
from themis.pipeline.cursors import Cursor
from themis.pipeline.listing import Filters
from themis.trajectories.models import Label, Platform
from themis.verdicts.models import Outcome
from themis.web.access import MemberRequest, for_right

PER_PAGE = listing.PER_PAGE
OUTCOMES = [
    *Outcome.choices,
    (listing.JUDGING, "Judging or waiting"),
    (listing.BROKEN, "Broken"),
    (listing.UNJUDGED, "Not judged"),
]
LABELS = [(value, title) for value, title in Label.choices if value] + [("none", "No label")]


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """A page of trajectories; on an htmx request only its rows."""
    filters = _filters(request)
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


def _filters(request: MemberRequest) -> Filters:
    asked = request.GET
    return Filters(
        platform=_one_of(asked.get("platform", ""), Platform.choices),
        outcome=_one_of(asked.get("outcome", ""), OUTCOMES),
        label=_one_of(asked.get("label", ""), LABELS),
        critic=asked.get("critic", "")[:40],
        text=asked.get("text", "").replace("\0", "")[:200],
    )


def _cursor(request: MemberRequest) -> Cursor | None:
    older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    return cursors.read(older, is_back=False) or cursors.read(newer, is_back=True)


def _one_of(value: str, choices: list[tuple[str, str]]) -> str:
    return value if value in dict(choices) else ""
