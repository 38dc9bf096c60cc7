"""One trajectory to take along: a zip in a format of choice."""

from __future__ import annotations

from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.domain.errors import UnreadableTrajectory
from themis.pipeline.parcels import parcel
from themis.trajectories.export import FORMATS
from themis.web.access import MemberRequest, for_right
from themis.web.pages.trajectory import find


@require_GET
@for_right(Right.SEE)
def export(request: MemberRequest, pk: str) -> StreamingHttpResponse:
    """The zip; Http404 for another team's, for a format there is not, or for what is incomplete."""
    row = find(request, pk)
    kind = request.GET.get("format", FORMATS[0])
    if kind not in FORMATS:
        raise Http404("no such format")
    try:
        return parcel(request, row, kind)
    except UnreadableTrajectory as error:
        raise Http404(str(error)) from error
