"""One trajectory: the stage, its steps, and the verdict with its evidence."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.critic import loader
from themis.domain.trajectory import Step
from themis.reviews import blindness
from themis.rewards import job_queries
from themis.trajectories.models import Trajectory
from themis.web.access import MemberRequest, for_onlookers, for_right
from themis.web.boxes import boxes_of
from themis.web.courtroom import courtroom
from themis.web.finding import MAX_QUERY
from themis.web.frames import Frame, frames
from themis.web.places import AFTER, BEFORE, VIEWS
from themis.web.wording import say

TABS = [
    ("evidence", "Evidence"),
    ("steps", "Steps"),
    ("inspect", "Inspect"),
    ("turns", "Turns"),
    ("find", "Find"),
    ("comments", "Comments"),
]
MAX_NUMBER = 6  # digits of a step in an address
MAX_TREE = 200_000  # characters of a UI tree on the page
MAX_RAW = 20_000  # characters of one action's own payload


@require_GET
@for_right(Right.SEE)
def detail(request: MemberRequest, pk: str) -> HttpResponse:
    """The page with the step, view and verdict that its address asks for."""
    trajectory = find(request, pk)
    recording = trajectory.recording
    shown = frames(recording)
    frame = shown[_number(request, len(shown)) - 1] if shown else None
    view = request.GET.get("view", BEFORE)
    query = request.GET.get("find", "").replace("\0", "")[:MAX_QUERY]
    tab = request.GET.get("tab", "find" if query else "evidence")
    page = {
        "trajectory": trajectory,
        "recording": recording,
        "court": courtroom(trajectory, request.GET.get("verdict")),
        "frames": shown,
        "frame": frame,
        "view": _possible(frame, view if view in VIEWS else BEFORE),
        "tabs": TABS,
        "tab": tab if tab in dict(TABS) else "evidence",
        "query": query,
        "critics": loader.CRITICS,
        "asked_by": job_queries.asking_for(trajectory),
        "record": record_of(frame.number, recording.steps[frame.number - 1]) if frame else None,
    }
    return render(request, "trajectory/detail.html", page)


@require_GET
@for_right(Right.SEE)
def step(request: MemberRequest, pk: str, number: int) -> HttpResponse:
    """Everything recorded of one step, for the inspector."""
    recording = find(request, pk).recording
    if not 0 < number <= len(recording.steps):
        raise Http404("no such step")
    record = record_of(number, recording.steps[number - 1])
    return render(request, "trajectory/step.html", {"record": record})


@require_GET
@for_onlookers
def boxes(request: MemberRequest, pk: str, number: int) -> JsonResponse:
    """The elements of one step's UI trees, with their places."""
    recording = look_at(request, pk).recording
    if not 0 < number <= len(recording.steps):
        raise Http404("no such step")
    return JsonResponse(boxes_of(recording, number))


@require_GET
@for_right(Right.SEE)
def growth(request: MemberRequest, pk: str) -> HttpResponse:
    """The parts of an open run's page that a new step changes; all of it once the run is closed."""
    trajectory = find(request, pk)
    if not trajectory.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    page = {
        "trajectory": trajectory,
        "court": courtroom(trajectory, None),
        "frames": frames(trajectory.recording),
        "is_part": True,
    }
    return render(request, "trajectory/growth.html", page)


def find(request: MemberRequest, pk: str) -> Trajectory:
    """One of the team's trajectories; Http404 for anybody else's."""
    trajectory = Trajectory.objects.filter(pk=pk, team=request.team).first()
    if trajectory is None:
        raise Http404("no such trajectory")
    return trajectory


def look_at(request: MemberRequest, pk: str) -> Trajectory:
    """A run that somebody may see, or has to decide on; Http404 otherwise.

    For what was recorded alone: who is blind for a while may look at that as before.
    """
    if Right.SEE not in request.rights and not blindness.may_look_at(request.user, pk):
        raise Http404("not a run that is yours to decide")
    return find(request, pk)


def _number(request: MemberRequest, n_steps: int) -> int:
    asked = request.GET.get("step", "")
    return min(max(int(asked), 1), n_steps) if _is_number(asked) else 1


def _possible(frame: Frame | None, view: str) -> str:
    """The view, or the other side where only that was recorded."""
    if frame is None or (frame.before and frame.after):
        return view
    return AFTER if frame.after else BEFORE


def record_of(number: int, found: Step) -> dict[str, object]:
    """Everything that was recorded of a step, as templates/trajectory/step.html shows it."""
    return {
        "number": number,
        "step": found,
        "actions": [{"words": say(action), "raw": _raw(action.raw)} for action in found.actions],
        "trees": _trees(found),
    }


def _raw(raw: object) -> str:
    return "" if raw is None else json.dumps(raw, indent=2, ensure_ascii=False)[:MAX_RAW]


def _trees(found: Step) -> list[dict[str, object]]:
    sides = [("before", found.before_ui), ("after", found.after_ui)]
    return [
        {"side": side, "text": text[:MAX_TREE], "cut": max(0, len(text) - MAX_TREE)}
        for side, text in sides
        if text
    ]


def _is_number(asked: str) -> bool:
    return asked.isascii() and asked.isdigit() and len(asked) <= MAX_NUMBER
