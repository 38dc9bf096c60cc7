"""Where trajectories stand, as lists and the home page tell it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.domain.verdict import Outcome
from themis.pipeline import flow, queries, standings
from themis.pipeline.listing import Filters
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


def found(team: Team, **narrowed: str) -> list[str]:
    return [case.pk for case in queries.cases(team, Filters(**narrowed))]


def test_the_newest_verdict_counts(team: Team, trajectory: Trajectory) -> None:
    stories.given(trajectory, Outcome.FAILED)
    stories.given(trajectory, Outcome.PASSED, at=stories.NOW + timedelta(hours=1))
    (case,) = queries.cases(team)
    assert (case.outcome, case.judged_by) == ("passed", "themis")
    assert found(team, outcome="failed") == []


def test_of_one_critic_its_own_newest_verdict_counts(team: Team, trajectory: Trajectory) -> None:
    stories.given(trajectory, Outcome.FAILED)
    later = stories.given(trajectory, Outcome.PASSED, at=stories.NOW + timedelta(hours=1))
    Verdict.objects.filter(pk=later.pk).update(critic="evidence-only")
    standings.refresh([trajectory.pk])
    assert found(team, critic="themis", outcome="failed") == [trajectory.pk]
    assert found(team, critic="themis", outcome="passed") == []


def test_what_is_still_judged_shows_as_such(team: Team, trajectory: Trajectory) -> None:
    first = flow.submit(trajectory=trajectory, critic="themis", at=stories.NOW)
    later = flow.submit(trajectory=trajectory, at=stories.NOW + timedelta(hours=1))
    Run.objects.filter(pk=later.pk).update(status="done")
    standings.refresh([trajectory.pk])
    assert found(team, outcome="judging") == [trajectory.pk]
    Run.objects.filter(pk=first.pk).update(status="broken")
    standings.refresh([trajectory.pk])
    assert found(team, outcome="judging") == []


@pytest.mark.parametrize(
    ("narrowed", "n"),
    [
        ({"platform": "web"}, 1),
        ({"platform": "ios"}, 0),
        ({"label": "failed"}, 1),
        ({"label": "none"}, 0),
        ({"text": "groceries note"}, 1),
        ({"text": "groceries airport"}, 0),
        ({"outcome": "unjudged"}, 1),
        ({"outcome": "broken"}, 0),
    ],
)
def test_a_list_is_narrowed(
    team: Team, trajectory: Trajectory, narrowed: dict[str, str], n: int
) -> None:
    assert len(found(team, **narrowed)) == n


def test_the_pass_rate_leaves_the_undecided_out(team: Team) -> None:
    for number, outcome in enumerate(Outcome):
        stories.given(stories.stored(team, instruction=f"Task {number}"), outcome)
    (tally,) = queries.tallies(team)
    assert (tally.total, tally.passed, tally.failed, tally.undecided) == (3, 1, 1, 1)
    assert tally.pass_rate == 0.5


def test_without_a_decision_there_is_no_rate(team: Team, trajectory: Trajectory) -> None:
    (tally,) = queries.tallies(team)
    assert tally.pass_rate is None


def test_what_is_judged_now_stands_before_what_waits(team: Team) -> None:
    first = flow.submit(trajectory=stories.stored(team, instruction="Task 0"), at=stories.NOW)
    later = flow.submit(trajectory=stories.stored(team, instruction="Task 1"), at=stories.NOW)
    flow.claim(run=later, at=stories.NOW)
    shown, _ = queries.queue(team)
    assert [run.pk for run in shown] == [later.pk, first.pk]


def test_of_two_active_runs_the_one_at_work_is_shown(trajectory: Trajectory) -> None:
    at_work = flow.submit(trajectory=trajectory, critic="themis", at=stories.NOW)
    flow.claim(run=at_work, at=stories.NOW)
    flow.submit(trajectory=trajectory, at=stories.NOW + timedelta(hours=1))
    assert queries.current_run(trajectory) == at_work


def test_the_queue_counts_more_than_it_shows(team: Team) -> None:
    for number in range(3):
        row = stories.stored(team, instruction=f"Task {number}")
        flow.submit(trajectory=row, at=stories.NOW + timedelta(seconds=number))
    shown, total = queries.queue(team, limit=2)
    assert [run.trajectory.instruction for run in shown] == ["Task 0", "Task 1"]
    assert total == 3
