"""A run that still goes on, as people see it: it grows, and what is judged of it is marked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.api.caller import Caller, piece
from tests.web.walk import scan
from themis.accounts.models import Team
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(team: Team) -> Caller:
    return Caller(team)


@pytest.fixture
def name(caller: Caller) -> str:
    """A run with two steps."""
    opened = caller.opened()
    caller.post(f"/trajectories/{opened}/steps", piece(0, 2))
    return opened


def words(client: Client, where: str, name: str) -> str:
    response = client.get(reverse(where, args=[name]))
    assert response.status_code == 200
    return " ".join("".join(scan(response).texts).split())


def test_page_and_row_say_that_it_is_recorded(as_mate: Client, name: str) -> None:
    assert "Recording…" in words(as_mate, "trajectories:detail", name)
    listed = as_mate.get(reverse("trajectories:index")).content.decode()
    assert "Recording…" in listed


def test_a_new_step_is_in_the_part_that_is_asked_for_again(
    as_mate: Client, caller: Caller, name: str
) -> None:
    caller.post(f"/trajectories/{name}/steps", piece(2))
    part = as_mate.get(reverse("trajectories:growth", args=[name])).content.decode()
    assert part.count('class="cell"') == 3
    assert 'id="steps" hx-swap-oob="morph"' in part
    assert '<span id="n-steps" hx-swap-oob="true">3</span>' in part


def test_the_page_is_loaded_anew_once_it_is_closed(
    as_mate: Client, caller: Caller, name: str
) -> None:
    caller.post(f"/trajectories/{name}/close", {})
    part = as_mate.get(reverse("trajectories:growth", args=[name]))
    assert part["HX-Refresh"] == "true"
    assert "Recording…" not in words(as_mate, "trajectories:detail", name)


def test_a_run_without_steps_has_a_page(as_mate: Client, caller: Caller) -> None:
    empty = caller.opened()
    assert "No steps yet" in words(as_mate, "trajectories:detail", empty)
    response = as_mate.post(reverse("verdicts:judge", args=[empty]), follow=True)
    assert "There are no steps to judge." in response.content.decode()


def test_strangers_see_nothing_of_it(as_stranger: Client, name: str) -> None:
    for where in ("trajectories:detail", "trajectories:growth"):
        assert as_stranger.get(reverse(where, args=[name])).status_code == 404


def test_a_provisional_verdict_is_marked_and_pays_nothing(as_mate: Client, name: str) -> None:
    verdict = stories.given(Trajectory.objects.get(pk=name))
    Verdict.objects.filter(pk=verdict.pk).update(provisional=True, n_steps=2)
    page = as_mate.get(reverse("trajectories:detail", args=[name]) + f"?verdict={verdict.pk}")
    told = " ".join("".join(scan(page).texts).split())
    assert "Provisional: it saw the first 2 steps of a run that still goes on" in told
    assert "Reward none" in told.replace("Rewardnone", "Reward none")
