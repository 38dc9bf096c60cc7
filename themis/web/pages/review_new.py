"""Making a queue: from which runs, decided by whom, seeing what; with what it comes to, live."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts import queries as accounts
from themis.accounts.models import Right
from themis.domain.errors import EmptyQueue
from themis.pipeline import queues
from themis.reviews import figures
from themis.web.access import MemberRequest, for_right, require
from themis.web.queueforms import NARROWING, PlanForm
from themis.web.sources import SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a plan comes to."""

    runs: int
    matching: int
    sentence: str
    gold: int
    gold_percent: int
    is_blind: bool
    each: float | None  # seconds a decision took lately
    seconds: float | None


@require_http_methods(["GET", "POST"])
@for_right(Right.MANAGE)
def new(request: MemberRequest) -> HttpResponse:
    """The form; the address may bring the filters of the list of trajectories along."""
    require(request, Right.SEE)
    form = PlanForm(request.team, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form.initial |= _brought(request)
    elif form.is_valid():
        try:
            queue = queues.make_queue(
                team=request.team, by=request.user, plan=form.plan(), at=timezone.now()
            )
        except EmptyQueue as error:
            form.add_error(None, str(error))
        else:
            return redirect("review:queue", pk=queue.pk)
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
    if not form.is_valid():
        trouble = next(iter(form.errors.values()))[0]
        return render(request, "review/estimate.html", {"trouble": trouble})
    return render(request, "review/estimate.html", {"estimate": _estimate(request, form)})
