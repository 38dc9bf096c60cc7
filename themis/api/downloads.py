"""What an installation gives to whoever asks, without a key: its own client."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from themis.api import wheel


@require_safe
def client_wheel(_request: HttpRequest) -> HttpResponse:
    """The client of this version, for `pip install http://HOST/client/….whl`."""
    return HttpResponse(wheel.wheel(), content_type="application/zip")


@require_safe
def client_index(_request: HttpRequest) -> HttpResponse:
    """A page for `pip install --find-links http://HOST/client/ themis-client`."""
    link = f'<!doctype html><title>themis-client</title><a href="{wheel.FILE}">{wheel.FILE}</a>'
    return HttpResponse(link)


urlpatterns = [
    path("", client_index, name="client-index"),
    path(wheel.FILE, client_wheel, name="client-wheel"),
]
