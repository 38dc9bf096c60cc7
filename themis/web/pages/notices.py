"""What somebody should know: the list, and the bell in the top bar."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from themis.notices import queries, services
from themis.pipeline import telling
from themis.web.access import MemberRequest, for_members

PER_PAGE = 50


@require_GET
@for_members
def index(request: MemberRequest) -> HttpResponse:
    """Somebody's notices, the newest first; the list alone for an open page."""
    part = "#list" if request.htmx else ""
    return render(request, f"notices/index.html{part}", _page(request))


@require_GET
@for_members
def bell(request: MemberRequest) -> HttpResponse:
    """The bell with how many are unread."""
    return render(request, "notices/bell.html")


@require_GET
@for_members
def opened(request: MemberRequest, pk: int) -> HttpResponse:
    """Go where a notice leads; it has been read by that."""
    notice = queries.newest(request.user, request.team).filter(pk=pk).first()
    if notice is None:
        raise Http404("no such notice")
    _read(request, pk)
    return redirect(notice.href)


@require_POST
@for_members
def read(request: MemberRequest, pk: int) -> HttpResponse:
    """One notice has been read, without going there."""
    _read(request, pk)
    return _list(request)


@require_POST
@for_members
def read_all(request: MemberRequest) -> HttpResponse:
    """Everything has been read that the page showed; what came since stays unread."""
    up_to = _moment(request.POST.get("up_to", "")) or timezone.now()
    services.read_all(user=request.user, team=request.team, up_to=up_to, at=timezone.now())
    telling.read(request.user)
    return _list(request)


def _read(request: MemberRequest, pk: int) -> None:
    if services.read(user=request.user, team=request.team, notice_id=pk, at=timezone.now()):
        telling.read(request.user)


def _list(request: MemberRequest) -> HttpResponse:
    if request.htmx:
        return render(request, "notices/index.html#list", _page(request))
    return redirect("notices:index")


def _page(request: MemberRequest) -> dict[str, object]:
    found = queries.newest(request.user, request.team)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "up_to": timezone.now().isoformat()}


def _moment(given: str) -> datetime | None:
    try:
        moment = parse_datetime(given)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
