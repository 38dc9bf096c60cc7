"""Settings, Model: which servers the team's critics ask, by name and in order of failover."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts.models import Right
from themis.domain.errors import Misconfigured
from themis.pipeline import own_models
from themis.pipeline.models import ModelEndpoint
from themis.web.access import MemberRequest, for_right, require
from themis.web.benches import benches_of
from themis.web.forms import EndpointForm
from themis.web.probe import ask


@require_http_methods(["GET", "POST"])
@for_right(Right.SEE)
def settings(request: MemberRequest) -> HttpResponse:
    """All models of the team; engineers and admins may add an endpoint."""
    form = EndpointForm.of(None, name=request.GET.get("name", ""))
    if request.method == "POST":
        require(request, Right.CONFIGURE)
        form = EndpointForm(request.POST)
        if form.is_valid():
            row = own_models.add(
                team=request.team,
                name=form.cleaned_data["name"],
                endpoint=form.endpoint(None),
                at=timezone.now(),
            )
            messages.success(request, f"Added: {_told(row)}.")
            return redirect("settings:model")
    benches = benches_of(request.team)
    page = {
        "form": form,
        "benches": benches,
        "has_default": any(bench.is_default for bench in benches),
        "is_adding": request.method == "POST" or "name" in request.GET,
    }
    return render(request, "settings/model.html", page)


@require_http_methods(["GET", "POST"])
@for_right(Right.CONFIGURE)
def endpoint(request: MemberRequest, row_id: int) -> HttpResponse:
    """One endpoint of the team's own, to be changed."""
    row = _find(request, row_id)
    form = EndpointForm.of(row)
    trouble = ""
    if request.method == "POST":
        form = EndpointForm(request.POST)
        if form.is_valid():
            try:
                typed = form.endpoint(row)
            except Misconfigured as error:
                trouble = str(error)
            else:
                name = form.cleaned_data["name"]
                own_models.change(row=row, name=name, endpoint=typed, at=timezone.now())
                messages.success(request, f"Changed: {_told(row)}.")
                return redirect("settings:model")
    page = {"form": form, "row": row, "trouble": trouble}
    return render(request, "settings/endpoint.html", page)


@require_POST
@for_right(Right.CONFIGURE)
def rise(request: MemberRequest, row_id: int) -> HttpResponse:
    """Let an endpoint be turned to one place earlier."""
    own_models.move_up(row=_find(request, row_id))
    return redirect("settings:model")


@require_POST
@for_right(Right.CONFIGURE)
def remove(request: MemberRequest, row_id: int) -> HttpResponse:
    """Forget an endpoint; the form says which by its model, so that none goes by mistake."""
    row = _find(request, row_id)
    if request.POST.get("model") != row.model:
        messages.error(request, "That endpoint has changed meanwhile; nothing was removed.")
    else:
        own_models.remove(row=row)
        messages.success(request, f"Removed: {_told(row)}.")
    return redirect("settings:model")


@require_POST
@for_right(Right.CONFIGURE)
def check(request: MemberRequest) -> HttpResponse:
    """Ask the server that is typed in a tiny question, and tell how it went."""
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return render(request, "settings/model_check.html", {"form": form})
    number = request.POST.get("row", "")
    row = _find(request, int(number)) if number.isascii() and number.isdigit() else None
    try:
        typed = form.endpoint(row)
    except Misconfigured as error:
        return render(request, "settings/model_check.html", {"trouble": str(error)})
    answer = async_to_sync(ask)(typed)
    return render(request, "settings/model_check.html", {"answer": answer})


def _find(request: MemberRequest, row_id: int) -> ModelEndpoint:
    row = own_models.rows_of(request.team).filter(pk=row_id).first()
    if row is None:
        raise Http404("no such endpoint")
    return row


def _told(row: ModelEndpoint) -> str:
    return f"{row.model}, asked as {row.name}" if row.name else f"{row.model}, asked by default"
