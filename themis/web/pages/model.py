"""Settings, Model: which server the team's critics ask."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from themis.domain.errors import Misconfigured
from themis.pipeline import endpoints
from themis.pipeline.endpoints import Endpoint
from themis.web.access import MemberRequest, for_members, for_owners
from themis.web.forms import ModelForm
from themis.web.probe import ask


@require_http_methods(["GET", "POST"])
@for_members
def settings(request: MemberRequest) -> HttpResponse:
    """What is in force; owners may change it or go back to the environment."""
    endpoint, trouble = _in_force(request)
    form = ModelForm.of(endpoint)
    if request.method == "POST":
        if not request.is_owner:
            raise PermissionDenied("Only owners of the team may change its model.")
        if "clear" in request.POST:
            endpoints.clear_endpoint(team=request.team)
            messages.success(request, "The team's own model is forgotten.")
            return redirect("settings:model")
        form = ModelForm(request.POST)
        if form.is_valid():
            typed = form.endpoint(endpoint)
            endpoints.set_endpoint(team=request.team, endpoint=typed, at=timezone.now())
            messages.success(request, f"Critics of this team now ask {typed.model}.")
            return redirect("settings:model")
    page = {"form": form, "endpoint": endpoint, "trouble": trouble}
    return render(request, "settings/model.html", page)


@require_POST
@for_owners
def check(request: MemberRequest) -> HttpResponse:
    """Ask the server that is typed in a tiny question, and tell how it went."""
    endpoint, _ = _in_force(request)
    form = ModelForm(request.POST)
    if not form.is_valid():
        return render(request, "settings/model_check.html", {"form": form})
    answer = async_to_sync(ask)(form.endpoint(endpoint))
    return render(request, "settings/model_check.html", {"answer": answer})


def _in_force(request: MemberRequest) -> tuple[Endpoint | None, str]:
    try:
        return endpoints.endpoint_of(request.team), ""
    except Misconfigured as error:
        return None, str(error)
