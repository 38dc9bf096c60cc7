"""Headers on every response."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Compression(GZipMiddleware):
    """Pages, their parts and JSON are sent compressed, at varying lengths; pictures are already."""

    KINDS = ("text/html", "application/json")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The response, compressed where that pays."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in self.KINDS:
            return response
        return super().process_response(request, response)


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """No inline script or style anywhere: agent text can never run."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


# Embeddings, overrides and isolates, as UTF-8. With them, text that an agent or a file name
# brings could turn round what is said beside it: "gnp.exe" reads "exe.png".
_TURNING = re.compile(rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_VISIBLE = "\N{REPLACEMENT CHARACTER}".encode()


def no_turned_text(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Characters that turn the direction of text are shown as a mark on every page.

    Right-to-left languages need none of them; what is stored keeps them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            response.content = _TURNING.sub(_VISIBLE, response.content)
        return response

    return middleware


def whole_or_part(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A page and the part that htmx asks for have one address: going back must not mix them up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware
