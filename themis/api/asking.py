"""A reward asked for, in whichever protocol: whose, under which policy, and how it is answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from themis.accounts.models import Team
from themis.api import cases
from themis.api.replies import Refused
from themis.domain.errors import AmbiguousReference, UnfitPolicy
from themis.domain.jsontypes import Json
from themis.domain.references import SCHEME, reference_to, trajectory_in
from themis.pipeline import paying
from themis.rewards import request_queries
from themis.rewards.models import Job, RequestStatus, RewardRequest
from themis.rewards.policy import Policy, read_policy
from themis.rewards.requests import Wish
from themis.trajectories.models import Trajectory

RETRY_AFTER = 2  # seconds
WAITS = "Themis-Wait"  # to whoever holds the answer back; never sent on
AGAIN = "Themis-Again"  # the address that tells the same later, likewise
FIRST_AT = "themis.first_at"  # in a scope: when a request came that is put again
MAX_META = 4096  # bytes
CODES = {"budget_spent": 402, "not_promised": 409, "not_measured": 409}


def ask(
    request: HttpRequest,
    trajectory: Trajectory,
    job: Job | None,
    policy: Policy,
    meta: Mapping[str, Json] | None = None,
) -> RewardRequest:
    """The one request of that kind, begun if need be; raises Refused (422)."""
    at = timezone.now()
    wish = Wish(
        team=cases.team_of(request),
        job=job,
        policy=policy,
        trajectory=trajectory,
        meta=meta or {},
        origin=request.build_absolute_uri("/").rstrip("/"),
        since=first_at(request) or at,
    )
    try:
        return paying.ask(wish=wish, at=at)
    except UnfitPolicy as error:
        raise unfit(error) from None


def first_at(request: HttpRequest) -> datetime | None:
    """When this request came first, where somebody has held its answer back meanwhile."""
    scope = getattr(request, "scope", {})
    return parse_datetime(str(scope.get(FIRST_AT, "")))


def policy_of(
    request: HttpRequest,
    *,
    job: str = "",
    critic: str = "",
    policy: Mapping[str, Json] | None = None,
) -> tuple[Job | None, Policy]:
    """The job, by the key or by name, and the policy; else that of one critic, or what is given.

    Raises Refused (403, 404, 422).
    """
    own: Job | None = getattr(request, "job", None)
    if own is not None and job not in {"", own.name}:
        raise Refused(403, "other_job", f"job: the key belongs to the job {own.name}", field="job")
    found = own or (_job(cases.team_of(request), job) if job else None)
    if found is None:
        given: dict[str, Json] = {"critics": [cases.critic_of(critic)]} if critic else {}
        return None, _policy({**(policy or {}), **given})
    if critic or policy:
        which = "critic" if critic else "policy"
        error = f"{which}: the job {found.name} has its own policy; leave {which} out"
        raise Refused(422, "invalid", error, field=which)
    return found, _policy(found.policy)


def referred(request: HttpRequest, *values: Json, looked_in: str) -> Trajectory:
    """The team's trajectory that values speak of; raises Refused (404, 422)."""
    try:
        found = trajectory_in(*values)
    except AmbiguousReference as ambiguous:
        raise Refused(422, "ambiguous", f"{looked_in}: {ambiguous}") from None
    if found is None:
        example = reference_to("4f0k2mwq8r1c")
        error = f"{looked_in}: no trajectory is named; put its reference there, say {example}"
        raise Refused(422, "no_reference", error)
    return cases.get(request, found)


def named(request: HttpRequest, name: str) -> Trajectory:
    """The team's trajectory of that id or reference; raises Refused (404)."""
    return cases.get(request, name.removeprefix(SCHEME))


def meta_of(given: Json) -> dict[str, Json]:
    """What is sent back with the answer; raises Refused (422)."""
    if given is None:
        return {}
    if not isinstance(given, dict) or len(json.dumps(given).encode()) > MAX_META:
        error = f"meta: expected an object of at most {MAX_META:,} bytes"
        raise Refused(422, "invalid", error, field="meta")
    return given


def answered(request: HttpRequest, row: RewardRequest) -> HttpResponse:
    """How a request stands: 200 settled, 202 running, 503 broken, 402 or 409 with the cause."""
    if row.is_settled:
        response = HttpResponse(row.answer, content_type="application/json")
        response["ETag"] = f'"{row.version}"'
        return response
    response = _json(*told(request, row))
    if row.status == RequestStatus.BROKEN:
        if response.status_code == 503:
            response["Retry-After"] = str(RETRY_AFTER)
        return response
    response["Location"] = where(request, row)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def told(request: HttpRequest, row: RewardRequest) -> tuple[int, dict[str, Json]]:
    """The status and the body for one request."""
    if row.is_settled:
        return 200, cast("dict[str, Json]", json.loads(row.answer))
    said: dict[str, Json] = {
        "id": row.pk,
        "trajectory": row.trajectory_id,
        "job": row.job.name if row.job else None,
    }
    if row.status == RequestStatus.BROKEN:
        broken: dict[str, Json] = {"status": "broken", "code": row.code, "error": row.cause}
        return CODES.get(row.code, 503), said | broken | {"meta": row.meta}
    waits = "people" if row.status == RequestStatus.REVIEW else _waits_for(row)
    deadline = row.deadline_at.isoformat() if row.deadline_at else None
    running: dict[str, Json] = {"status": "running", "waits_for": waits, "deadline_at": deadline}
    return 202, said | running | {"url": where(request, row), "meta": row.meta}


def where(request: HttpRequest, row: RewardRequest) -> str:
    """The address of a request."""
    return request.build_absolute_uri(reverse("api-v1:get_reward", args=[row.pk]))


def hold_back(
    response: HttpResponseBase, rows: Iterable[RewardRequest], seconds: float, again: str = ""
) -> None:
    """Have an answer held back until these requests are settled or broken, or so many seconds.

    Then the same request is put again, or `again` is asked for in its place.
    """
    ids = [row.pk for row in rows if not row.is_over]
    if ids and seconds > 0:
        response[WAITS] = f"{seconds:g}; {' '.join(ids)}"
        if again:
            response[AGAIN] = again


def unfit(error: UnfitPolicy) -> Refused:
    """The refusal of a policy."""
    return Refused(422, "invalid", str(error), field=next(iter(error.fields), "policy"))


def _job(team: Team, name: str) -> Job:
    found = request_queries.job(team, name)
    if found is None:
        error = f"job: no job {name[:60]!r} in your team; make it on the page Jobs"
        raise Refused(404, "not_found", error, field="job")
    return found


def _policy(given: Mapping[str, Json]) -> Policy:
    try:
        return read_policy(given)
    except UnfitPolicy as error:
        raise unfit(error) from None


def _waits_for(row: RewardRequest) -> str:
    return "end of the run" if row.trajectory.is_open else "judge"


def _json(status: int, body: dict[str, Json]) -> HttpResponse:
    content = json.dumps(body, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/json")
