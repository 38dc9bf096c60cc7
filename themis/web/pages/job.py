"""One RL job: what it is paid by, how it goes, what it asked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from themis.accounts.models import Right
from themis.domain import cursors
from themis.domain.cursors import Cursor
from themis.domain.errors import UnfitPolicy
from themis.pipeline import policies
from themis.rewards import job_figures, job_queries
from themis.rewards import jobs as services
from themis.rewards.job_queries import Wanted
from themis.rewards.models import Job, RequestStatus
from themis.verdicts.models import Outcome
from themis.web import hours, jobs, payout
from themis.web.access import MemberRequest, for_right
from themis.web.jobforms import JobForm
from themis.web.pages.jobs import form_page

MAX_TEXT = 80


@require_GET
@for_right(Right.SEE)
def detail(request: MemberRequest, name: str) -> HttpResponse:
    """The page; on an htmx request only the rows of its requests."""
    job = find(request, name)
    wanted = wanted_in(request)
    page = {
        "job": job,
        "wanted": wanted,
        "is_narrowed": wanted != Wanted(),
        "page": job_queries.page(job, wanted, at=_cursor(request)),
        "statuses": RequestStatus.choices,
        "outcomes": Outcome.choices,
    }
    if request.htmx:
        return render(request, "jobs/job.html#rows", page)
    return render(request, "jobs/job.html", {**page, **_progress(job)})


@require_GET
@for_right(Right.SEE)
def progress(request: MemberRequest, name: str) -> HttpResponse:
    """How many requests stand how, and what was spent."""
    job = find(request, name)
    return render(request, "jobs/progress.html", {"job": job, **_progress(job)})


@require_GET
@for_right(Right.SEE)
def figures(request: MemberRequest, name: str) -> HttpResponse:
    """What came and went by the hour, and what was paid lately."""
    job = find(request, name)
    found = job_figures.by_hour(job, timezone.now())
    lately = job_figures.lately(job)
    page = {
        "job": job,
        "hours": found,
        "picture": hours.picture(found),
        "lately": lately,
        "payout": payout.bars(lately),
    }
    return render(request, "jobs/figures.html", page)


@require_http_methods(["GET", "POST"])
@for_right(Right.KEYS)
def settings(request: MemberRequest, name: str) -> HttpResponse:
    """The policy and the budget."""
    job = find(request, name)
    form = JobForm(request.POST if request.method == "POST" else None, job=job)
    if form.is_valid() and _is_changed(request, job, form):
        return redirect("jobs:job", name=job.name)
    page = {**form_page(request.team, form), "job": job}
    return render(request, "jobs/form.html", page, status=422 if form.errors else 200)


@require_POST
@for_right(Right.KEYS)
def end(request: MemberRequest, name: str) -> HttpResponse:
    """Take no request any more."""
    job = find(request, name)
    if services.end(job=job, at=timezone.now()):
        messages.success(request, f"{job.name} takes no request any more.")
    return redirect("jobs:job", name=job.name)


@require_POST
@for_right(Right.KEYS)
def resume(request: MemberRequest, name: str) -> HttpResponse:
    """Take requests again."""
    job = find(request, name)
    if services.resume(job=job):
        messages.success(request, f"{job.name} takes requests again.")
    return redirect("jobs:job", name=job.name)


def find(request: MemberRequest, name: str) -> Job:
    """One of the team's jobs; Http404 for anybody else's."""
    job = job_queries.job(request.team, name)
    if job is None:
        raise Http404("no such job")
    return job


def wanted_in(request: MemberRequest) -> Wanted:
    """What an address narrows the requests to; nonsense in it is let be."""
    status, outcome = request.GET.get("status", ""), request.GET.get("outcome", "")
    return Wanted(
        status=status if status in RequestStatus.values else "",
        outcome=outcome if outcome in Outcome.values else "",
        text=request.GET.get("text", "").replace("\0", "").strip()[:MAX_TEXT],
    )


def _progress(job: Job) -> dict[str, object]:
    counted = job_queries.counts(job)
    return {
        "sentences": jobs.policy_sentences(job),
        "counts": counted,
        "parts": jobs.parts(counted),
        "purses": jobs.purses(job),
        "counted": job_queries.COUNTED,
    }


def _is_changed(request: MemberRequest, job: Job, form: JobForm) -> bool:
    try:
        policy, budget = form.policy(), form.budget()
        policies.check(request.team, policy)
        services.change(job=job, policy=policy, budget=budget)
    except UnfitPolicy as unfit:
        form.complain(unfit.fields)
        return False
    messages.success(request, "Saved. What is asked for from now on is paid by it.")
    return True


def _cursor(request: MemberRequest) -> Cursor | None:
    older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    return cursors.read(older, is_back=False) or cursors.read(newer, is_back=True)
