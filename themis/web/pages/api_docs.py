"""The API for people, read off the same document that programs get."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.api.urls import api
from themis.web.access import MemberRequest, for_members
from themis.web.openapi import read


@require_GET
@for_members
def index(request: MemberRequest) -> HttpResponse:
    """Every operation with its parameters, answers and an example."""
    origin = request.build_absolute_uri("/").rstrip("/")
    return render(
        request, "api/index.html", {"api": read(api.get_openapi_schema()), "origin": origin}
    )
