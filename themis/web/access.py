"""Who may open a page: people who are signed in, belong to a team, and have the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from themis.accounts import queries
from themis.accounts.models import Right, Role, Team, User
from themis.reviews import blindness
from themis.reviews.models import Queue

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request whose user is known and works in a team.

    `rights` lacks what a blind queue takes away for a while; `blind` is that queue.
    """

    user: User
    team: Team
    role: Role
    rights: frozenset[Right]
    blind: Queue | None
    htmx: HtmxDetails


class Closed(PermissionDenied):
    """A page that shows what the machine or others say, asked for by somebody who is blind."""

    def __init__(self, queue: Queue) -> None:
        super().__init__(f"Closed while you review blind in {queue.name}.")
        self.queue = queue


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_members(view: MemberView[P]) -> View[P]:
    """The view, for people of a team; others are asked to sign in."""

    @wraps(view)
    def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.blind = blindness.closed_to(request.user, request.team, request.role)
        if request.blind:
            request.rights -= blindness.CLOSED
        try:
            return view(request, *args, **kwargs)
        except Closed as closed:
            return _closed(request, closed.queue)

    return for_onlookers(checked)


def for_onlookers(view: MemberView[P]) -> View[P]:
    """The view of what a blind queue closes to nobody, such as recorded pictures: it is not asked.

    `rights` are those of the role.
    """

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        member = cast(MemberRequest, request)
        membership = queries.membership_of(member.user)
        if membership is None:
            raise PermissionDenied("You belong to no team yet; ask an admin to enrol you.")
        member.team, member.role = membership.team, Role(membership.role)
        member.rights, member.blind = membership.rights, None
        return view(member, *args, **kwargs)

    return checked


def for_right(right: Right) -> Callable[[MemberView[P]], View[P]]:
    """The view, for people of the team who have a right; the others get 403."""

    def guarded(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def checked(
            request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            require(request, right)
            return view(request, *args, **kwargs)

        return for_members(checked)

    return guarded


def require(request: MemberRequest, right: Right) -> None:
    """Raises PermissionDenied, with who may, unless the person who asks has a right.

    Closed, which becomes a page of its own, where only a blind queue stands between.
    """
    if request.blind and right in blindness.CLOSED & request.role.rights:
        raise Closed(request.blind)
    if right not in request.rights:
        who = " or ".join(f"{role.label.lower()}s" for role in Role if right in role.rights)
        raise PermissionDenied(f"This is for {who} of the team.")


def _closed(request: MemberRequest, queue: Queue) -> HttpResponse:
    """Why, and the two ways on. A part of an open page has the whole looked at anew."""
    if request.htmx:
        return HttpResponse(status=403, headers={"HX-Refresh": "true"})
    page = {"queue": queue, "go_on": resolve_url("review:room", queue.pk)}
    return render(request, "review/closed.html", page, status=403)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """A part swapped into a page cannot show a login form: the whole page goes there."""
    if cast(MemberRequest, request).htmx:
        return HttpResponseClientRedirect(resolve_url("accounts:login"))
    return redirect_to_login(request.get_full_path())
