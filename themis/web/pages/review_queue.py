"""One queue, for managers: how far it is, who reviews, its runs; pausing, closing, appointing."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from themis.accounts import queries as accounts
from themis.accounts.models import Right
from themis.reviews import browsing, figures, queries, seating, services
from themis.reviews.browsing import FLAGGED, GOLD, START, Place
from themis.reviews.models import ItemState, Queue
from themis.web.access import MemberRequest, for_right
from themis.web.queueforms import TermsForm
from themis.web.sources import told

PER_PAGE = 50  # runs
LARGEST = 2**31


@require_GET
@for_right(Right.MANAGE)
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """The page; asked for by the list of runs, only that."""
    queue = find(request, pk)
    if request.htmx and request.htmx.target == "items":
        return render(request, "review/items.html", _items(request, queue))
    return _page(request, queue, TermsForm.of(queue))


@require_GET
@for_right(Right.MANAGE)
def progress(request: MemberRequest, pk: int) -> HttpResponse:
    """How far it is, as it changes."""
    queue = find(request, pk)
    return render(request, "review/progress.html", _progress(queue))


@require_GET
@for_right(Right.MANAGE)
def reviewers(request: MemberRequest, pk: int) -> HttpResponse:
    """How each reviewer does. Apart from the page, which does not wait for it to be counted."""
    queue = find(request, pk)
    page = {"queue": queue, "reviewers": figures.reviewers_of(queue)}
    return render(request, "review/reviewers.html", page)


@require_POST
@for_right(Right.MANAGE)
def terms(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what reviewers are told."""
    queue, form = find(request, pk), TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, queue, form, status=422)
    is_new = services.edit(queue=queue, **form.cleaned_data)
    told_them = "; reviewers are shown the new guidance" if is_new else ""
    messages.success(request, f"Saved{told_them}.")
    return redirect("review:queue", pk=queue.pk)


@require_POST
@for_right(Right.MANAGE)
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Hand out nothing for now."""
    said = "Paused: what people hold they may still decide."
    return _moved(request, pk, lambda queue: services.pause(queue=queue), said)


@require_POST
@for_right(Right.MANAGE)
def opening(request: MemberRequest, pk: int) -> HttpResponse:
    """Go on with what was paused or closed."""
    return _moved(request, pk, lambda queue: services.reopen(queue=queue), "The queue is open.")


@require_POST
@for_right(Right.MANAGE)
def closure(request: MemberRequest, pk: int) -> HttpResponse:
    """End it."""
    now = timezone.now()
    return _moved(
        request, pk, lambda queue: services.close(queue=queue, at=now), "The queue is closed."
    )


@require_POST
@for_right(Right.MANAGE)
def seats(request: MemberRequest, pk: int) -> HttpResponse:
    """Appoint people of the team, or let back who had stopped."""
    queue = find(request, pk)
    wanted = {int(each) for each in request.POST.getlist("users") if _is_id(each)}
    members = accounts.members_of(request.team).filter(user__in=wanted)
    users = [member.user for member in members]
    if users:
        seating.appoint(queue=queue, users=users, at=timezone.now())
        names = ", ".join(user.username for user in users)
        messages.success(request, f"May review in it: {names}.")
    else:
        messages.error(request, "Nobody was chosen; nothing was changed.")
    return redirect("review:queue", pk=queue.pk)


@require_POST
@for_right(Right.MANAGE)
def seat_removal(request: MemberRequest, pk: int, user_id: int) -> HttpResponse:
    """Take somebody out of the queue: what they hold goes to others, what they decided stays."""
    queue = find(request, pk)
    seat = queries.seats_of(queue).filter(user=user_id).first() if user_id < LARGEST else None
    if seat is None:
        raise Http404("nobody like that reviews in it")
    if seating.leave(queue=queue, user=seat.user, at=timezone.now()):
        messages.success(request, f"{seat.user.username} is out of the queue.")
    return redirect("review:queue", pk=queue.pk)


def find(request: MemberRequest, pk: int) -> Queue:
    """One of the team's queues; Http404 for anybody else's."""
    queue = queries.queue(request.team, pk)
    if queue is None:
        raise Http404("no such queue")
    return queue


def _page(request: MemberRequest, queue: Queue, form: TermsForm, status: int = 200) -> HttpResponse:
    seated = queries.seats_of(queue).filter(left_at=None).values("user")
    page = {
        **_progress(queue),
        **_items(request, queue),
        "terms": form,
        "others": accounts.members_of(request.team).exclude(user__in=seated),
        "made_from": told(queue),
    }
    return render(request, "review/queue.html", page, status=status)


def _progress(queue: Queue) -> dict[str, object]:
    return {"queue": queue, "progress": queries.progress(queue, timezone.now())}


def _items(request: MemberRequest, queue: Queue) -> dict[str, object]:
    which = request.GET.get("state", "")
    choices = _choices(queue)
    which = which if which in {value for value, _, _ in choices} else ""
    page = browsing.page(queue, which, _place(request), PER_PAGE)
    return {
        "queue": queue,
        "which": which,
        "which_choices": choices,
        "rows": browsing.said(page.items),
        "first": page.first,
        "last": page.last,
    }


def _choices(queue: Queue) -> list[tuple[str, str, int | None]]:
    """Values, words and, where it is kept, how many."""
    n_open = queue.n_items - queue.n_done - queue.n_disputed
    return [
        ("", "All", queue.n_items),
        (ItemState.OPEN, "To be decided", max(n_open, 0)),
        (ItemState.DISPUTED, "Disputed", queue.n_disputed),
        (ItemState.DECIDED, "Agreed", None),
        (ItemState.RESOLVED, "Settled", None),
        (ItemState.WITHDRAWN, "Withdrawn", None),
        (FLAGGED, "Flagged", None),
        (GOLD, "Gold", None),
    ]


def _place(request: MemberRequest) -> Place:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if _is_id(before):
        return Place(position=int(before), is_back=True)
    return Place(position=int(after)) if _is_id(after) else START


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) < LARGEST


def _moved(
    request: MemberRequest, pk: int, move: Callable[[Queue], bool], said: str
) -> HttpResponse:
    queue = find(request, pk)
    if move(queue):
        messages.success(request, said)
    else:
        messages.error(request, "It was changed by somebody else meanwhile; look again.")
    return redirect("review:queue", pk=queue.pk)
