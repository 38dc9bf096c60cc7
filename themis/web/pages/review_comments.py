"""The talk about one run: a part of its page and of the review room."""

from __future__ import annotations

import json

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from themis.accounts.models import Right, User
from themis.domain.errors import UnfitComment
from themis.domain.jsontypes import Json
from themis.pipeline import telling
from themis.reviews import blindness, earshot, talking
from themis.reviews.models import Comment
from themis.reviews.talking import Place, Said
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory
from themis.web.access import MemberRequest, for_members
from themis.web.places import Places
from themis.web.saying import Spoken, spoken

SHOWN = 100  # comments at a time
MAX_REGION = 500  # characters
COMPLETED = 8  # names offered
MAX_NUMBER = 18  # digits


@never_cache
@require_http_methods(["GET", "POST"])
@for_members
def index(request: MemberRequest, pk: str) -> HttpResponse:
    """What is said of a run, as a part of a page; with POST, one comment more."""
    trajectory = find(request, pk)
    if request.method == "POST":
        return _add(request, trajectory)
    part = "#said" if request.GET.get("part") == "list" else ""
    return render(request, f"review/comments.html{part}", _page(request, trajectory))


@require_POST
@for_members
@transaction.atomic
def edit(request: MemberRequest, pk: str, comment_id: int) -> HttpResponse:
    """Other words in the place of one's own."""
    comment = _mine(request, pk, comment_id)
    text, at = request.POST.get("text", ""), timezone.now()
    try:
        newly = talking.edit(comment=comment, by=request.user, text=text, at=at)
    except UnfitComment as error:
        return _refused(error)
    telling.edited(comment, newly)
    return JsonResponse({"id": comment.pk})


@require_POST
@for_members
def delete(request: MemberRequest, pk: str, comment_id: int) -> HttpResponse:
    """Take back one's own words."""
    comment = _mine(request, pk, comment_id)
    telling.refreshed(comment)
    talking.delete(comment=comment, by=request.user)
    return JsonResponse({"id": comment_id})


@require_GET
@for_members
def people(request: MemberRequest, pk: str) -> HttpResponse:
    """Who can be mentioned: people of the team whose name begins, or goes on, as typed."""
    find(request, pk)
    typed = request.GET.get("q", "")[:150].lower()
    others = User.objects.filter(teams=request.team, is_active=True).exclude(pk=request.user.pk)
    found = others.filter(username__icontains=typed).values_list("username", flat=True)
    names = sorted(found[:200], key=lambda name: (not name.lower().startswith(typed), name.lower()))
    return JsonResponse({"names": names[:COMPLETED]})


def find(request: MemberRequest, pk: str) -> Trajectory:
    """A run that this person may look at: on its page, or because it is theirs to decide."""
    trajectory = trajectories.of_team(request.team).filter(pk=pk).first()
    may_see = Right.SEE in request.rights or blindness.may_look_at(request.user, pk)
    if trajectory is None or not may_see:
        raise Http404("no such trajectory")
    return trajectory


@transaction.atomic  # with what webhooks are told of it
def _add(request: MemberRequest, trajectory: Trajectory) -> HttpResponse:
    try:
        said = Said(
            text=request.POST.get("text", ""),
            place=_place(request),
            key=request.POST.get("key") or None,
        )
        is_new = not _is_kept(request, said.key)
        comment = talking.comment(
            trajectory=trajectory, by=request.user, said=said, at=timezone.now()
        )
    except UnfitComment as error:
        return _refused(error)
    if is_new:
        telling.commented(comment)
    return JsonResponse({"id": comment.pk}, status=201 if is_new else 200)


def _is_kept(request: MemberRequest, key: str | None) -> bool:
    return bool(key) and Comment.objects.filter(author=request.user, key=key).exists()


def _place(request: MemberRequest) -> Place:
    step = _number(request, "step")
    return Place(
        step=None if step is None else step - 1,
        region=_region(request.POST.get("region", "")),
        turn=_number(request, "turn"),
        item=_number(request, "item"),
    )


def _number(request: MemberRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= MAX_NUMBER):
        raise UnfitComment(f"The {name} is not a number.")
    return int(given)


def _region(given: str) -> Json:
    if not given:
        return None
    try:
        region: Json = json.loads(given[:MAX_REGION])
    except (ValueError, RecursionError):
        raise UnfitComment("The region cannot be read; mark it again.") from None
    return region


def _mine(request: MemberRequest, pk: str, comment_id: int) -> Comment:
    trajectory = find(request, pk)
    mine = Comment.objects.filter(pk=comment_id, trajectory=trajectory, author=request.user)
    comment = mine.select_related("trajectory__team", "team").first()
    if comment is None:
        raise Http404("no such comment of yours")
    return comment


def _refused(error: UnfitComment) -> HttpResponse:
    return JsonResponse({"error": str(error)}, status=422)


def _page(request: MemberRequest, trajectory: Trajectory) -> dict[str, object]:
    asked = request.GET.get("item", "")
    rows = list(earshot.comments_of(trajectory, request.user)[: SHOWN + 1])
    return {
        "trajectory": trajectory,
        "comments": _spoken(request, trajectory, rows[:SHOWN]),
        "has_more": len(rows) > SHOWN,
        "hears_others": earshot.hears_others(request.user, trajectory),
        "max_text": talking.MAX_TEXT,
        "item": asked if asked.isascii() and asked.isdigit() and len(asked) <= MAX_NUMBER else "",
    }


def _spoken(request: MemberRequest, trajectory: Trajectory, rows: list[Comment]) -> list[Spoken]:
    places = None
    if any(row.region for row in rows):
        places = Places(trajectory, trajectory.recording, None)
    return [spoken(row, request.user, places) for row in rows]
