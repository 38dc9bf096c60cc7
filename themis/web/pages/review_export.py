"""All decisions of a queue, streamed as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.reviews import writing
from themis.web.access import MemberRequest, for_right, require
from themis.web.pages.review_queue import find


@require_GET
@for_right(Right.MANAGE)
def decisions(request: MemberRequest, pk: int, kind: str) -> HttpResponseBase:
    """The file; Http404 for another team's queue and for a kind there is not."""
    require(request, Right.SEE)
    queue = find(request, pk)
    if kind not in writing.KINDS:
        raise Http404("no such kind of file")
    write, media_type = writing.KINDS[kind]
    pieces = write(writing.batches(queue))
    # The server is asynchronous: it would read a plain iterator whole before the first byte.
    body = _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(body, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="decisions-{queue.pk}.{kind}"'
    return response


async def _in_turn(pieces: Iterator[str]) -> AsyncIterator[str]:
    while (piece := await sync_to_async(_next)(pieces)) is not None:
        yield piece


def _next(pieces: Iterator[str]) -> str | None:
    return next(pieces, None)
