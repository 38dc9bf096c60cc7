"""Getting up from a blind queue, which opens again what it had closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from themis.accounts.models import Right
from themis.reviews import seats
from themis.reviews.models import Queue
from themis.web.access import MemberRequest, for_right


@require_http_methods(["GET", "POST"])
@for_right(Right.REVIEW)
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask whether somebody is sure, and end their part in a queue; Http404 for another team's."""
    queue = Queue.objects.filter(pk=pk, team=request.team).first() if pk < 2**63 else None
    if queue is None:
        raise Http404("no such queue")
    if request.method != "POST":
        page = {"queue": queue, "is_sure": True, "go_on": reverse("review:index")}
        return render(request, "review/closed.html", page)
    if seats.stop(queue=queue, user=request.user, at=timezone.now()):
        messages.success(request, f"You have stopped reviewing {queue.name}.")
    return redirect("home:index")
