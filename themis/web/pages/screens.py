"""Recorded pictures, for the team they belong to: who may see runs, or has this one to decide."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_GET

from themis.accounts.models import Right
from themis.reviews import blindness
from themis.trajectories import blobs, queries, thumbnails
from themis.trajectories.models import Screen
from themis.web import pictures
from themis.web.access import MemberRequest, for_onlookers

# A picture that the browser takes for a page must not do anything.
SEALED = "default-src 'none'; sandbox"
READ = {"screens": blobs.read, "thumbnails": thumbnails.read}


@require_GET
@for_onlookers
def screen(request: MemberRequest, pk: str, position: int, signature: str) -> HttpResponse:
    """The picture as it was recorded."""
    _check(request, pk, position, pictures.SCREEN, signature)
    found = _find(request, pk, position)
    return _served(request, found, kind="screens", media_type=found.media_type)


@require_GET
@for_onlookers
def thumbnail(request: MemberRequest, pk: str, position: int, signature: str) -> HttpResponse:
    """The picture, small, for filmstrips and lists."""
    _check(request, pk, position, pictures.THUMBNAIL, signature)
    return _served(
        request, _find(request, pk, position), kind="thumbnails", media_type="image/webp"
    )


def _check(request: MemberRequest, pk: str, position: int, kind: str, signature: str) -> None:
    """A forged address, or one made for another team, is no address; no table is asked for it.

    A picture says nothing of verdicts: who is blind for a while may look as before.
    """
    if not pictures.is_signed(
        team_id=request.team.pk, pk=pk, position=position, kind=kind, signature=signature
    ):
        raise Http404("no such picture")
    if Right.SEE not in request.rights and not blindness.may_look_at(request.user, pk):
        raise Http404("not a picture of a run that is yours to decide")


def _find(request: MemberRequest, pk: str, position: int) -> Screen:
    found = queries.screen(pk, position, team=request.team)
    if found is None:
        raise Http404("no such screen")
    return found


def _served(request: MemberRequest, found: Screen, *, kind: str, media_type: str) -> HttpResponse:
    @condition(etag_func=lambda _request: quote_etag(f"{kind}-{found.digest}"))
    def read(_request: MemberRequest) -> HttpResponse:
        try:
            content = READ[kind](found.digest)
        except FileNotFoundError:
            raise Http404("the picture's file is gone") from None
        return HttpResponse(content, content_type=media_type)

    response: HttpResponse = read(request)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
