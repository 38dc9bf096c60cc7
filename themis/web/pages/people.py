"""Settings, People: who is in the team, as what, and what each role may do."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from themis.accounts import people, queries
from themis.accounts.models import Membership, Right, Role
from themis.domain.errors import LastAdmin, NameTaken
from themis.reviews import desk, seating
from themis.web.access import MemberRequest, for_right
from themis.web.peopleforms import PersonForm, RoleForm

DOES = {
    Right.REVIEW: "Decide on runs in queues",
    Right.SEE: "See runs, verdicts and charts",
    Right.BRING: "Bring in runs, have them judged",
    Right.ADJUDICATE: "Settle disagreements",
    Right.MANAGE: "Make queues, appoint reviewers",
    Right.CONFIGURE: "Set up models, critics, webhooks",
    Right.KEYS: "API keys, jobs of training",
    Right.PEOPLE: "Say who is in the team",
}


@never_cache
@require_http_methods(["GET", "POST"])
@for_right(Right.PEOPLE)
def index(request: MemberRequest) -> HttpResponse:
    """Everybody in the team. The password of somebody new is shown in the answer to the POST."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        name, role = form.cleaned_data["username"], Role(form.cleaned_data["role"])
        try:
            member, plain = people.add(team=request.team, username=name, role=role)
        except NameTaken as error:
            form.add_error("username", str(error))
        else:
            return _page(request, PersonForm(), member, plain)
    return _page(request, form)


@never_cache
@require_POST
@for_right(Right.PEOPLE)
def password(request: MemberRequest, pk: int) -> HttpResponse:
    """Another password for somebody of the team, shown in the answer."""
    member = _find(request, pk)
    try:
        plain = people.new_password(membership=member)
    except NameTaken as error:
        messages.error(request, str(error))
        return redirect("settings:people")
    if member.user_id == request.user.pk:  # who asks stays signed in
        request.user.refresh_from_db()
        update_session_auth_hash(request, request.user)
    return _page(request, PersonForm(), member, plain)


@require_POST
@for_right(Right.PEOPLE)
def role(request: MemberRequest, pk: int) -> HttpResponse:
    """Another role for somebody of the team."""
    member, form = _find(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "There is no such role; nothing was changed.")
        return redirect("settings:people")
    chosen = Role(form.cleaned_data["role"])
    try:
        people.appoint(membership=member, role=chosen)
    except LastAdmin as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.user.username} is {_with_article(chosen)} now.")
    is_self = member.user_id == request.user.pk
    return redirect("home:index" if is_self and not _may_stay(chosen) else "settings:people")


@require_POST
@for_right(Right.PEOPLE)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Take somebody out of the team; the form says whom by name, so that nobody goes by mistake."""
    member = _find(request, pk)
    name = member.user.username
    if request.POST.get("username") != name:
        messages.error(request, "That was somebody else; nobody was taken out.")
    elif member.user_id == request.user.pk:
        messages.error(request, "Nobody can take out themselves; ask another admin.")
    else:
        try:
            _take_out(member)
        except LastAdmin as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{name} is out of the team; what they decided stays.")
    return redirect("settings:people")


def _page(
    request: MemberRequest, form: PersonForm, fresh: Membership | None = None, plain: str = ""
) -> HttpResponse:
    page = {
        "form": form,
        "fresh": fresh,
        "plain": plain,
        "members": queries.members_of(request.team),
        "roles": Role,
        "rights": [
            (words, [right in role.rights for role in Role]) for right, words in DOES.items()
        ],
        "sign_in": request.build_absolute_uri("/login/"),
    }
    return render(request, "settings/people.html", page)


@transaction.atomic
def _take_out(member: Membership) -> None:
    """With them go their seats: what they hold in queues is handed to others."""
    people.take_out(membership=member)
    for queue in desk.queues_with(member.user, member.team):
        seating.leave(queue=queue, user=member.user, at=timezone.now())


def _find(request: MemberRequest, pk: int) -> Membership:
    member = queries.members_of(request.team).filter(pk=pk).first()
    if member is None:
        raise Http404("nobody like that in the team")
    return member


def _may_stay(role: Role) -> bool:
    return Right.PEOPLE in role.rights


def _with_article(role: Role) -> str:
    return f"{'an' if role.label[0] in 'AE' else 'a'} {role.label.lower()}"
