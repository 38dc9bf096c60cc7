"""RL jobs: made, changed, ended, and how far they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ValidationError

from themis.accounts.models import KeyScope
from themis.api import bodies, cases, once, reach, telling
from themis.api.job_schemas import BudgetGiven, ChangedJob, JobList, JobTold, NewJob
from themis.api.keys import needs
from themis.api.replies import Refused, Reply
from themis.api.schemas import Problem
from themis.domain.errors import UnfitPolicy, UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.pipeline import policies
from themis.rewards import job_queries, jobs, request_queries, saying
from themis.rewards.jobs import Budget
from themis.rewards.models import Job, RequestStatus
from themis.rewards.policy import Policy, read_policy

LISTED = 200
PORTION = 1_000  # events
LIMITS = ("calls", "tokens", "money")
Given = TypeVar("Given", bound=Schema)

router = Router(tags=["jobs"])


@router.get(
    "/jobs",
    response={200: JobList, 401: Problem},
    summary="Jobs",
    operation_id="list_jobs",
    auth=needs(KeyScope.READ),
)
def list_jobs(request: HttpRequest) -> HttpResponse:
    """The team's RL jobs, or the key's own; those that take requests first, at most 200."""
    rows = job_queries.jobs_of(cases.team_of(request)).filter(pk__in=reach.jobs(request))[:LISTED]
    return Reply(status=200, body={"jobs": [_told(request, row) for row in rows]}).response()


@router.post(
    "/jobs",
    response={201: JobTold, **dict.fromkeys((400, 401, 413, 415, 422), Problem)},
    summary="Make a job",
    operation_id="make_job",
    openapi_extra=telling.JOB,
)
def make_job(request: HttpRequest) -> HttpResponse:
    """An RL job with a policy and a budget. 422 names the field that cannot be."""
    try:
        data, content = _body(request)
    except Refused as refused:
        return refused.reply.response()

    def prepare(asked: once.Asked) -> once.Write:
        given = _read(NewJob, data)
        team = cases.team_of(request)
        policy = _policy(request, given.policy)

        def write() -> Reply:
            try:
                row = jobs.make(
                    team=team,
                    name=given.name,
                    policy=policy,
                    budget=given.limits,
                    by=None,
                    at=asked.at,
                )
            except UnfitPolicy as unfit:
                raise _unfit(unfit) from None
            return Reply(status=201, body=_told(request, row))

        return write

    return once.answer(request, lambda: bodies.print_of_json(request, content), prepare)


@router.get(
    "/jobs/{name}",
    response={200: JobTold, 401: Problem, 404: Problem},
    summary="One job",
    operation_id="get_job",
    auth=needs(KeyScope.READ),
)
def get_job(request: HttpRequest, name: str) -> HttpResponse:
    """Its policy, what it spent, and how many of its requests stand how."""
    try:
        row = _find(request, name)
    except Refused as refused:
        return refused.reply.response()
    return Reply(status=200, body=_told(request, row)).response()


@router.patch(
    "/jobs/{name}",
    response={200: JobTold, **dict.fromkeys((400, 401, 404, 413, 415, 422), Problem)},
    summary="Change or end a job",
    operation_id="change_job",
    openapi_extra=telling.CHANGED_JOB,
)
def change_job(request: HttpRequest, name: str) -> HttpResponse:
    """What is left out stays. A policy holds for what is asked from now on, a budget at once."""
    try:
        row = _find(request, name)
        given = _read(ChangedJob, _body(request)[0])
        _change(request, row, given)
    except Refused as refused:
        return refused.reply.response()
    row.refresh_from_db()
    return Reply(status=200, body=_told(request, row)).response()


@router.get(
    "/jobs/{name}/events",
    response={**dict.fromkeys((401, 404, 422), Problem)},
    summary="The stream of a job",
    operation_id="stream_job",
    auth=needs(KeyScope.READ),
    openapi_extra=telling.EVENTS,
)
def stream_job(request: HttpRequest, name: str) -> HttpResponse:
    """Server-sent events: what the job is paid, in order, numbered from 1 without a gap.

    It goes on until you close it.
    """
    try:
        row = _find(request, name)
        after = _number(request)
    except Refused as refused:
        return refused.reply.response()
    # Streams are sent by the front, without a thread; what comes here is asked past it.
    told = request_queries.events(row, after, PORTION)
    lines = [f"id: {each.number}\nevent: {each.kind}\ndata: {each.answer}\n\n" for each in told]
    return HttpResponse("".join(lines), content_type="text/event-stream")


def _number(request: HttpRequest) -> int:
    said = request.headers.get("Last-Event-ID") or request.GET.get("after", "0")
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        raise Refused(422, "invalid", "after: expected the number of an event", field="after")
    return int(said)


def _change(request: HttpRequest, row: Job, given: ChangedJob) -> None:
    if given.policy is not None or given.budget is not None or given.weight is not None:
        policy = _policy(request, _merged(row.policy, given.policy or {}))
        try:
            jobs.change(job=row, policy=policy, budget=_budget(row, given))
        except UnfitPolicy as unfit:
            raise _unfit(unfit) from None
    if given.ended is True:
        jobs.end(job=row, at=timezone.now())
    elif given.ended is False:
        jobs.resume(job=row)


def _budget(row: Job, given: ChangedJob) -> Budget:
    kept: dict[str, Json] = {name: getattr(row, f"budget_{name}") for name in LIMITS}
    held = _read(BudgetGiven, {**kept, **(given.budget or {})}, "budget.")
    weight = row.weight if given.weight is None else given.weight
    return Budget(weight=weight, **held.dict())


def _merged(kept: Mapping[str, Json], given: Mapping[str, Json]) -> dict[str, Json]:
    """The fields that are given in the place of those that are kept; null is as by default."""
    return {name: each for name, each in {**kept, **given}.items() if each is not None}


def _policy(request: HttpRequest, given: Mapping[str, Json]) -> Policy:
    """A policy that can be; raises Refused (422) with the field."""
    try:
        policy = read_policy(given)
        policies.check(cases.team_of(request), policy)
    except UnfitPolicy as unfit:
        raise _unfit(unfit, within="policy.") from None
    return policy


def _unfit(unfit: UnfitPolicy, within: str = "") -> Refused:
    where, said = next(iter(unfit.fields.items()))
    field = f"{within or ('budget.' if where in LIMITS else '')}{where}"
    return Refused(422, "invalid", f"{field}: {said}", field=field)


def _body(request: HttpRequest) -> tuple[dict[str, Json], bytes]:
    try:
        return bodies.read_json(request)
    except UnreadableTrajectory as error:
        raise Refused(422, "invalid", str(error)) from None


def _read(kind: type[Given], data: Mapping[str, Json], within: str = "") -> Given:
    """What was given, as its schema has it; raises Refused (422) with the field."""
    try:
        return kind.model_validate_json(json.dumps(data))
    except ValidationError as error:
        (first, *_) = error.errors()
        field = within + ".".join(str(part) for part in first["loc"][:2])
        raise Refused(422, "invalid", f"{field}: {first['msg']}", field=field) from None


def _find(request: HttpRequest, name: str) -> Job:
    """One of the team's jobs; raises Refused (404)."""
    row = None if "\0" in name else job_queries.job(cases.team_of(request), name)
    if row is None or reach.own_job(request) not in (None, row):
        raise Refused(404, "not_found", f"no job {name[:60]!r} in your team")
    return row


def _told(request: HttpRequest, row: Job) -> dict[str, Json]:
    counted = job_queries.counts(row)
    policy = _kept(row)
    return {
        "job": row.pk,
        "name": row.name,
        "state": "ended" if row.ended_at else "open",
        "policy": policy.model_dump(mode="json"),
        "says": saying.text(policy),
        "weight": row.weight,
        "budget": {name: getattr(row, f"budget_{name}") for name in LIMITS},
        "spent": {name: getattr(row, f"spent_{name}") for name in LIMITS},
        "overspent": row.overspent or None,
        "requests": {name: getattr(counted, name) for name in RequestStatus.values},
        "events": row.n_events,
        "created_at": row.created_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "url": request.build_absolute_uri(reverse("api-v1:get_job", args=[row.name])),
    }


def _kept(row: Job) -> Policy:
    """A row's policy; the default one in the place of one of another time."""
    try:
        return row.terms
    except UnfitPolicy:
        return Policy()
