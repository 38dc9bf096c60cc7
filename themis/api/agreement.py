"""How far reviewers, and critics, agree on the items of a queue: having it counted, reading it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from themis.accounts.models import Team
from themis.api import bodies, cases, once, telling
from themis.api.replies import Refused, Reply
from themis.api.schemas import Problem
from themis.pipeline import hints
from themis.reviews import agreeing, agreements
from themis.reviews.models import Agreement, Queue
from themis.rewards.judges import COLUMNS

MOST = 2**63

router = Router(tags=["reviews"])


class Counted(Schema):
    """How far reviewers, and critics, agree on the items of a queue."""

    queue: int
    as_of: str = Field(description="later decisions are not in it")
    n_decisions: int = Field(description="in the queue at that time")
    since: int = Field(description="decisions that came after it")
    reviewers: dict[str, str] = Field(description="names of the people that the report numbers")
    judges: list[dict[str, str]] = Field(description="in the order of the report's numbers")
    report: dict[str, Any] = Field(description="lines with counts and figures: docs/agreement.md")
    page: str


class Counting(Schema):
    """Work on it."""

    queue: int
    status: str = Field(description="waiting, running, done or broken")
    done: int
    total: int | None
    error: str | None
    url: str = Field(description="where the report will be")


@router.get(
    "/queues/{int:queue}/agreement",
    response={200: Counted, 401: Problem, 404: Problem},
    summary="Agreement in a queue",
    operation_id="get_agreement",
)
def get_agreement(request: HttpRequest, queue: int) -> Status[Counted | Problem]:
    """The newest report: percent, kappa and alpha with their intervals, and counts beside them.

    404 before one was counted: ask with POST, or wait until twenty decisions are there.
    """
    team = cases.team_of(request)
    found = _queue(team, queue)
    row = agreements.newest(team, found) if found else None
    if found is None or row is None:
        missing = f"no queue {queue}" if found is None else "not counted yet; POST to have it done"
        return Status(404, Problem(code="not_found", error=missing))
    return Status(200, _told(request, found, row))


@router.post(
    "/queues/{int:queue}/agreement",
    response={202: Counting, **dict.fromkeys((400, 401, 404, 409, 422), Problem)},
    summary="Have agreement counted",
    operation_id="count_agreement",
    openapi_extra=telling.RUNS,
)
def count_agreement(request: HttpRequest, queue: int) -> HttpResponse:
    """Count how far reviewers, and critics, agree on the items of a queue; `url` has it then."""

    def prepare(asked: once.Asked) -> once.Write:
        team = cases.team_of(request)
        found = _queue(team, queue)
        if found is None:
            raise Refused(404, "not_found", f"no queue {queue}")

        def write() -> Reply:
            row = agreeing.ask(team=team, queue=found, by=None, at=asked.at)
            hints.queue_measuring(row)
            return Reply(status=202, body=_work(request, found, row).model_dump())

        return write

    return once.answer(request, lambda: bodies.print_of_json(request, b""), prepare)


def _queue(team: Team, number: int) -> Queue | None:
    return Queue.objects.filter(team=team, pk=number).first() if number < MOST else None


def _told(request: HttpRequest, queue: Queue, row: Agreement) -> Counted:
    page = f"{reverse('review:agreement')}?queue={queue.pk}"
    names = agreements.reviewers_of(row)
    return Counted(
        queue=queue.pk,
        as_of=row.as_of.isoformat() if row.as_of else "",
        n_decisions=row.n_decisions,
        since=max(agreements.n_decisions(row.team, queue) - row.n_decisions, 0),
        reviewers={str(number): name for number, name in names.items()},
        judges=[dict(zip(COLUMNS, columns, strict=True)) for columns in row.judges],
        report=row.report or {},
        page=request.build_absolute_uri(page),
    )


def _work(request: HttpRequest, queue: Queue, row: Agreement) -> Counting:
    where = reverse("api-v1:get_agreement", args=[queue.pk])
    return Counting(
        queue=queue.pk,
        status=row.state,
        done=row.done,
        total=row.total,
        error=row.cause or None,
        url=request.build_absolute_uri(where),
    )
