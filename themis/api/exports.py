"""A stored trajectory as a zip, in Themis' own format or as ATIF."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Status
from ninja.params.functions import Query

from themis.accounts.models import KeyScope
from themis.api import cases
from themis.api.keys import needs
from themis.api.schemas import Problem
from themis.domain.errors import UnreadableTrajectory
from themis.pipeline.parcels import parcel

router = Router(tags=["trajectories"])
_BINARY = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@router.get(
    "/trajectories/{trajectory_id}/export",
    response={401: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Download a trajectory",
    operation_id="export_trajectory",
    auth=needs(KeyScope.READ),
    openapi_extra={"responses": {200: {"description": "A zip", "content": _BINARY}}},
)
def export_trajectory(
    request: HttpRequest,
    trajectory_id: str,
    format: Literal["themis", "atif"] = Query(  # noqa: A002
        "themis", description="Themis' own format, or ATIF v1.7"
    ),
) -> StreamingHttpResponse | Status[Problem]:
    """A zip of one folder: trajectory.json and its screens. Ingested again it is the same.

    409 where a picture's file is gone, and for a run without a step yet.
    """
    row = cases.find(request, trajectory_id)
    if row is None:
        return Status(404, Problem(code="not_found", error=cases.unknown(trajectory_id)))
    try:
        return parcel(request, row, format)
    except UnreadableTrajectory as error:
        return Status(409, Problem(code="incomplete", error=str(error)))
