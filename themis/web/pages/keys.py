"""Settings, Keys: what programs of the team sign in with."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts import queries, services
from themis.accounts.models import Right
from themis.trajectories import queries as trajectories
from themis.web.access import MemberRequest, for_right
from themis.web.forms import KeyForm


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.KEYS)
def index(request: MemberRequest) -> HttpResponse:
    """The team's keys. A new one is shown in the answer to the POST and never again."""
    form, plain = KeyForm(request.POST or None), ""
    if form.is_valid():
        _, plain = services.issue_key(
            team=request.team,
            name=form.cleaned_data["name"],
            by=request.user,
            at=timezone.now(),
        )
        form = KeyForm()
    page = {
        "form": form,
        "plain": plain,
        "keys": queries.keys_of(request.team),
        "example": trajectories.of_team(request.team).values_list("pk", flat=True).first(),
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "settings/keys.html", page)


@require_POST
@for_right(Right.KEYS)
def revoke(request: MemberRequest, key_id: int) -> HttpResponse:
    """End one of the team's keys; the form says which by name, so that none ends by mistake."""
    key = queries.keys_of(request.team).filter(pk=key_id).first()
    if key is None:
        raise Http404("no such key")
    if request.POST.get("prefix") != key.prefix:
        messages.error(request, "That was another key; nothing was revoked.")
    elif services.revoke_key(key=key, at=timezone.now()):
        messages.success(request, f"{key.name} is revoked: it opens nothing from now on.")
    return redirect("settings:keys")
