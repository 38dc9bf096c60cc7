"""Settings, Keys: what programs of the team sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts import queries, services
from themis.accounts.models import ApiKey, Right, Team
from themis.rewards import jobs
from themis.trajectories import queries as trajectories
from themis.web.access import MemberRequest, for_right
from themis.web.keyform import KeyForm

SOON = timedelta(days=14)  # before a key expires, it is said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A key as the page shows it."""

    key: ApiKey
    job: str  # its name; empty for a key of the whole team
    rate: int
    state: str  # working, soon, expired, revoked
    days: int  # until it expires, where that is soon

    @property
    def is_over(self) -> bool:
        """Whether it opens nothing any more."""
        return self.state in {"expired", "revoked"}


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.KEYS)
def index(request: MemberRequest) -> HttpResponse:
    """The team's keys. A new one is shown in the answer to the POST and never again."""
    form = KeyForm(request.POST or None, team=request.team, like=_like(request))
    fresh, plain = None, ""
    now = timezone.now()
    if form.is_valid():
        fresh, plain = _made(request, form, now)
        form = KeyForm(None, team=request.team)
    rows = [_row(key, now) for key in _keys(request.team)]
    page = {
        "form": form,
        "fresh": _row(fresh, now) if fresh else None,
        "plain": plain,
        "working": [row for row in rows if not row.is_over],
        "over": [row for row in rows if row.is_over],
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


def _keys(team: Team) -> QuerySet[ApiKey]:
    return queries.keys_of(team).select_related("of_job__job")


def _like(request: MemberRequest) -> ApiKey | None:
    """The key that another is to be like; an address without one begins anew."""
    asked = request.GET.get("like", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    return _keys(request.team).filter(pk=int(asked)).first()


def _made(request: MemberRequest, form: KeyForm, now: datetime) -> tuple[ApiKey, str]:
    name, job, terms = form.cleaned_data["name"], form.cleaned_data["job"], form.terms(now)
    if job is not None:
        return jobs.issue_key(job=job, name=name, terms=terms, by=request.user, at=now)
    return services.issue_key(team=request.team, name=name, terms=terms, by=request.user, at=now)


def _row(key: ApiKey, now: datetime) -> Row:
    bound = getattr(key, "of_job", None)
    left = None if key.expires_at is None else key.expires_at - now
    state = "working"
    if key.revoked_at is not None:
        state = "revoked"
    elif key.has_expired(now):
        state = "expired"
    elif left is not None and left <= SOON:
        state = "soon"
    return Row(
        key=key,
        job=bound.job.name if bound else "",
        rate=key.rate or settings.KEY_RATE,
        state=state,
        days=left.days if left else 0,
    )
