"""One reward request of a job: its answer, what that rests on, and what it still waits for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right
from themis.domain.errors import BudgetSpent, UnfitPolicy
from themis.domain.jsontypes import Json
from themis.pipeline import paying, queries
from themis.pipeline.models import Awaited, Status
from themis.rewards import job_queries, saying
from themis.rewards.models import EventKind, RequestStatus, RewardEvent, RewardRequest
from themis.rewards.policy import read_policy
from themis.rewards.requests import Wish
from themis.web.access import MemberRequest, for_right
from themis.web.jobs import UNREADABLE
from themis.web.pages.job import find as find_job
from themis.web.templatetags.jobs import wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A verdict that an answer rests on."""

    verdict: int
    critic: str
    model: str
    outcome: str
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the job was told of a request at one time."""

    event: RewardEvent
    reward: float | None
    outcome: str
    cause: str


@require_GET
@for_right(Right.SEE)
def detail(request: MemberRequest, name: str, pk: str) -> HttpResponse:
    """The page; on an htmx request only what changes."""
    row = find(request, name, pk)
    answer = _object(row.answer)
    history = [_told(each) for each in job_queries.history(row)]
    page = {
        "job": row.job,
        "row": row,
        "answer": json.dumps(answer, indent=2, ensure_ascii=False) if answer else "",
        "meta": json.dumps(row.meta, indent=2, ensure_ascii=False) if row.meta else "",
        "grounds": _grounds(answer),
        "history": history,
        "waits_for": [] if row.is_over else _waits_for(row, timezone.now()),
        "waited": _first_answer(row, history) - row.asked_at,
        "sentences": _sentences(row),
    }
    template = "jobs/request.html#state" if request.htmx else "jobs/request.html"
    return render(request, template, page)


@require_POST
@for_right(Right.BRING)
def again(request: MemberRequest, name: str, pk: str) -> HttpResponse:
    """Ask once more for what broke."""
    row = find(request, name, pk)
    if row.status != RequestStatus.BROKEN:
        messages.error(request, "It is not broken: there is nothing to ask again.")
        return redirect("jobs:request", name=name, pk=pk)
    try:
        paying.ask(wish=_wish(row), at=timezone.now())
    except (BudgetSpent, UnfitPolicy) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Asked again.")
    return redirect("jobs:request", name=name, pk=pk)


def find(request: MemberRequest, name: str, pk: str) -> RewardRequest:
    """One request of one of the team's jobs; Http404 for any other."""
    row = job_queries.request(find_job(request, name), pk)
    if row is None:
        raise Http404("no such request")
    return row


def _wish(row: RewardRequest) -> Wish:
    """What was wished for, once more."""
    return Wish(
        team=row.team,
        job=row.job,
        policy=read_policy(row.policy),
        trajectory=row.trajectory,
        meta=row.meta,
        origin=row.origin,
    )


def _first_answer(row: RewardRequest, history: list[Told]) -> datetime:
    """When the wait was over: at the first answer, whatever amended it; now, while it goes on."""
    if not row.is_over:
        return timezone.now()
    settled = [each.event.at for each in history if each.event.kind != EventKind.BROKEN]
    return settled[0] if settled and row.is_settled else row.settled_at or timezone.now()


def _waits_for(row: RewardRequest, now: datetime) -> list[str]:
    """What has to happen before there is an answer."""
    if row.trajectory.is_open:
        return ["the end of the run: steps are still coming"]
    if row.status == RequestStatus.REVIEW:
        queue = row.job.queue.name if row.job and row.job.queue else "the review room"
        return [f"people: a reviewer has to rule on the run, in {queue}"]
    awaited = Awaited.objects.filter(request=row).select_related("run").order_by("critic")
    told = [_at_court(each, now) for each in awaited if each.run.is_active]
    return told or ["the judge: a worker takes it up next"]


def _at_court(awaited: Awaited, now: datetime) -> str:
    run, who = awaited.run, awaited.critic
    if run.status == Status.RUNNING and run.started_at:
        return f"the judge: {who} began {wait((now - run.started_at).total_seconds())} ago"
    ahead = queries.runs_ahead(run)
    if not ahead:
        return f"the judge: {who} takes it up next"
    return f"the judge: {who}, with {ahead:,} {'run' if ahead == 1 else 'runs'} asked for earlier"


def _sentences(row: RewardRequest) -> list[str]:
    try:
        return saying.sentences(read_policy(row.policy))
    except UnfitPolicy:
        return [UNREADABLE]


def _told(event: RewardEvent) -> Told:
    said = _object(event.answer)
    reward = said.get("reward")
    return Told(
        event=event,
        reward=_number(reward),
        outcome=str(said.get("outcome") or ""),
        cause=str(said.get("error") or ""),
    )


def _grounds(answer: dict[str, Json]) -> list[Ground]:
    held = answer.get("verdicts")
    each = [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    return [_ground(one) for one in each if isinstance(one.get("verdict"), int)]


def _ground(said: dict[str, Json]) -> Ground:
    return Ground(
        verdict=int(str(said["verdict"])),
        critic=f"{said.get('critic') or ''} {said.get('critic_version') or ''}".strip(),
        model=str(said.get("model") or ""),
        outcome=str(said.get("outcome") or ""),
        confidence=_number(said.get("confidence")),
    )


def _number(said: Json) -> float | None:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None


def _object(text: str) -> dict[str, Json]:
    """The object that was served; empty where nothing was."""
    held = json.loads(text) if text else {}
    return held if isinstance(held, dict) else {}
