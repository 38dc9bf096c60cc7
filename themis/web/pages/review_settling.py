"""One disputed run before an adjudicator: decisions side by side, and the final ruling."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts.models import Right
from themis.domain.errors import NotYours, Stale, UnfitOpinion
from themis.reviews import disputes, queries, settling
from themis.reviews.models import Decision, QueueItem, Ruling
from themis.verdicts import queries as verdicts
from themis.web.access import MemberRequest, for_right, require
from themis.web.alignment import align
from themis.web.columns import MARKS, Column, of_decision, of_verdict
from themis.web.pages.compare import ROWS
from themis.web.pages.review_disputes import queue_in
from themis.web.people import outcome_of, turned
from themis.web.settlingforms import SettlingForm

FIELDS = {"error_class": "error"}  # of an opinion, where the form names them otherwise
PEOPLE = 3  # columns; the machine's is the fourth


@require_http_methods(["GET", "POST"])
@for_right(Right.SEE)
def settle(request: MemberRequest, pk: int) -> HttpResponse:
    """The page; adjudicators rule on it. A ruling on what has changed meanwhile is not applied."""
    item = find(request, pk)
    decisions = list(queries.decisions_of(item))
    form = SettlingForm(decisions, _marks(decisions), initial=_initial(item))
    trouble: tuple[str, ...] = ()
    status = 200
    if request.method == "POST":
        require(request, Right.ADJUDICATE)
        form = SettlingForm(decisions, _marks(decisions), request.POST)
        try:
            if form.is_valid():
                return _settled(request, item, form)
            status = 422
        except Stale as stale:
            trouble, status = stale.changes, 409
            form.data = _seen_anew(form, item)
        except UnfitOpinion as unfit:
            status = 422
            _tell(form, unfit)
        except NotYours as refused:
            trouble, status = (str(refused),), 409
    page = _page(request, item, decisions) | {"form": form, "trouble": trouble}
    return render(request, "review/settling.html", page, status=status)


@require_POST
@for_right(Right.ADJUDICATE)
def reopen(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a final ruling back, with a reason."""
    item = find(request, pk)
    seen = request.POST.get("seen", "")
    try:
        settling.reopen(
            item=item,
            by=request.user,
            why=request.POST.get("why", ""),
            seen_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
            at=timezone.now(),
        )
    except (Stale, UnfitOpinion, NotYours) as refused:
        messages.error(request, f"Not reopened: {refused}")
    else:
        messages.success(request, "Reopened: it waits to be settled again.")
    return redirect("review:settling", pk=pk)


def find(request: MemberRequest, pk: int) -> QueueItem:
    """One item of the team's queues; Http404 for anybody else's."""
    item = queries.item(request.team, pk)
    if item is None:
        raise Http404("no such item")
    return item


def _settled(request: MemberRequest, item: QueueItem, form: SettlingForm) -> HttpResponse:
    settling.settle(
        item=item,
        by=request.user,
        opinion=form.opinion(item),
        why=form.cleaned_data["why"],
        seen_version=form.cleaned_data["seen"],
        at=timezone.now(),
    )
    queue = queue_in(request)
    following = disputes.following(item, queue=queue)
    narrowed = f"?queue={queue.pk}" if queue else ""
    ruling = Ruling(form.cleaned_data["ruling"]).label
    if following is None:
        messages.success(request, f"Settled as {ruling}. Nothing more waits to be settled.")
        return redirect(reverse("review:disputes") + narrowed)
    messages.success(request, f"Settled as {ruling}. Here is the next.")
    return redirect(reverse("review:settling", args=[following.pk]) + narrowed)


def _page(
    request: MemberRequest, item: QueueItem, decisions: Sequence[Decision]
) -> dict[str, object]:
    queue = queue_in(request)
    columns = _columns(item, decisions)
    own = next((each for each in decisions if each.user_id == request.user.pk), None)
    rows = request.GET.get("rows", "said")
    overrides = item.overrides.select_related("by").order_by("-at", "-pk")
    return {
        "item": item,
        "trajectory": item.trajectory,
        "alignment": align(item.trajectory.recording, columns),
        "rows": rows if rows in dict(ROWS) else "said",
        "kinds_of_rows": ROWS,
        "more": [*decisions[PEOPLE:]],
        "ruling": Ruling(item.ruling).label if item.ruling else "",
        "outcome": outcome_of(item.ruling),
        "turned": turned(list(overrides)),
        "own": own,
        "queue": queue,
        "n_waiting": disputes.n_waiting(request.team, queue),
        "flags": item.holds.exclude(reason="").select_related("user"),
        "following": disputes.following(item, queue=queue),
    }


def _columns(item: QueueItem, decisions: Sequence[Decision]) -> list[Column]:
    marks = _marks(decisions)
    shown = [of_decision(each, item, marks[each.pk]) for each in _shown(decisions)]
    verdict = item.verdict or verdicts.newest(item.trajectory)
    if verdict is not None:
        shown.append(of_verdict(verdict, MARKS[len(shown)], item.trajectory.n_steps))
    return shown


def _shown(decisions: Sequence[Decision]) -> list[Decision]:
    """The final one, where there is one, and as many of the others as fit beside it."""
    final = [each for each in decisions if each.is_final]
    others = [each for each in decisions if not each.is_final]
    return [*others[: PEOPLE - len(final)], *final]


def _marks(decisions: Sequence[Decision]) -> dict[int, str]:
    return dict(zip((each.pk for each in _shown(decisions)), MARKS, strict=False))


def _initial(item: QueueItem) -> dict[str, object]:
    return {"seen": item.version, "ruling": item.ruling}


def _seen_anew(form: SettlingForm, item: QueueItem) -> QueryDict:
    """What was typed, on the version that is shown now: sent again it is meant."""
    typed = QueryDict(mutable=True)
    typed.update({name: form.data.get(name, "") for name in form.fields})
    item.refresh_from_db()
    typed["seen"] = str(item.version)
    return typed


def _tell(form: SettlingForm, unfit: UnfitOpinion) -> None:
    for name, text in unfit.fields.items():
        said = f"{text[:1].upper()}{text[1:]}."
        field = FIELDS.get(name, name)
        form.add_error(field if field in form.fields else None, said)
