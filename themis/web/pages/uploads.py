"""Uploads: the newest ones, one with its progress and results, and ending one."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right
from themis.pipeline import intake
from themis.uploads import queries, services
from themis.uploads.models import Kind, Status, Upload
from themis.web.access import MemberRequest, for_right

LISTED = 50  # uploads
SHOWN = 200  # results of one kind
HOURS = 3600  # seconds


@require_GET
@for_right(Right.BRING)
def index(request: MemberRequest) -> HttpResponse:
    """The newest uploads of the team; on an htmx request only their rows."""
    page = {"uploads": queries.listed(request.team, LISTED), **limits()}
    template = "uploads/index.html#rows" if request.htmx else "uploads/index.html"
    return render(request, template, page)


@require_GET
@for_right(Right.BRING)
def unfinished(request: MemberRequest) -> HttpResponse:
    """One's own uploads that wait for more files, for pages where files are brought in."""
    found = queries.of_team(request.team).filter(status=Status.RECEIVING, created_by=request.user)
    rows = [(upload, queries.progress_of(upload)) for upload in found[:5]]
    return render(request, "uploads/unfinished.html", {"rows": rows})


@require_GET
@for_right(Right.BRING)
def detail(request: MemberRequest, pk: str) -> HttpResponse:
    """How far one upload is and what became of its items; on an htmx request only that."""
    upload = find(request, pk)
    progress = queries.progress_of(upload)
    page = {
        "upload": upload,
        "progress": progress,
        "results": [
            (kind, count, queries.items_of(upload, kind, SHOWN))
            for kind, count in (
                (Kind.REFUSED, progress.refused),
                (Kind.STORED, progress.stored),
                (Kind.KNOWN, progress.known),
                (Kind.PASSED_OVER, progress.passed_over),
            )
            if count
        ],
        **limits(),
    }
    whole = "uploads/detail.html#state" if request.htmx else "uploads/detail.html"
    return render(request, "uploads/part.html" if "brief" in request.GET else whole, page)


@require_POST
@for_right(Right.BRING)
def cancel(request: MemberRequest, pk: str) -> HttpResponse:
    """End an upload; what was stored of it stays."""
    upload = find(request, pk)
    services.cancel(upload=upload, at=timezone.now())
    intake.went_on(upload)
    return redirect("uploads:detail", pk=pk)


def find(request: MemberRequest, pk: str) -> Upload:
    """One of the team's uploads; Http404 for anybody else's."""
    upload = queries.of_team(request.team).filter(pk=pk).first()
    if upload is None:
        raise Http404("no such upload")
    return upload


def limits() -> dict[str, object]:
    """What an upload may be, for people to read."""
    return {
        "most_bytes": settings.UPLOAD_TOTAL,
        "most_files": settings.UPLOAD_FILES,
        "keep_hours": settings.UPLOAD_KEEP // HOURS,
    }
