"""A parcel goes out in pieces, whichever kind of server sends it."""

from __future__ import annotations

import io
import zipfile

import pytest
from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.test import RequestFactory
from django.test.client import AsyncRequestFactory

from themis.pipeline.parcels import parcel
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


async def gathered(response: StreamingHttpResponse) -> bytes:
    return b"".join([piece async for piece in response])


def test_both_kinds_of_server_send_the_same(trajectory: Trajectory) -> None:
    plain = parcel(RequestFactory().get("/"), trajectory, "themis")
    request = AsyncRequestFactory().get("/")
    assert isinstance(request, ASGIRequest)
    pieces = parcel(request, trajectory, "themis")
    assert pieces.is_async
    content = async_to_sync(gathered)(pieces)
    assert content == plain.getvalue()
    plain.close()
    assert pieces["Content-Length"] == str(len(content))
    assert pieces["Content-Disposition"] == plain["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
