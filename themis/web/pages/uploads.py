"""Bringing trajectories in by hand: one request a dropped file, folder or archive."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from themis.pipeline import intake
from themis.web.access import MemberRequest, for_members


# The size is looked at before the token: reading the token would read the whole body.
@csrf_exempt
@require_POST
@for_members
def upload(request: MemberRequest) -> HttpResponse:
    """Take files in, as `files` with a relative path each in `paths`; a result an item."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) > settings.UPLOAD_LIMIT:
        return _refused(
            request,
            f"over {settings.UPLOAD_LIMIT // 2**20} MB in one go; bring it in parts, "
            "or with `manage.py ingest` on the server",
            status=413,
        )
    response: HttpResponse = _take(request)
    return response


@csrf_protect
def _take(request: MemberRequest) -> HttpResponse:
    files, paths = request.FILES.getlist("files"), request.POST.getlist("paths")
    if not files or len(files) != len(paths):
        return _refused(request, "nothing arrived; choose files or a folder again", status=400)
    results = intake.receive(
        list(zip(paths, files, strict=True)), team=request.team, by=request.user, at=timezone.now()
    )
    return render(request, "trajectories/upload_results.html", {"results": results})


def _refused(request: MemberRequest, error: str, *, status: int) -> HttpResponse:
    page = {"results": [{"source": "upload", "error": error}]}
    return render(request, "trajectories/upload_results.html", page, status=status)
