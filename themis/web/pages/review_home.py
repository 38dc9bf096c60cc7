"""The reviewers' home: what is left for me, how I do, what I put off, skipped or decided."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right
from themis.domain.errors import NotYours, QueueIsClosed
from themis.reviews import desk, figures, holding, queries
from themis.reviews.models import QueueState
from themis.reviews.queries import Mine
from themis.web.access import MemberRequest, for_right


@require_GET
@for_right(Right.REVIEW)
def index(request: MemberRequest) -> HttpResponse:
    """The page; on an htmx request only what changes."""
    user, team = request.user, request.team
    places = [mine for mine in queries.queues_for(user, team) if not mine.has_left]
    page = {
        "blind": request.blind,
        "places": places,
        "next": next(filter(_has_work, places), None),
        "aside": desk.put_aside(user, team),
        "skipped": desk.skipped(user, team),
        "lately": desk.decided_lately(user, team),
        "today": figures.work_since(user, team, _midnight()),
        "accuracy": figures.accuracy_of(user, team),
    }
    return render(request, "review/index.html#desk" if request.htmx else "review/index.html", page)


@require_POST
@for_right(Right.REVIEW)
def unskip(request: MemberRequest, pk: int) -> HttpResponse:
    """Take back what was skipped, and open it."""
    hold = desk.skipped_hold(request.user, request.team, pk)
    if hold is None:
        raise Http404("nothing skipped under that number")
    try:
        holding.unskip(hold_id=hold.pk, token=hold.token, at=timezone.now())
    except (NotYours, QueueIsClosed) as error:
        messages.error(request, str(error))
        return redirect("review:index")
    room = reverse("review:room", args=[hold.item.queue_id])
    return redirect(f"{room}?item={hold.item_id}")


def _has_work(mine: Mine) -> bool:
    return bool(mine.queue.state == QueueState.OPEN and (mine.n_left or mine.n_held))


def _midnight() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
