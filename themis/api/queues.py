"""Queues of the review room: made, watched, and what people decided in them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Query
from pydantic import ValidationError

from themis.api import bodies, cases, once, telling
from themis.api.queue_schemas import (
    DecisionList,
    DecisionTold,
    NewQueue,
    Pace,
    QueueList,
    QueueTold,
)
from themis.api.replies import Refused, Reply
from themis.api.schemas import Problem
from themis.domain.errors import EmptyQueue, UnfitPlan, UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.pipeline import hints, queues
from themis.reviews import queries
from themis.reviews.models import Decision, ItemState, Queue, Ruling

LISTED = 200
PORTION = 500  # decisions read at a time
MOST = 2**63 - 1

router = Router(tags=["queues"])
_LINES = {"application/jsonl": {"schema": {"type": "string"}}}


@router.get(
    "/queues",
    response={200: QueueList, 401: Problem},
    summary="Queues",
    operation_id="list_queues",
)
def list_queues(
    request: HttpRequest,
    state: Literal["", "filling", "open", "paused", "closed"] = Query(
        "", description="only queues in this state"
    ),
) -> QueueList:
    """The team's queues, the most urgent first, at most 200."""
    rows = queries.queues_of(cases.team_of(request))
    if state:
        rows = rows.filter(state=state)
    return QueueList(queues=[QueueTold(**_told(request, row)) for row in rows[:LISTED]])


@router.post(
    "/queues",
    response={202: QueueTold, **dict.fromkeys((400, 401, 409, 413, 415, 422), Problem)},
    summary="Make a queue",
    operation_id="make_queue",
    openapi_extra=telling.QUEUE,
)
def make_queue(request: HttpRequest) -> HttpResponse:
    """Runs for people to decide on. It is filled from now on; `url` tells when it is open.

    422 names the field that cannot be; 409 `empty`: no run fits.
    """
    try:
        data, content = bodies.read_json(request)
    except Refused as refused:
        return refused.reply.response()
    except UnreadableTrajectory as error:
        return Refused(422, "invalid", str(error)).reply.response()

    def prepare(asked: once.Asked) -> once.Write:
        plan = _read(data).plan()

        def write() -> Reply:
            try:
                row = queues.make_queue(
                    team=cases.team_of(request), by=None, plan=plan, at=asked.at
                )
            except UnfitPlan as error:
                raise Refused(422, "invalid", str(error)) from None
            except EmptyQueue as error:
                raise Refused(409, "empty", str(error)) from None
            hints.queue_filling(row)
            return Reply(status=202, body=_told(request, row))

        return write

    return once.answer(request, lambda: bodies.print_of_json(request, content), prepare)


@router.get(
    "/queues/{int:queue}",
    response={200: Pace, 401: Problem, 404: Problem},
    summary="How far a queue is",
    operation_id="get_queue",
)
def get_queue(request: HttpRequest, queue: int) -> Status[Pace | Problem]:
    """Its counters, its pace of the last hour, and when it ends at that pace."""
    row = _find(request, queue)
    if row is None:
        return Status(404, _unknown(queue))
    progress = queries.progress(row, timezone.now())
    told = Pace(
        **_told(request, row),
        n_held=progress.n_held,
        per_hour=progress.per_hour,
        ends_at=progress.ends_at.isoformat() if progress.ends_at else None,
    )
    return Status(200, told)


@router.get(
    "/queues/{int:queue}/decisions",
    response={401: Problem, 404: Problem},
    summary="Decisions of a queue",
    operation_id="list_decisions_of_queue",
    openapi_extra={"responses": {200: {"description": "JSON lines", "content": _LINES}}},
)
def list_decisions_of_queue(
    request: HttpRequest,
    queue: int,
    after: int = Query(0, ge=0, le=MOST, description="only what came after this decision"),
) -> StreamingHttpResponse | Status[Problem]:
    """One JSON object a line, in the order they came, replaced decisions too; streamed.

    Keep the last `decision` and send it as `after` to get what came since.
    """
    row = _find(request, queue)
    if row is None:
        return Status(404, _unknown(queue))
    lines = _lines(row, after)
    # The server is asynchronous, and would read a plain iterator whole before the first byte.
    body = _in_turn(lines) if isinstance(request, ASGIRequest) else lines
    return StreamingHttpResponse(body, content_type="application/jsonl; charset=utf-8")


@router.get(
    "/trajectories/{trajectory_id}/decisions",
    response={200: DecisionList, 401: Problem, 404: Problem},
    summary="Decisions on a trajectory",
    operation_id="list_decisions_on_trajectory",
)
def list_decisions_on_trajectory(
    request: HttpRequest, trajectory_id: str
) -> Status[DecisionList | Problem]:
    """What people decided on one run, in any queue, replaced decisions too."""
    row = cases.find(request, trajectory_id)
    if row is None:
        return Status(404, Problem(code="not_found", error=cases.unknown(trajectory_id)))
    found = [decision_told(each) for each in queries.decisions_on(row)]
    return Status(200, DecisionList(decisions=found))


def decision_told(row: Decision) -> DecisionTold:
    """One decision, as the API tells of it."""
    item = row.item
    opinion = {name: held for name, held in row.payload.items() if name != "v"}
    return DecisionTold(
        decision=row.pk,
        queue=row.queue_id,
        item=item.pk,
        trajectory=item.trajectory_id,
        reviewer=row.user.username if row.user else None,
        ruling=Ruling(row.ruling),
        outcome=Outcome(row.outcome),
        confidence=row.confidence,
        error_class=row.error_class or None,
        own_class=row.own_class or None,
        failing_step=row.failing_step,
        is_current=row.is_current,
        is_final=row.is_final,
        gold=item.gold or None,
        item_state=ItemState(item.state),
        item_ruling=item.ruling or None,
        verdict=row.verdict_id,
        seconds=row.seconds,
        at=row.at.isoformat(),
        opinion=opinion,
    )


def _lines(row: Queue, after: int) -> Iterator[str]:
    while portion := queries.decisions_in(row, after=after, limit=PORTION):
        yield "".join(decision_told(each).model_dump_json() + "\n" for each in portion)
        after = portion[-1].pk


async def _in_turn(pieces: Iterator[str]) -> AsyncIterator[str]:
    while (piece := await sync_to_async(_next)(pieces)) is not None:
        yield piece


def _next(pieces: Iterator[str]) -> str | None:
    return next(pieces, None)


def _read(data: dict[str, Json]) -> NewQueue:
    try:
        return NewQueue.model_validate_json(json.dumps(data))
    except ValidationError as error:
        (first, *_) = error.errors()
        where = ".".join(["body", *(str(part) for part in first["loc"][:1])])
        raise Refused(422, "invalid", f"{where}: {first['msg']}") from None


def _find(request: HttpRequest, queue: int) -> Queue | None:
    return queries.queue(cases.team_of(request), queue)


def _unknown(queue: int) -> Problem:
    return Problem(code="not_found", error=f"no queue {str(queue)[:20]} in your team")


def _told(request: HttpRequest, row: Queue) -> dict[str, Any]:
    address = request.build_absolute_uri
    made_from = {name: held for name, held in row.made_from.items() if name not in ("filled", "v")}
    return {
        "queue": row.pk,
        "name": row.name,
        "state": row.state,
        "trouble": row.trouble or None,
        "is_blind": row.is_blind,
        "is_named": row.is_named,
        "reviewers": row.reviewers,
        "overlap": row.overlap,
        "gold_percent": row.gold_percent,
        "priority": row.priority,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "made_from": made_from,
        "created_at": row.created_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "n_items": row.n_items,
        "n_done": row.n_done,
        "n_disputed": row.n_disputed,
        "n_decisions": row.n_decisions,
        "n_wanted": row.n_wanted,
        "url": address(reverse("api-v1:get_queue", args=[row.pk])),
        "decisions": address(reverse("api-v1:list_decisions_of_queue", args=[row.pk])),
    }
