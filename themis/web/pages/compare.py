"""Two to four critics' verdicts or people's decisions on one run, side by side, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from themis.accounts.models import Right
from themis.reviews.models import Decision, Ruling
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts
from themis.verdicts.models import Status, Verdict
from themis.web.access import MemberRequest, for_right
from themis.web.alignment import align
from themis.web.columns import MARKS, Column, of_decision, of_verdict
from themis.web.pages.trajectory import find

MOST = 4  # columns
CHOICES = 60  # of verdicts, and of decisions
ROWS = [("all", "All steps"), ("said", "Something said"), ("differ", "Differences")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What can be compared."""

    key: str
    who: str
    outcome: str
    said: str
    where: str  # the queue, or the model
    is_human: bool


@require_GET
@for_right(Right.SEE)
def compare(request: MemberRequest, pk: str) -> HttpResponse:
    """The table of what the address names; without names, of what is most worth comparing."""
    trajectory = find(request, pk)
    choices = choices_of(trajectory)
    asked = [each for text in request.GET.getlist("with") for each in text.split(",") if each]
    known = {choice.key for choice in choices}
    chosen = list(dict.fromkeys(asked)) if asked else _worth_comparing(choices)
    if unknown := [key for key in chosen if key not in known]:
        raise Http404(f"nothing called {unknown[0][:40]} on this trajectory")
    columns = columns_of(trajectory, chosen[:MOST])
    rows = request.GET.get("rows", "all")
    page = {
        "trajectory": trajectory,
        "alignment": align(trajectory.recording, columns),
        "choices": choices,
        "chosen": chosen[:MOST],
        "left_out": len(chosen) - MOST,
        "most": MOST,
        "rows": rows if rows in dict(ROWS) else "all",
        "kinds_of_rows": ROWS,
    }
    return render(request, "compare/index.html", page)


def choices_of(trajectory: Trajectory) -> list[Choice]:
    """Every verdict that was given, the newest first, and every decision that stands."""
    given = verdicts.all_of(trajectory).filter(status=Status.GIVEN).defer("rounds", "finding")
    said = Decision.objects.filter(item__trajectory=trajectory, is_current=True)
    said = said.select_related("user", "item__queue").order_by("at", "pk")
    return [*map(_machine, given[:CHOICES]), *map(_person, said[:CHOICES])]


def columns_of(trajectory: Trajectory, keys: list[str]) -> list[Column]:
    """The columns of those names, in their order."""
    numbers = {kind: _numbers(keys, kind) for kind in ("verdict", "decision")}
    given = Verdict.objects.filter(trajectory=trajectory).in_bulk(numbers["verdict"])
    said = Decision.objects.filter(item__trajectory=trajectory)
    said = said.select_related("user", "verdict", "item__verdict")
    decided = said.in_bulk(numbers["decision"])
    found = []
    for key, mark in zip(keys, MARKS, strict=False):
        kind, _, number = key.partition("-")
        if kind == "verdict":
            found.append(of_verdict(given[int(number)], mark, trajectory.n_steps))
        else:
            decision = decided[int(number)]
            found.append(of_decision(decision, decision.item, mark))
    return found


def _numbers(keys: list[str], kind: str) -> list[int]:
    return [int(key.split("-")[1]) for key in keys if key.startswith(f"{kind}-")]


def _worth_comparing(choices: list[Choice]) -> list[str]:
    """The newest of each critic, but no more than two of them where people have decided too."""
    people = [choice.key for choice in choices if choice.is_human]
    critics = list({c.who: c.key for c in reversed(choices) if not c.is_human}.values())[::-1]
    n_critics = max(2, MOST - len(people))
    return [*critics[:n_critics], *people][:MOST]


def _machine(verdict: Verdict) -> Choice:
    return Choice(
        key=f"verdict-{verdict.pk}",
        who=f"{verdict.critic} {verdict.critic_version}",
        outcome=verdict.outcome,
        said=verdict.outcome.capitalize(),
        where=verdict.model,
        is_human=False,
    )


def _person(decision: Decision) -> Choice:
    return Choice(
        key=f"decision-{decision.pk}",
        who=decision.user.username if decision.user else "somebody who left",
        outcome=decision.outcome,
        said=str(Ruling(decision.ruling).label) + (", final" if decision.is_final else ""),
        where=decision.item.queue.name,
        is_human=True,
    )
