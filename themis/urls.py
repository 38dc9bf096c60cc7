"""Every address: pages for people, JSON under /api/."""

from __future__ import annotations

from django.urls import include, path

from themis.api.health import healthz

handler404 = "themis.api.missing.not_found"

urlpatterns = [
    path("", include("themis.web.urls")),
    path("api/v1/", include("themis.api.urls")),
    path("client/", include("themis.api.downloads")),
    path("", include("themis.api.compat.urls")),
    path("healthz", healthz),
]
