"""RL jobs: all of the team's, and making one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from themis.accounts.models import Right, Team
from themis.domain.errors import UnfitPolicy
from themis.pipeline import policies
from themis.pipeline.policies import Offer
from themis.rewards import job_queries, saying
from themis.rewards import jobs as services
from themis.rewards.models import Job
from themis.web import jobs
from themis.web.access import MemberRequest, for_right
from themis.web.jobforms import AT_DEADLINE, UNDECIDED, JobForm
from themis.web.pages.critics import ABOUT

PER_PAGE = 25


@require_GET
@for_right(Right.SEE)
def index(request: MemberRequest) -> HttpResponse:
    """A page of jobs; on an htmx request only the list."""
    found = Paginator(job_queries.jobs_of(request.team), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": page,
        "lines": [jobs.line(each, now) for each in page],
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "jobs/index.html#rows" if request.htmx else "jobs/index.html", context)


@require_http_methods(["GET", "POST"])
@for_right(Right.KEYS)
def new(request: MemberRequest) -> HttpResponse:
    """The form of a new job."""
    form = JobForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _made(request, form)):
        messages.success(request, f"{made.name} takes requests. This is how to connect it.")
        return redirect("jobs:connect", name=made.name)
    page = {**form_page(request.team, form), "job": None}
    return render(request, "jobs/form.html", page, status=422 if form.errors else 200)


@require_POST
@for_right(Right.KEYS)
def preview(request: MemberRequest) -> HttpResponse:
    """What a policy that is being typed comes to, in words, and how far labels back it."""
    form = JobForm(request.POST)
    form.fields["name"].required = False
    return render(request, "jobs/preview.html", preview_page(request.team, form))


def form_page(team: Team, form: JobForm) -> dict[str, object]:
    """What the form shows beside its fields."""
    chosen = set(form["critics"].value() or ())
    seats = [
        Seat(offer=each, about=ABOUT[each.name], is_chosen=each.name in chosen)
        for each in policies.offers(team)
    ]
    unable = [each for each in seats if each.offer.trouble]
    return {
        "form": form,
        "able": [each for each in seats if not each.offer.trouble],
        "unable": unable,
        "is_unable_chosen": any(each.is_chosen for each in unable),
        "undecided": UNDECIDED,
        "at_deadline": AT_DEADLINE,
    }


def preview_page(team: Team, form: JobForm) -> dict[str, object]:
    """The policy in sentences, or what is wrong with it."""
    try:
        if form.is_valid():
            policy = form.policy()
            form.budget().check()
            policies.check(team, policy)
            told = saying.sentences(policy)
            return {"sentences": told, "standing": policies.standing(team, policy)}
    except UnfitPolicy as unfit:
        form.complain(unfit.fields)
    where, said = next(iter(form.errors.items()))
    field = form.fields.get(where)
    named = f"{field.label}: " if field and field.label else ""
    return {"trouble": f"{named}{said[0]}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A critic as the form offers it."""

    offer: Offer
    about: str
    is_chosen: bool


def _made(request: MemberRequest, form: JobForm) -> Job | None:
    """The job; None with what is wrong in the form."""
    try:
        policy, budget = form.policy(), form.budget()
        policies.check(request.team, policy)
        return services.make(
            team=request.team,
            name=form.cleaned_data["name"],
            policy=policy,
            budget=budget,
            by=request.user,
            at=timezone.now(),
        )
    except UnfitPolicy as unfit:
        form.complain(unfit.fields)
        return None
