"""What an installation gives to whoever asks, without a key: its own client."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from themis.api import wheel


@require_safe
def client_wheel(_request: HttpRequest) -> HttpResponse:
    """The client of this version, for `pip install http://HOST/client/….whl`."""
    return HttpResponse(wheel.wheel(), content_type="application/zip")


@require_safe
def client_address(request: HttpRequest) -> HttpResponse:
    """Where the client is, for `pip install "$(curl -sS http://HOST/client/)"`.

    The full address, never a name: an index could hold somebody else's package of that name.
    """
    where = request.build_absolute_uri(reverse("client-wheel"))
    return HttpResponse(f"{where}\n", content_type="text/plain")


urlpatterns = [
    path("", client_address, name="client-address"),
    path(wheel.FILE, client_wheel, name="client-wheel"),
]
