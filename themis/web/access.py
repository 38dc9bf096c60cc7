"""Who may open a page: people who are signed in and belong to a team, or own it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from themis.accounts import queries
from themis.accounts.models import Team, User

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request whose user is known and works in a team."""

    user: User
    team: Team
    is_owner: bool
    htmx: HtmxDetails


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_members(view: MemberView[P]) -> View[P]:
    """The view, for people of a team; others are asked to sign in."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        member = cast(MemberRequest, request)
        membership = queries.membership_of(member.user)
        if membership is None:
            raise PermissionDenied("You belong to no team yet; ask an owner to enrol you.")
        member.team, member.is_owner = membership.team, membership.is_owner
        return view(member, *args, **kwargs)

    return checked


def for_owners(view: MemberView[P]) -> View[P]:
    """The view, for owners of the team; its other members get 403."""

    @wraps(view)
    def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.is_owner:
            raise PermissionDenied("Only owners of the team may open this page.")
        return view(request, *args, **kwargs)

    return for_members(checked)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """A part swapped into a page cannot show a login form: the whole page goes there."""
    if cast(MemberRequest, request).htmx:
        return HttpResponseClientRedirect(resolve_url("accounts:login"))
    return redirect_to_login(request.get_full_path())
