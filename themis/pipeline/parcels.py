"""A stored trajectory as a download: a zip, sent piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, StreamingHttpResponse

from themis.trajectories.export import packed
from themis.trajectories.models import Trajectory

_PIECE = 2**18  # bytes


def parcel(request: HttpRequest, row: Trajectory, kind: str) -> StreamingHttpResponse:
    """The zip of one trajectory in one format; UnreadableTrajectory where it cannot be packed."""
    file = packed(row, kind)
    size = file.seek(0, 2)
    file.seek(0)
    name = f"{row.pk}-{kind}.zip"
    if not isinstance(request, ASGIRequest):
        return FileResponse(file, as_attachment=True, filename=name, content_type=_ZIP)
    # A plain iterator would be read whole before the first byte goes out.
    response = StreamingHttpResponse(_pieces(file), content_type=_ZIP)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Length"] = str(size)
    return response


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await sync_to_async(file.read)(_PIECE):
            yield piece
    finally:
        file.close()


_ZIP = "application/zip"
