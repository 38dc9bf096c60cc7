"""Addresses of an installation in which somebody has forgotten to ask who may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from themis.reviews.models import Decision
from themis.verdicts.models import Verdict


def page(_request: HttpRequest, pk: int) -> HttpResponse:
    """A verdict in a title."""
    found = Verdict.objects.filter(pk=pk).first()
    return HttpResponse(f'<a title="{found.reason if found else ""}">run</a>')


def data(_request: HttpRequest, pk: int) -> JsonResponse:
    """What another decided, as JSON."""
    found = Decision.objects.filter(pk=pk).first()
    return JsonResponse({"payload": found.payload if found else None})


def header(_request: HttpRequest, pk: str) -> HttpResponse:
    """A verdict in a header."""
    found = Verdict.objects.filter(trajectory=pk).first()
    return HttpResponse(headers={"X-Sure": f"{found.confidence}" if found else ""})


urlpatterns = [
    path("", include("themis.web.urls")),
    path("leak/page/<int:pk>/", page),
    path("leak/data/<int:pk>/", data),
    path("leak/header/<slug:pk>/", header),
]
