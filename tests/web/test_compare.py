"""Critics and reviewers side by side: what is chosen, aligned by step, where they differ."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.conftest import client_of
from tests.reviews import scenes
from tests.web.walk import scan
from themis.accounts.models import Role, Team
from themis.domain.opinion import Ruling
from themis.domain.verdict import Outcome
from themis.reviews.models import Decision
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict
from themis.web.alignment import align
from themis.web.columns import of_decision, of_verdict
from themis.web.pages.compare import columns_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(team: Team, verdict: Verdict) -> Decision:
    """Somebody says that what the machine missed was achieved."""
    item = scenes.item(scenes.queue(team), verdict.trajectory, verdict=verdict)
    return scenes.decided(item, scenes.person(team, "ann"))


def address(trajectory: Trajectory, query: str = "") -> str:
    return reverse("trajectories:compare", args=[trajectory.pk]) + query


def test_rows_are_steps_and_what_is_said_stands_at_its_step(
    verdict: Verdict, decision: Decision
) -> None:
    columns = columns_of(verdict.trajectory, [f"verdict-{verdict.pk}", f"decision-{decision.pk}"])
    rows = align(verdict.trajectory.recording, columns).rows
    assert [row.frame.number for row in rows] == [1, 2, 3]
    machine, person = rows[1].cells
    assert [line.saying.state for line in machine.lines] == ["missed"]
    assert [line.saying.state for line in person.lines] == ["achieved"]
    assert [line.saying.goal for line in rows[0].cells[1].lines] == ["The title is right"]


def test_differences_are_marked_on_the_milestone_and_on_the_step(
    verdict: Verdict, decision: Decision
) -> None:
    columns = [of_verdict(verdict, "A", 3), of_decision(decision, decision.item, "B")]
    rows = align(verdict.trajectory.recording, columns).rows
    assert [row.differs for row in rows] == [False, True, False]
    assert all(line.differs for cell in rows[1].cells for line in cell.lines)


def test_two_who_say_the_same_do_not_differ(verdict: Verdict) -> None:
    columns = [of_verdict(verdict, "A", 3), of_verdict(verdict, "B", 3)]
    assert align(verdict.trajectory.recording, columns).n_differing == 0


def test_without_names_the_newest_of_each_is_compared(
    as_mate: Client, verdict: Verdict, decision: Decision
) -> None:
    page = as_mate.get(address(verdict.trajectory)).content.decode()
    assert page.count('class="compare-head"') == 2
    assert "ann" in page


def test_four_stand_side_by_side_at_most_and_the_rest_is_told_of(
    as_mate: Client, trajectory: Trajectory
) -> None:
    given = [stories.given(trajectory) for _ in range(5)]
    names = ",".join(f"verdict-{each.pk}" for each in given)
    page = as_mate.get(address(trajectory, f"?with={names}")).content.decode()
    assert page.count('class="compare-head"') == 4
    assert "1 more was left out" in page


def test_a_form_may_name_each_by_itself(as_mate: Client, trajectory: Trajectory) -> None:
    one, other = stories.given(trajectory), stories.given(trajectory, Outcome.PASSED)
    page = as_mate.get(address(trajectory, f"?with=verdict-{one.pk}&with=verdict-{other.pk}"))
    assert page.content.decode().count('class="compare-head"') == 2


@pytest.mark.parametrize(
    "name", ["verdict-999", "decision-1", "verdict-x", "x", "verdict-", "verdict-1-2", "%00"]
)
def test_what_is_not_of_this_run_is_not_found(
    as_mate: Client, trajectory: Trajectory, name: str
) -> None:
    stories.given(trajectory)
    assert as_mate.get(address(trajectory, f"?with={name}")).status_code == 404


def test_another_runs_verdict_is_not_found(as_mate: Client, team: Team, verdict: Verdict) -> None:
    other = stories.stored(team, instruction="Another")
    assert as_mate.get(address(other, f"?with=verdict-{verdict.pk}")).status_code == 404


def test_only_steps_where_they_differ_are_shown_on_request(
    as_mate: Client, verdict: Verdict, decision: Decision
) -> None:
    page = as_mate.get(address(verdict.trajectory, "?rows=differ")).content.decode()
    assert 'id="step-2"' in page
    assert 'id="step-1"' not in page


def test_one_alone_is_told_what_it_takes(as_mate: Client, verdict: Verdict) -> None:
    assert "One verdict alone" in as_mate.get(address(verdict.trajectory)).content.decode()


def test_who_may_not_see_verdicts_compares_none(
    team: Team, verdict: Verdict, as_stranger: Client
) -> None:
    annotator = client_of(scenes.person(team, "ann", Role.ANNOTATOR))
    assert annotator.get(address(verdict.trajectory)).status_code == 403
    assert as_stranger.get(address(verdict.trajectory)).status_code == 404


def test_the_page_runs_nothing_that_a_policy_forbids(
    as_mate: Client, verdict: Verdict, decision: Decision
) -> None:
    assert not scan(as_mate.get(address(verdict.trajectory))).forbidden


def test_the_runs_page_leads_here_once_there_is_something_to_compare(
    as_mate: Client, trajectory: Trajectory
) -> None:
    detail = reverse("trajectories:detail", args=[trajectory.pk])
    stories.given(trajectory)
    assert address(trajectory) not in as_mate.get(detail).content.decode()
    stories.given(trajectory)
    assert address(trajectory) in as_mate.get(detail).content.decode()


def test_an_answer_to_a_milestone_that_is_gone_keeps_its_name(
    team: Team, trajectory: Trajectory
) -> None:
    item = scenes.item(scenes.queue(team), trajectory)
    decision = scenes.decided(item, scenes.person(team, "ann"), scenes.opinion(Ruling.FAILED))
    column = of_decision(decision, item, "A")
    assert [saying.goal for saying in column.sayings] == ["m1", "The title is right"]
