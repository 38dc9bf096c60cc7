"""Addresses of the WebSockets."""

from __future__ import annotations

from django.urls import path

from themis.live.consumers import Watch

urlpatterns = [
    path("live/", Watch.as_asgi(), name="team"),
    path("live/trajectories/<slug:pk>/", Watch.as_asgi(), name="trajectory"),
]
