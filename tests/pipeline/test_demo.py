"""The demo: somebody of every role can sign in, and whoever reviews finds work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from themis.accounts import queries as accounts
from themis.accounts.models import Role, Team, User
from themis.pipeline import demo
from themis.reviews import queries
from themis.reviews.models import Queue, QueueState

pytestmark = pytest.mark.django_db


def load(team: Team) -> demo.Logins | None:
    """The demo, quietly."""
    return demo.load(team=team, at=timezone.now(), tell=lambda _line: None)


def test_a_first_start_has_people_of_every_kind_and_a_queue(team: Team, home: Path) -> None:
    logins = load(team)
    assert logins is not None
    kept = json.loads((home / "demo-logins.json").read_text())
    roles = set()
    for name, password in logins.people.items():
        assert kept[name] == password
        user = authenticate(username=name, password=password)
        assert isinstance(user, User)
        member = accounts.membership_of(user)
        assert member is not None
        roles.add(member.role)
    assert {Role.ADMIN, Role.MANAGER, Role.ADJUDICATOR, Role.ANNOTATOR} == roles
    queue = Queue.objects.get()
    assert (queue.state, queue.is_blind, queue.is_named) == (QueueState.OPEN, True, False)
    assert (queue.n_items, queue.n_wanted) == (8, 16)
    assert queue.items.exclude(gold="").count() == 3
    annotator = User.objects.get(username="annotator2")
    assert [mine.n_left for mine in queries.queues_for(annotator, team)] == [8]
    assert load(team) == logins


def test_logins_of_an_older_installation_still_load(team: Team, home: Path) -> None:
    old = {"owner": "one", "annotator": "two", "api_key": "thk_three"}
    (home / "demo-logins.json").write_text(json.dumps(old))
    logins = load(team)
    assert logins is not None
    assert logins.people == {"owner": "one", "annotator": "two"}
    assert not Queue.objects.exists()


def test_an_installation_with_people_of_its_own_gets_no_demo(team: Team, owner: User) -> None:
    assert load(team) is None
    assert not Queue.objects.exists()
