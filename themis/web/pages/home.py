"""Home: what was judged lately, what waits, and how platforms do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.pipeline import queries
from themis.web.access import MemberRequest, for_members, require
from themis.web.charts import bars


@require_GET
@for_members
def index(request: MemberRequest) -> HttpResponse:
    """The page; on an htmx request only what changes. Who only reviews is led to their queues."""
    if Right.SEE not in request.role.rights:
        return redirect("review:index")
    require(request, Right.SEE)
    waiting, n_active = queries.queue(request.team)
    tallies = queries.tallies(request.team)
    page = {
        "lately": queries.judged_lately(request.team),
        "waiting": waiting,
        "n_active": n_active,
        "counted": queries.QUEUE_COUNTED,
        "bars": bars(tallies),
        "n_trajectories": sum(tally.total for tally in tallies),
    }
    template = "home/index.html#board" if request.htmx else "home/index.html"
    return render(request, template, page)
