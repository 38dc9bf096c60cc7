"""The verdict as it grows, and asking for another one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right
from themis.critic import loader
from themis.pipeline import critics, flow, intake
from themis.trajectories.models import Trajectory
from themis.web.access import MemberRequest, for_right
from themis.web.courtroom import courtroom
from themis.web.pages.trajectory import find


@require_GET
@for_right(Right.SEE)
def court(request: MemberRequest, pk: str) -> HttpResponse:
    """The part of a trajectory's page that changes while it is judged."""
    page = {
        "court": courtroom(find(request, pk), request.GET.get("verdict")),
        "critics": loader.CRITICS,
        "is_part": True,
    }
    return render(request, "trajectory/court.html", page)


@require_POST
@for_right(Right.BRING)
def judge(request: MemberRequest, pk: str) -> HttpResponse:
    """Put a trajectory in the queue, for one critic or the default one."""
    trajectory = find(request, pk)
    if not trajectory.n_steps:
        messages.error(request, "There are no steps to judge.")
        return redirect("trajectories:detail", pk=pk)
    name = request.POST.get("critic", "")
    if name and name not in loader.CRITICS:
        messages.error(request, f"There is no critic called {name[:40]}.")
    elif name and (missing := critics.missing_models(request.team, name)):
        messages.error(request, _absent(name, missing[0]))
    else:
        _submit(trajectory, name)
    return redirect("trajectories:detail", pk=pk)


def _absent(critic: str, model: str) -> str:
    if not model:
        return f"{critic} asks a model, and none is set: see Settings, Model."
    return f"{critic} asks the model {model}, and there is none of that name: see Settings, Model."


def _submit(trajectory: Trajectory, critic: str) -> None:
    run = flow.submit(trajectory=trajectory, critic=critic, at=timezone.now())
    intake.queue(run)
