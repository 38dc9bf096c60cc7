"""Searching one run for words on its screens, and having its pictures read for that."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.critic.evidence_only import words
from themis.pipeline import hints
from themis.trajectories import texts
from themis.web import finding
from themis.web.access import MemberRequest, for_onlookers
from themis.web.pages.trajectory import look_at


@require_GET
@for_onlookers
def index(request: MemberRequest, pk: str) -> HttpResponse:
    """The screens that show the words of `find`; as far as pictures have been read by now."""
    return _answer(request, pk)


@require_POST
@for_onlookers
def wish(request: MemberRequest, pk: str) -> HttpResponse:
    """Have the run's pictures read; what is found until then."""
    trajectory = look_at(request, pk)
    if words.is_possible() and not texts.known(trajectory).is_whole:
        texts.wish(trajectory=trajectory, at=timezone.now())
        hints.lettering()
    return _answer(request, pk)


def _answer(request: MemberRequest, pk: str) -> HttpResponse:
    trajectory = look_at(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    query = " ".join(asked.get("find", "").replace("\0", "")[: finding.MAX_QUERY].split())
    known = texts.known(trajectory)
    found = finding.find(trajectory.recording, query, texts.read_off(trajectory)) if query else None
    page = {
        "trajectory": trajectory,
        "query": query,
        "found": found,
        "known": known,
        "can_read": words.is_possible(),
    }
    return render(request, "trajectory/found.html", page)
