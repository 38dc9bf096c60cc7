"""What an address that does not exist answers: JSON to programs, a page to people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the form that the asker reads."""
    if request.path_info.startswith(("/compat/", "/v1/")):
        said = "no such address; docs/compat.md lists those of each framework"
        return JsonResponse({"code": "not_found", "error": said}, status=404)
    if request.path_info.startswith("/api/v1/"):
        problem = {"code": "not_found", "error": "no such address; /api/v1/openapi.json lists them"}
        return JsonResponse(problem, status=404)
    return page_not_found(request, exception)
