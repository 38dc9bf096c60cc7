"""Who is in a team, and as what: the writes behind the page of people."""

from __future__ import annotations

import secrets

from django.db import transaction

from themis.accounts.models import Membership, Role, Team, User
from themis.domain.errors import LastAdmin, NameTaken


@transaction.atomic
def add(*, team: Team, username: str, role: Role) -> tuple[Membership, str]:
    """A new person of a team, and the password that is shown once.

    Raises NameTaken for the name of anybody who is in a team: a password given here must not
    open somebody else's account. Who was taken out of their last team may be let in again.
    """
    known = User.objects.select_for_update().filter(username__iexact=username).first()
    if known is not None and known.memberships.filter(team=team).exists():
        raise NameTaken(f"{known.username} is in the team already; change the role in the list.")
    if known is not None and known.memberships.exists():
        raise NameTaken(f"Somebody else signs in as {known.username}; choose another name.")
    user = known or User.objects.create(username=username)
    plain = _new_password(user)
    return Membership.objects.create(user=user, team=team, role=role), plain


@transaction.atomic
def appoint(*, membership: Membership, role: Role) -> bool:
    """Give somebody another role; False if they had it. Raises LastAdmin."""
    member = _locked(membership)
    if member.role == role:
        return False
    _leave_an_admin(member)
    member.role = role
    member.save(update_fields=["role"])
    return True


@transaction.atomic
def take_out(*, membership: Membership) -> None:
    """End a membership: its person sees nothing of the team from now on. Raises LastAdmin.

    What they decided and said stays, under their name.
    """
    member = _locked(membership)
    _leave_an_admin(member)
    member.delete()


@transaction.atomic
def new_password(*, membership: Membership) -> str:
    """Another password for somebody who lost theirs; who is signed in as them is signed out.

    Raises NameTaken for somebody who is in another team as well: theirs is not this team's to
    change.
    """
    user = membership.user
    if user.memberships.exclude(team_id=membership.team_id).exists():
        raise NameTaken(
            f"{user.username} is in another team as well; on the server, "
            f"`manage.py enrol {user.username}` gives a new password."
        )
    return _new_password(user)


def _new_password(user: User) -> str:
    plain = secrets.token_urlsafe(12)
    user.set_password(plain)
    user.save(update_fields=["password"])
    return plain


def _locked(membership: Membership) -> Membership:
    # Two admins who take each other out at once: the second sees what the first has done.
    Team.objects.select_for_update().get(pk=membership.team_id)
    return Membership.objects.select_related("user").get(pk=membership.pk)


def _leave_an_admin(member: Membership) -> None:
    admins = Membership.objects.filter(team_id=member.team_id, role=Role.ADMIN)
    if member.role == Role.ADMIN and not admins.exclude(pk=member.pk).exists():
        raise LastAdmin(
            f"{member.user.username} is the only admin of the team; make somebody else one first."
        )
