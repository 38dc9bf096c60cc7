"""Making a queue: from which runs, decided by whom, seeing what; with what it comes to, live."""

from __future__ import annotations

import dataclasses

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts import queries as accounts
from themis.accounts.models import Right
from themis.web.access import MemberRequest, for_right, require
from themis.web.filtering import filters_in
from themis.web.queueforms import NARROWING, PlanForm
from themis.web.sources import SOURCES, TITLES


@require_http_methods(["GET", "POST"])
@for_right(Right.MANAGE)
def new(request: MemberRequest) -> HttpResponse:
    """The form; the address may bring the filters of the list of trajectories along."""
    require(request, Right.SEE)
    form = PlanForm(request.team, request.POST if request.method == "POST" else None)
    form.initial |= _brought(request)
    page = {
        "form": form,
        "sources": SOURCES,
        "people": accounts.members_of(request.team),
        "uploads": form.uploads,
        "is_narrowed": any(form[name].value() for name in NARROWING),
    }
    return render(request, "review/new.html", page, status=422 if form.errors else 200)


@require_POST
@for_right(Right.MANAGE)
def estimate(request: MemberRequest) -> HttpResponse:
    """How many runs match what is chosen so far, and what that means in decisions and hours."""
    require(request, Right.SEE)
    form = PlanForm(request.team, request.POST)
    trouble = "" if form.is_valid() else next(iter(form.errors.values()))[0]
    return render(request, "review/estimate.html", {"trouble": trouble})


def _brought(request: MemberRequest) -> dict[str, str]:
    source = request.GET.get("source", "")
    known = {"source": source} if source in TITLES else {}
    return known | dataclasses.asdict(filters_in(request.GET))
