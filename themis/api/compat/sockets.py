"""Addresses of WebSockets for programs. Keys open them, not cookies, so any origin may come."""

from __future__ import annotations

from django.urls import path

from themis.api.compat.openenv_socket import Session

# The stubs of `path` know only views; Channels routes applications by the same patterns.
addresses = [
    path("compat/openenv/ws", Session.as_asgi()),  # type: ignore[arg-type]
]
