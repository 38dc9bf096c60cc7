"""Addresses of the WebSockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http.response import HttpResponseBase
from django.urls import path

from themis.live.consumers import Watch

# The stubs know only views; Channels routes applications by the same patterns.
watch = cast("Callable[..., HttpResponseBase]", Watch.as_asgi())

urlpatterns = [
    path("live/", watch, name="team"),
    path("live/trajectories/<slug:pk>/", watch, name="trajectory"),
]
