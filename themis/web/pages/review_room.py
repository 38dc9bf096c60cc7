"""The review room: its frame, the next run in it, and what was said of the last one."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from themis.accounts.models import Right
from themis.domain.errors import NotSeated, QueueIsClosed, ThemisError
from themis.reviews import holding, queries
from themis.reviews.models import Decision, Hold, Queue, QueueItem, QueueState
from themis.web import review_item
from themis.web.access import MemberRequest, for_right
from themis.web.pages.review_room_asked import answering, asked_of, whole
from themis.web.pages.trajectory import record_of
from themis.web.review_item import context, key_names, verdict_of, with_verdict
from themis.web.shortcuts import keymap

DEEDS = ("take", "draft", "renew", "release", "skip", "unskip", "aside", "flag", "submit", "amend")
OWN = "room-%d"  # the cookie by which a person's device says that it has runs of its own
ENDS = {
    QueueState.OPEN: ("empty", "That was the last one", "Nothing is left for you in this queue."),
    QueueState.FILLING: ("waiting", "Not ready yet", "This queue is still being filled."),
    QueueState.PAUSED: ("waiting", "Paused", "Its manager has paused this queue for now."),
    QueueState.CLOSED: ("closed", "Closed", "This queue is closed. What you decided is kept."),
}


def queue_of(request: MemberRequest, pk: int) -> Queue:
    """One of the team's queues; Http404 for anybody else's."""
    found = queries.queue(request.team, pk)
    if found is None:
        raise Http404("no such queue")
    return found


@require_GET
@never_cache
@ensure_csrf_cookie
@for_right(Right.REVIEW)
def room(request: MemberRequest, pk: int) -> HttpResponse:
    """The frame with a run in it; the page takes the next ones by itself.

    And the first as well, while the device has runs that are not known here.
    """
    queue = queue_of(request, pk)
    urls = {name: reverse(f"review:room-{name}", args=[queue.pk]) for name in DEEDS}
    urls["peek"] = reverse("review:room-peek", args=[queue.pk, 0])
    hold = None if _has_own(request) else _first(request, queue)
    page = {
        **_standing(request, queue),
        **(_shown(request, hold) if hold else {}),
        "queue": queue,
        "keymap": keymap(request.user.keys),
        "keys": key_names(request.user.keys),
        "setting": {
            "queue": queue.pk,
            "user": request.user.pk,
            "urls": urls,
            "item": hold and hold.item_id,
            "own": OWN % request.user.pk,
        },
    }
    return render(request, "review/room.html", page)


@require_GET
@for_right(Right.REVIEW)
def progress(request: MemberRequest, pk: int) -> HttpResponse:
    """How far the person and the queue are."""
    queue = queue_of(request, pk)
    return render(request, "review/room_progress.html", _standing(request, queue))


@require_POST
@for_right(Right.REVIEW)
@answering
def take(request: MemberRequest, pk: int) -> HttpResponse:
    """The next run, or the one asked for, leased to the person; or why there is none."""
    queue = queue_of(request, pk)
    asked = asked_of(request)
    if "item" in asked:
        return _item(request, _opened(request, queue, whole(asked, "item")))
    but = asked.get("but", [])
    known = [each for each in but if isinstance(each, int)] if isinstance(but, list) else []
    try:
        hold = holding.take(queue=queue, user=request.user, at=timezone.now(), but=known)
    except NotSeated as refusal:
        return _end(request, queue, ("closed", "Not for you", str(refusal)))
    except QueueIsClosed:
        queue.refresh_from_db(fields=["state"])
        return _end(request, queue, ENDS[QueueState(queue.state)])
    return _item(request, hold) if hold else _end(request, queue, ENDS[QueueState.OPEN])


@require_GET
@for_right(Right.REVIEW)
def step(request: MemberRequest, pk: int, item_id: int, number: int) -> HttpResponse:
    """What was recorded of a step, for one that has no screen."""
    item = _mine(request, pk, item_id)
    recording = item.trajectory.recording
    if not 0 < number <= len(recording.steps):
        raise Http404("no such step")
    record = record_of(number, recording.steps[number - 1])
    return render(request, "trajectory/step.html", {"record": record})


@require_GET
@for_right(Right.REVIEW)
def rest(request: MemberRequest, pk: int, item_id: int) -> HttpResponse:
    """What is drawn and said of the later steps of a long run."""
    item = _mine(request, pk, item_id)
    return render(request, "review/room_rest.html", {"frames": review_item.rest(item)})


@require_GET
@for_right(Right.REVIEW)
def peek(request: MemberRequest, pk: int, item_id: int) -> HttpResponse:
    """What the machine and others said of a run, for whoever has decided it."""
    item = _mine(request, pk, item_id)
    said = list(queries.decisions_of(item))
    mine = next((each for each in said if each.user_id == request.user.pk), None)
    if mine is None:
        raise Http404("not decided by you yet")
    page = {
        "item": item,
        "mine": mine,
        "verdict": verdict_of(item),
        "others": [each for each in said if each.pk != mine.pk],
    }
    return render(request, "review/room_peek.html", page)


def _opened(request: MemberRequest, queue: Queue, item_id: int) -> Hold:
    item = queries.item(request.team, item_id)
    if item is None or item.queue_id != queue.pk:
        raise Http404("no such run in this queue")
    return holding.open(item=item, user=request.user, at=timezone.now())


def _mine(request: MemberRequest, pk: int, item_id: int) -> QueueItem:
    """An item that the person has, or has had; Http404 for any other."""
    item = queries.item(request.team, item_id)
    if item is None or item.queue_id != pk or queries.hold_of(item, request.user) is None:
        raise Http404("no such run of yours")
    return item


def _has_own(request: MemberRequest) -> bool:
    """Whether the device has runs of its own: in other tabs, or decided and not sent yet.

    Only the page can tell which. As little is taken where the browser only guesses that somebody
    will come.
    """
    own = OWN % request.user.pk
    return own in request.COOKIES or "prefetch" in request.headers.get("Sec-Purpose", "")


def _first(request: MemberRequest, queue: Queue) -> Hold | None:
    """The run that is asked for, or the next one; None where the page has to ask why not."""
    asked = request.GET.get("item")
    try:
        if asked is None:
            return holding.take(queue=queue, user=request.user, at=timezone.now())
        is_number = asked.isascii() and asked.isdecimal() and len(asked) < 10
        return _opened(request, queue, int(asked)) if is_number else None
    except (ThemisError, Http404):
        return None


def _shown(request: MemberRequest, hold: Hold) -> dict[str, object]:
    whole_hold = with_verdict(hold)
    decided = Decision.objects.filter(
        item=hold.item_id, user=request.user, is_current=True, is_final=False
    )
    return context(whole_hold, decided.first(), request.user.keys)


def _item(request: MemberRequest, hold: Hold) -> HttpResponse:
    return render(request, "review/room_item.html", _shown(request, hold))


def _end(request: MemberRequest, queue: Queue, why: tuple[str, str, str]) -> HttpResponse:
    reason, title, words = why
    others = [
        (each.queue, each.n_left)
        for each in queries.queues_for(request.user, request.team)
        if each.queue.pk != queue.pk and each.n_left and each.queue.state == QueueState.OPEN
    ]
    page = {
        **_standing(request, queue),
        "reason": reason,
        "title": title,
        "words": words,
        "others": others[:5],
    }
    return render(request, "review/room_end.html", page)


def _standing(request: MemberRequest, queue: Queue) -> dict[str, object]:
    return {
        "queue": queue,
        "mine": queries.my_progress(queue, request.user),
        "progress": queries.progress(queue, timezone.now()),
    }
