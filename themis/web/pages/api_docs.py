"""The API for people, read off the same document that programs get."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.web.access import MemberRequest, for_right
from themis.web.openapi import read

DOCUMENT = "/api/v1/openapi.json"


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """Every operation with its parameters, answers and an example."""
    view = resolve(DOCUMENT)
    document = json.loads(view.func(request, *view.args, **view.kwargs).content)
    origin = request.build_absolute_uri("/").rstrip("/")
    page = {"api": read(document), "origin": origin, "document": DOCUMENT}
    return render(request, "api/index.html", page)
