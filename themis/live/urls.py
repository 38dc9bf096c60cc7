"""Addresses of the WebSockets."""

from __future__ import annotations

from channels.routing import URLRouter
from django.urls import path

from themis.live.consumers import Watch
from themis.live.deliveries import WatchDeliveries
from themis.live.me import Me
from themis.live.presence import Presence
from themis.live.queues import WatchQueue

# The stubs of `path` know only views; Channels routes applications by the same patterns.
routes = URLRouter(
    [
        path("live/", Watch.as_asgi()),  # type: ignore[arg-type, list-item]
        path("live/webhooks/", WatchDeliveries.as_asgi()),  # type: ignore[arg-type, list-item]
        path("live/me/", Me.as_asgi()),  # type: ignore[arg-type, list-item]
        path(
            "live/presence/trajectories/<slug:pk>/",
            Presence.as_asgi(),  # type: ignore[arg-type]
        ),  # type: ignore[list-item]
        path("live/trajectories/<slug:pk>/", Watch.as_asgi()),  # type: ignore[arg-type, list-item]
        path("live/queues/<int:queue>/", WatchQueue.as_asgi()),  # type: ignore[arg-type, list-item]
    ]
)
