"""What a reviewer does with the run before them: draft, give back, skip, put off, flag, decide."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from themis.accounts.models import Right
from themis.domain import wire
from themis.domain.errors import NotYours, UnfitOpinion, UnreadableTrajectory
from themis.reviews import deciding, holding
from themis.reviews.models import Decision, Hold
from themis.web.access import MemberRequest, for_right
from themis.web.pages.review_room_asked import (
    Asked,
    Unreadable,
    answering,
    asked_of,
    holds,
    opinion,
    seconds,
    text,
    whole,
)


@require_POST
@for_right(Right.REVIEW)
@answering
def draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep a draft; answers with the number of the one that is kept."""
    asked = asked_of(request)
    return JsonResponse({"number": _save(request, pk, asked)})


@require_POST
@for_right(Right.REVIEW)
@answering
def renew(request: MemberRequest, pk: int) -> HttpResponse:
    """Go on holding; answers with the holds that are lost."""
    lost = []
    for hold_id, token in holds(asked_of(request)):
        try:
            _check(request, pk, hold_id)
            holding.renew(hold_id=hold_id, token=token, at=timezone.now())
        except NotYours:
            lost.append(hold_id)
    return JsonResponse({"lost": lost})


@require_POST
@for_right(Right.REVIEW)
@answering
def release(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep the last drafts and give all back: the page closes, and hears no answer."""
    asked = asked_of(request)
    drafts = asked.get("drafts")
    for each in drafts[:20] if isinstance(drafts, list) else []:
        with contextlib.suppress(NotYours, UnfitOpinion, UnreadableTrajectory, Unreadable):
            _save(request, pk, each if isinstance(each, dict) else {})
    for hold_id, token in holds(asked):
        with contextlib.suppress(NotYours):
            _check(request, pk, hold_id)
            holding.release(hold_id=hold_id, token=token, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
@for_right(Right.REVIEW)
@answering
def skip(request: MemberRequest, pk: int) -> HttpResponse:
    """Leave the run to others."""
    return _give(request, pk, _skip)


@require_POST
@for_right(Right.REVIEW)
@answering
def unskip(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a skip back."""
    return _give(request, pk, _unskip)


@require_POST
@for_right(Right.REVIEW)
@answering
def aside(request: MemberRequest, pk: int) -> HttpResponse:
    """Put the run at the end of the person's queue."""
    return _give(request, pk, _aside)


@require_POST
@for_right(Right.REVIEW)
@answering
def flag(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for a second opinion."""
    return _give(request, pk, _flag)


@require_POST
@for_right(Right.REVIEW)
@answering
def submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Decide; the same token twice is the same decision."""
    asked = asked_of(request)
    hold_id = whole(asked, "hold")
    _check(request, pk, hold_id)
    decision = deciding.submit(
        hold_id=hold_id,
        token=text(asked, "token"),
        seen_version=whole(asked, "version"),
        opinion=opinion(asked),
        seconds=seconds(asked),
        at=timezone.now(),
    )
    return _decided(decision)


@require_POST
@for_right(Right.REVIEW)
@answering
def amend(request: MemberRequest, pk: int) -> HttpResponse:
    """Put another decision in one's own's place; sent twice it is done once."""
    asked = asked_of(request)
    said = opinion(asked)
    rows = Decision.objects.filter(user=request.user, item__queue=pk, is_final=False)
    before = rows.filter(pk=whole(asked, "decision")).first()
    if before is None:
        raise Http404("no such decision of yours")
    if not before.is_current:
        now = rows.filter(item=before.item_id, is_current=True).first()
        if now is not None and now.payload == wire.dump(said):
            return _decided(now)
    decision = deciding.amend(decision=before, by=request.user, opinion=said, at=timezone.now())
    return _decided(decision)


def _decided(decision: Decision) -> JsonResponse:
    return JsonResponse({"decision": decision.pk, "item": decision.item_id})


def _check(request: MemberRequest, pk: int, hold_id: int) -> None:
    """A token alone is not enough: the hold is the person's own, in this queue of their team."""
    mine = Hold.objects.filter(pk=hold_id, user=request.user, item__queue=pk)
    if not mine.filter(item__queue__team=request.team).exists():
        raise NotYours("This run is not yours to decide.")


def _save(request: MemberRequest, pk: int, asked: Asked) -> int:
    hold_id = whole(asked, "hold")
    _check(request, pk, hold_id)
    return holding.save_draft(
        hold_id=hold_id,
        token=text(asked, "token"),
        number=whole(asked, "number"),
        opinion=opinion(asked),
        at=timezone.now(),
    )


def _give(request: MemberRequest, pk: int, deed: Callable[[int, str, str], Hold]) -> HttpResponse:
    asked = asked_of(request)
    hold_id = whole(asked, "hold")
    _check(request, pk, hold_id)
    done = deed(hold_id, text(asked, "token"), text(asked, "reason"))
    return JsonResponse({"hold": done.pk, "state": done.state})


def _skip(hold_id: int, token: str, reason: str) -> Hold:
    return holding.skip(hold_id=hold_id, token=token, reason=reason, at=timezone.now())


def _unskip(hold_id: int, token: str, _reason: str) -> Hold:
    return holding.unskip(hold_id=hold_id, token=token, at=timezone.now())


def _aside(hold_id: int, token: str, _reason: str) -> Hold:
    return holding.put_aside(hold_id=hold_id, token=token, at=timezone.now())


def _flag(hold_id: int, token: str, reason: str) -> Hold:
    return holding.flag(hold_id=hold_id, token=token, reason=reason, at=timezone.now())
