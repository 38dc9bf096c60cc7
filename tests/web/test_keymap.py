"""Keys of the review room: a person's own, without conflicts."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.conftest import client_of
from tests.reviews import scenes
from themis.accounts.models import Team, User
from themis.web import shortcuts
from themis.web.shortcuts import COMMANDS, faults, keymap

ADDRESS = "settings:keymap"


@pytest.fixture
def ann(team: Team) -> User:
    return scenes.person(team, "ann")


@pytest.fixture
def as_ann(ann: User) -> Client:
    return client_of(ann)


def kept(client: Client, **keys: str) -> HttpResponse:
    body = {f"key-{name.replace('_', '-')}": key for name, key in keys.items()}
    answer = client.post(reverse(ADDRESS), body)
    assert isinstance(answer, HttpResponse)
    return answer


def test_the_defaults_are_free_of_conflicts() -> None:
    assert faults(keymap({})) == {}


def test_a_key_on_two_commands_is_a_fault_of_the_later() -> None:
    found = faults(keymap({"step-on": "j"}))
    assert list(found) == ["milestone-on"]
    assert "Next step" in found["milestone-on"]


@pytest.mark.parametrize("key", ["?", "Escape", "Tab", "Enter"])
def test_keys_that_mean_the_same_everywhere_are_not_taken(key: str) -> None:
    assert "step-on" in faults(keymap({"step-on": key}))


@pytest.mark.parametrize("key", ["two words", "\x00", "<script>alert(1)</script>", "j j"])
def test_what_is_no_key_is_refused(key: str) -> None:
    assert "step-on" in faults(keymap({"step-on": key}))


@pytest.mark.parametrize("key", ["8", "+", "Ctrl++", "F5", "Shift+ArrowLeft", "é", ""])
def test_keys_of_all_kinds_can_be_taken(key: str) -> None:
    assert faults(keymap({"step-on": key})) == {}


@pytest.mark.parametrize(
    ("key", "words"), [("Ctrl+Enter", "Ctrl + Enter"), ("ArrowLeft", "←"), ("+", "+")]
)
def test_keys_are_shown_as_people_read_them(key: str, words: str) -> None:
    assert shortcuts.shown(key) == words


@pytest.mark.django_db
def test_ones_own_keys_are_kept_and_shown(as_ann: Client, ann: User) -> None:
    assert kept(as_ann, step_on="8").status_code == 302
    ann.refresh_from_db()
    assert ann.keys == {"step-on": "8"}
    page = as_ann.get(reverse(ADDRESS)).content.decode()
    assert "<kbd>8</kbd>" in page


@pytest.mark.django_db
def test_a_conflict_is_shown_and_not_kept(as_ann: Client, ann: User) -> None:
    answer = kept(as_ann, step_on="j")
    assert answer.status_code == 422
    assert "is already on" in answer.content.decode()
    ann.refresh_from_db()
    assert ann.keys == {}


@pytest.mark.django_db
def test_all_can_be_put_back(as_ann: Client, ann: User) -> None:
    kept(as_ann, step_on="8")
    as_ann.post(reverse(ADDRESS), {"reset": "yes"})
    ann.refresh_from_db()
    assert ann.keys == {}


@pytest.mark.django_db
def test_a_command_may_be_without_a_key(as_ann: Client, ann: User) -> None:
    kept(as_ann, zoom="")
    ann.refresh_from_db()
    assert keymap(ann.keys)["zoom"] == ""
    assert len(keymap(ann.keys)) == len(COMMANDS)
