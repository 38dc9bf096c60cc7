"""Making a queue: from which runs, decided by whom, seeing what; with what it comes to, live."""

from __future__ import annotations

import dataclasses

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts import queries as accounts
from themis.accounts.models import Right
from themis.domain.errors import EmptyQueue, UnfitPlan
from themis.pipeline import hints, queues
from themis.pipeline.plans import Plan
from themis.reviews import figures
from themis.reviews.models import Queue
from themis.web.access import MemberRequest, for_right, require
from themis.web.filtering import filters_in
from themis.web.queueforms import NARROWING, PlanForm
from themis.web.sources import SOURCES, TITLES, handed_out, n_decisions


@require_http_methods(["GET", "POST"])
@for_right(Right.MANAGE)
def new(request: MemberRequest) -> HttpResponse:
    """The form; the address may bring the filters of the list of trajectories along."""
    require(request, Right.SEE)
    form = PlanForm(request.team, request.POST if request.method == "POST" else None)
    form.initial = {**form.initial, **_brought(request)}
    made = _made(request, form) if form.is_valid() else None
    if made is not None:
        return redirect("review:queue", pk=made.pk)
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
    if form.is_valid():
        plan = form.plan(timezone.now())
        try:
            return render(request, "review/estimate.html", _estimate(request, plan))
        except UnfitPlan as unfit:
            form.complain(unfit.fields)
    trouble = next(iter(form.errors.values()))[0]
    return render(request, "review/estimate.html", {"trouble": trouble})


def _made(request: MemberRequest, form: PlanForm) -> Queue | None:
    """The queue, on its way to be filled; None with what is wrong in the form."""
    now = timezone.now()
    try:
        queue = queues.make_queue(team=request.team, by=request.user, plan=form.plan(now), at=now)
    except EmptyQueue as empty:
        form.add_error(None, str(empty))
        return None
    except UnfitPlan as unfit:
        form.complain(unfit.fields)
        return None
    hints.queue_filling(queue)
    return queue


def _estimate(request: MemberRequest, plan: Plan) -> dict[str, object]:
    counted = queues.count(team=request.team, plan=plan)
    each = figures.seconds_lately(request.team)
    wanted = n_decisions(counted.n, plan)
    return {
        "counted": counted,
        "plan": plan,
        "handed_out": handed_out(counted.n, plan),
        "each": each,
        "seconds": wanted * each if each else None,
    }


def _brought(request: MemberRequest) -> dict[str, str]:
    source = request.GET.get("source", "")
    known = {"source": source} if source in TITLES else {}
    return known | dataclasses.asdict(filters_in(request.GET))
