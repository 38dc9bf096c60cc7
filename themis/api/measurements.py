"""Measurements of judges: having them made, and reading them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status
from ninja.params.functions import Query

from themis.api import bodies, cases, once, telling
from themis.api.replies import Refused, Reply
from themis.api.schemas import AskedToMeasure, Measured, MeasuredList, MeasuredWhole, Problem
from themis.pipeline import hints
from themis.rewards import labelled, queries, services
from themis.rewards.models import Measurement, Measuring
from themis.rewards.models import Status as MeasuringStatus

LISTED = 200
MOST = 2**63

router = Router(tags=["trust"])


@router.post(
    "/measurements",
    response={202: AskedToMeasure, **dict.fromkeys((400, 401, 409, 422), Problem)},
    summary="Measure judges",
    operation_id="start_measuring",
    openapi_extra=telling.RUNS,
)
def start_measuring(
    request: HttpRequest,
    critic: str = Query("", description="only judges of this critic; empty: of every critic"),
) -> HttpResponse:
    """Have judges measured on the team's labelled runs; `url` tells how far it is.

    A judge is a critic at one version, with one set of settings and one model.
    """

    def prepare(asked: once.Asked) -> once.Write:
        which = cases.critic_of(critic)
        team = cases.team_of(request)
        if not labelled.heard(team, which):
            raise Refused(409, "no_labels", f"no verdict{_by(which)} on a labelled run yet")

        def write() -> Reply:
            row = services.ask(team=team, by=None, critic=which, at=asked.at)
            hints.queue_measuring(row)
            return Reply(status=202, body=_work(request, row).model_dump())

        return write

    return once.answer(request, lambda: bodies.print_of_json(request, b""), prepare)


@router.get(
    "/measurings/{int:measuring}",
    response={200: AskedToMeasure, 401: Problem, 404: Problem},
    summary="How far measuring is",
    operation_id="get_measuring",
)
def get_measuring(request: HttpRequest, measuring: int) -> Status[AskedToMeasure | Problem]:
    """Its stages as they are done, and the measurements once it has ended."""
    rows = queries.measurings(cases.team_of(request))
    row = rows.filter(pk=measuring).first() if measuring < MOST else None
    if row is None:
        return Status(404, Problem(code="not_found", error=f"no measuring {measuring}"))
    return Status(200, _work(request, row))


@router.get(
    "/measurements",
    response={200: MeasuredList, 401: Problem},
    summary="Measurements",
    operation_id="list_measurements",
)
def list_measurements(
    request: HttpRequest,
    critic: str = Query("", description="only of this critic"),
) -> MeasuredList:
    """The newest, without their reports."""
    found = queries.measurements(cases.team_of(request), critic)[:LISTED]
    return MeasuredList(measurements=[_told(request, row) for row in found])


@router.get(
    "/measurements/{int:measurement}",
    response={200: MeasuredWhole, 401: Problem, 404: Problem},
    summary="One measurement",
    operation_id="get_measurement",
)
def get_measurement(request: HttpRequest, measurement: int) -> Status[MeasuredWhole | Problem]:
    """With its report: figures and their intervals, calibration, floors, error rates."""
    team = cases.team_of(request)
    row = queries.measurement(team, measurement) if measurement < MOST else None
    if row is None:
        return Status(404, Problem(code="not_found", error=f"no measurement {measurement}"))
    told = _told(request, row).model_dump()
    return Status(200, MeasuredWhole.model_validate({**told, "report": row.report}))


def _by(critic: str) -> str:
    return f" of {critic}" if critic else ""


def _work(request: HttpRequest, row: Measuring) -> AskedToMeasure:
    where = reverse("api-v1:get_measuring", args=[row.pk])
    return AskedToMeasure(
        measuring=row.pk,
        status=MeasuringStatus(row.status),
        critic=row.critic or None,
        done=row.done,
        total=row.total,
        now=row.now,
        error=row.cause or None,
        measurements=list(row.measurements.order_by("pk").values_list("pk", flat=True)),
        url=request.build_absolute_uri(where),
    )


def _told(request: HttpRequest, row: Measurement) -> Measured:
    address = request.build_absolute_uri
    return Measured(
        measurement=row.pk,
        name=row.name,
        critic=row.critic or None,
        critic_version=row.critic_version or None,
        settings_hash=row.settings_hash or None,
        model=row.model or None,
        judges=row.judges or [row.name],
        source=row.brought.name if row.brought else None,
        platform=row.platform or None,
        measured_at=row.measured_at.isoformat(),
        n_labels=row.n_labels,
        n_tasks=row.n_tasks,
        digest=row.digest,
        url=address(reverse("api-v1:get_measurement", args=[row.pk])),
        page=address(reverse("trust:measurement", args=[row.pk])),
    )
