"""The tus 1.0.0 protocol: one large file in pieces, gone on with after any break.

The core with creation, creation-with-upload, termination and checksum. A file that was announced
with others has an address already; a file created here is an upload of its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from themis.accounts.models import Right
from themis.domain.errors import UnreadableTrajectory
from themis.pipeline import intake
from themis.uploads import queries, services, store
from themis.uploads.models import Part
from themis.uploads.services import Announced, OffsetMoved
from themis.web.access import MemberRequest, View, for_right

P = ParamSpec("P")
VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum"
ALGORITHMS = ("sha1", "sha256")
BYTES = "application/offset+octet-stream"
PIECE = 2**18
MISMATCH = 460  # a checksum is not that of the bytes


class _No(Exception):
    """An answer that is not what was hoped for."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.response = HttpResponse(f"{why}\n", status=status, content_type="text/plain")
        for name, value in headers.items():
            self.response.headers[name.replace("_", "-")] = value


def _spoken(view: Callable[Concatenate[MemberRequest, P], HttpResponse]) -> View[P]:
    """The view, for members who speak this version; refusals become answers."""

    @wraps(view)
    @for_right(Right.BRING)
    def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            _check_version(request)
            response = view(request, *args, **kwargs)
        except _No as no:
            response = no.response
        except OffsetMoved as moved:
            response = _No(409, str(moved), Upload_Offset=str(moved.received)).response
        except (services.TakesNoMore, store.Busy) as error:
            response = _No(409, str(error)).response
        except UnreadableTrajectory as error:
            response = _No(413, str(error)).response
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return checked


def _check_version(request: HttpRequest) -> None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        raise _No(412, f"this server speaks tus {VERSION}", Tus_Version=VERSION)


@_spoken
def collection(request: MemberRequest) -> HttpResponse:
    """OPTIONS: what this server can. POST: a file that is an upload of its own."""
    method = _method(request)
    if method == "OPTIONS":
        return _able()
    if method == "POST":
        return _create(request)
    return HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"})


@_spoken
def part(request: MemberRequest, pk: str, number: int) -> HttpResponse:
    """One file: HEAD where it ends, PATCH more of it, DELETE it."""
    method = _method(request)
    if method == "OPTIONS":
        return _able()
    if method not in {"HEAD", "PATCH", "DELETE"}:
        return HttpResponse(status=405, headers={"Allow": "OPTIONS, HEAD, PATCH, DELETE"})
    found = queries.part(request.team, pk, number)
    if found is None:
        raise Http404("no such file")
    if method == "HEAD":
        return _answer(200, found.received, **{"Upload-Length": str(found.size)})
    if method == "DELETE":
        services.withdraw(part=found, at=timezone.now())
        intake.went_on(found.upload)
        return HttpResponse(status=204)
    return _answer(204, _append(request, found))


def _able() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.UPLOAD_TOTAL),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


def _create(request: MemberRequest) -> HttpResponse:
    length = request.headers.get("Upload-Length", "")
    if not length.isascii() or not length.isdigit() or len(length) > 15:
        raise _No(400, "Upload-Length: say how many bytes the file has")
    name = _metadata(request.headers.get("Upload-Metadata", "")).get("filename", "file")
    upload = services.announce(
        team=request.team,
        by=request.user,
        files=[Announced(name=name, size=int(length))],
        at=timezone.now(),
    )
    found = upload.parts.select_related("upload").first()
    if found is None:
        raise _No(400, "filename: not a name that can be stored; rename the file")
    end = 0
    if request.content_type == BYTES:
        end = _append(request, found, offset=0)
    elif found.is_whole:
        intake.went_on(upload)
    address = reverse("uploads:part", args=[upload.pk, found.number])
    return _answer(201, end, Location=request.build_absolute_uri(address))


def _append(request: MemberRequest, found: Part, offset: int | None = None) -> int:
    if request.content_type != BYTES:
        raise _No(415, f"Content-Type: send {BYTES}")
    if offset is None:
        said = request.headers.get("Upload-Offset", "")
        if not said.isascii() or not said.isdigit() or len(said) > 15:
            raise _No(400, "Upload-Offset: say where the bytes belong")
        offset = int(said)
    end = services.append(part=found, offset=offset, pieces=_body(request), at=timezone.now())
    intake.went_on(found.upload)
    return end


def _body(request: HttpRequest) -> Iterator[bytes]:
    """The bytes of a request; void at their end if they are not those of the checksum."""
    algorithm, _, encoded = request.headers.get("Upload-Checksum", "").partition(" ")
    if algorithm and algorithm not in ALGORITHMS:
        raise _No(400, f"Upload-Checksum: use {' or '.join(ALGORITHMS)}")
    digest = hashlib.new(algorithm or ALGORITHMS[0], usedforsecurity=False)
    while piece := request.read(PIECE):
        digest.update(piece)
        yield piece
    if algorithm and base64.b64encode(digest.digest()).decode() != encoded:
        raise _No(MISMATCH, "Checksum Mismatch")


def _metadata(header: str) -> dict[str, str]:
    """Keys with values in base64, as the protocol has them; what cannot be read is left out."""
    found = {}
    for pair in header[:8000].split(","):
        key, _, encoded = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def _answer(status: int, offset: int, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers={"Upload-Offset": str(offset), **headers})


def _method(request: HttpRequest) -> str:
    """The method meant: some networks let only GET and POST through."""
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method) if method == "POST" else method
