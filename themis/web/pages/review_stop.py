"""Getting up from a blind queue, which opens again what it had closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from themis.accounts.models import Right
from themis.reviews import queries, seating
from themis.web.access import MemberRequest, for_right


@require_http_methods(["GET", "POST"])
@for_right(Right.REVIEW)
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask whether somebody is sure, and end their part in a queue; Http404 for another team's."""
    queue = queries.queue(request.team, pk)
    if queue is None:
        raise Http404("no such queue")
    if request.method != "POST":
        page = {"queue": queue, "is_sure": True, "go_on": reverse("review:room", args=[queue.pk])}
        return render(request, "review/closed.html", page)
    if seating.leave(queue=queue, user=request.user, at=timezone.now()):
        messages.success(request, f"You have stopped reviewing {queue.name}.")
    return redirect("home:index")
