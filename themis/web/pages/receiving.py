"""Files as they come in: announced as a list, then whole ones many at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats import fields, jsonfile
from themis.pipeline import intake
from themis.uploads import queries, services, store
from themis.uploads.models import Upload
from themis.uploads.services import Announced
from themis.web.access import MemberRequest, View, for_right
from themis.web.pages import posted, uploads

P = ParamSpec("P")
MAX_LIST = 32 * 2**20  # bytes of a list of files
MAX_STAMP = 2**53
MAX_DIGITS = 18  # of a number of bytes
REFUSED = 409


def _bounded(view: Callable[Concatenate[MemberRequest, P], HttpResponse]) -> View[P]:
    """The view, for members, with the size looked at before the token.

    Reading the token would read the whole body.
    """

    @csrf_exempt
    @require_POST
    @for_right(Right.BRING)
    def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if _is_too_large(request.META.get("CONTENT_LENGTH") or "0"):
            return _no(request, _too_large(), 413)
        try:
            posted.check(request)
        except posted.Unusable as error:
            return _no(request, str(error), error.status)
        response: HttpResponse = csrf_protect(view)(request, *args, **kwargs)
        return response

    return checked


@_bounded
def announce(request: MemberRequest) -> HttpResponse:
    """Open an upload: of a list of files that will follow, or of a form's files at once."""
    try:
        if request.content_type == "application/json":
            return _listed(request)
        return _posted(request)
    except UnreadableTrajectory as error:
        return _no(request, str(error), REFUSED)


@_bounded
def batch(request: MemberRequest, pk: str) -> HttpResponse:
    """Take whole files, as `files` with the number of each in `numbers`."""
    upload = uploads.find(request, pk)
    files, numbers = request.FILES.getlist("files"), request.POST.getlist("numbers")
    if len(files) != len(numbers) or not all(each.isascii() and each.isdigit() for each in numbers):
        return _no(request, "each file needs its number; choose the files again", 400)
    whole = (
        (int(number[:9]), file.size or 0, file.chunks())
        for number, file in zip(numbers, files, strict=True)
    )
    try:
        services.receive_whole(upload=upload, files=whole, at=timezone.now())
    except (services.TakesNoMore, store.Busy) as error:
        return _no(request, str(error), REFUSED)
    except UnreadableTrajectory as error:
        return _no(request, str(error), 400)
    intake.went_on(upload)
    return JsonResponse({"status": upload.status})


@require_GET
@for_right(Right.BRING)
def missing(request: MemberRequest, pk: str) -> HttpResponse:
    """What is still to come of an upload."""
    return JsonResponse(state_of(uploads.find(request, pk)))


def state_of(upload: Upload) -> dict[str, object]:
    """Where an upload is found, how it stands and which of its files are missing."""
    missing = [
        [part.number, part.name, part.size, part.stamp, part.received]
        for part in queries.missing(upload)
    ]
    return {
        "id": upload.pk,
        "url": reverse("uploads:detail", args=[upload.pk]),
        "name": upload.name,
        "status": upload.status,
        "bytes": upload.n_bytes,
        "missing": missing,
    }


def _listed(request: MemberRequest) -> HttpResponse:
    content = request.read(MAX_LIST + 1)
    if len(content) > MAX_LIST:
        return _no(request, "the list of files is too long; bring it in parts", 413)
    document = fields.record(jsonfile.parse(content, at="the list of files"))
    announced = [_announced(each) for each in fields.items(document.get("files"))]
    upload = services.announce(
        team=request.team, by=request.user, files=announced, at=timezone.now()
    )
    intake.went_on(upload)
    return JsonResponse(state_of(upload), status=201)


def _posted(request: MemberRequest) -> HttpResponse:
    given, paths = request.FILES.getlist("files"), request.POST.getlist("paths")
    names = paths if len(paths) == len(given) else [file.name or "" for file in given]
    announced = [
        Announced(name=name, size=file.size or 0) for name, file in zip(names, given, strict=True)
    ]
    now = timezone.now()
    upload = services.announce(team=request.team, by=request.user, files=announced, at=now)
    waiting = queries.missing(upload)
    at_hand: dict[tuple[str, int], list[UploadedFile[bytes]]] = {}
    for name, file in zip(names, given, strict=True):
        at_hand.setdefault((name, file.size or 0), []).append(file)
    whole = (
        (part.number, part.size, at_hand[part.name, part.size].pop().chunks()) for part in waiting
    )
    if waiting:
        services.receive_whole(upload=upload, files=whole, at=now)
    intake.went_on(upload)
    return redirect("uploads:detail", pk=upload.pk)


def _announced(entry: Json) -> Announced:
    said = fields.record(entry)
    size, stamp = said.get("size"), said.get("stamp", 0)
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise UnreadableTrajectory("files[].size: not a number of bytes; choose the files again")
    if not isinstance(stamp, int) or abs(stamp) > MAX_STAMP:
        stamp = 0
    return Announced(name=fields.text(said.get("name")), size=size, stamp=int(stamp))


def _is_too_large(size: str) -> bool:
    is_number = size.isascii() and size.isdigit() and len(size) <= MAX_DIGITS
    return not is_number or int(size) > settings.UPLOAD_LIMIT


def _too_large() -> str:
    return (
        f"over {settings.UPLOAD_LIMIT // 2**20} MB in one request; bring it in parts, "
        "or with `manage.py ingest` on the server"
    )


def _no(request: MemberRequest, error: str, status: int) -> HttpResponse:
    """A refusal, as JSON for a program and as a page for a plain form."""
    if request.accepts("text/html") and request.content_type != "application/json":
        page = {"error": error, "uploads": [], **uploads.limits()}
        return render(request, "uploads/index.html", page, status=status)
    return JsonResponse({"error": error}, status=status)
