"""Who is in a team: nobody takes over an account, and no team is left without an admin."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from themis.accounts import people, queries
from themis.accounts.models import Membership, Role, Team, User
from themis.domain.errors import LastAdmin, NameTaken

pytestmark = pytest.mark.django_db


def member(user: User) -> Membership:
    """Their place in their team."""
    found = queries.membership_of(user)
    assert found is not None
    return found


def test_somebody_new_signs_in_with_the_password_that_was_shown(team: Team) -> None:
    added, plain = people.add(team=team, username="ada", role=Role.ADJUDICATOR)
    assert authenticate(username="ada", password=plain) == added.user
    assert (added.team, added.role) == (team, Role.ADJUDICATOR)


@pytest.mark.parametrize("name", ["stranger", "Stranger", "mate"])
def test_a_name_that_is_taken_keeps_its_password(
    team: Team, stranger: User, mate: User, name: str
) -> None:
    with pytest.raises(NameTaken):
        people.add(team=team, username=name, role=Role.ANNOTATOR)
    assert authenticate(username="stranger", password="other-pass") == stranger
    assert authenticate(username="mate", password="mate-pass") == mate


def test_who_was_taken_out_may_be_let_in_again(team: Team, owner: User, mate: User) -> None:
    people.take_out(membership=member(mate))
    assert queries.membership_of(mate) is None
    again, plain = people.add(team=team, username="mate", role=Role.ANNOTATOR)
    assert again.user == mate
    assert authenticate(username="mate", password=plain) == mate


def test_the_last_admin_stays_one(owner: User, mate: User) -> None:
    with pytest.raises(LastAdmin, match="owner is the only admin"):
        people.appoint(membership=member(owner), role=Role.MANAGER)
    with pytest.raises(LastAdmin):
        people.take_out(membership=member(owner))
    people.appoint(membership=member(mate), role=Role.ADMIN)
    assert people.appoint(membership=member(owner), role=Role.MANAGER)
    assert member(owner).role == Role.MANAGER


def test_an_admin_of_another_team_does_not_count(owner: User, stranger: User) -> None:
    with pytest.raises(LastAdmin):
        people.take_out(membership=member(owner))


def test_a_role_that_somebody_has_changes_nothing(owner: User) -> None:
    assert not people.appoint(membership=member(owner), role=Role.ADMIN)


def test_a_new_password_takes_the_place_of_the_old(mate: User) -> None:
    plain = people.new_password(membership=member(mate))
    assert authenticate(username="mate", password="mate-pass") is None
    assert authenticate(username="mate", password=plain) == mate


def test_the_password_of_somebody_of_two_teams_is_no_teams_to_change(
    team: Team, stranger: User
) -> None:
    here = Membership.objects.create(user=stranger, team=team, role=Role.ANNOTATOR)
    with pytest.raises(NameTaken, match="another team as well"):
        people.new_password(membership=here)
    assert authenticate(username="stranger", password="other-pass") == stranger
