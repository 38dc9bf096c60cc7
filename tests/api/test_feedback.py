"""Dense feedback beside a reward: only where it is asked for, in positions from 0."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import stories
from tests.api.test_rewards import ended, get
from themis.accounts import services as accounts
from themis.accounts.models import Team
from themis.domain.evidence import Milestone, Round, Verification
from themis.domain.verdict import ErrorClass, Finding, Outcome
from themis.trajectories.models import Trajectory
from themis.verdicts import services

pytestmark = pytest.mark.django_db

FOUND = Finding(
    outcome=Outcome.FAILED,
    confidence=0.9,
    reason="not saved",
    error_class=ErrorClass.TASK_INCOMPLETE,
    rounds=(
        Round(
            number=1,
            milestones=(
                Milestone(id="m1", step=0, goal="typed", why=""),
                Milestone(id="m2", step=1, goal="saved", why=""),
            ),
            verifications=(
                Verification(milestone="m1", achieved=True, feedback=""),
                Verification(milestone="m2", achieved=False, feedback=""),
            ),
            reviewed=True,
        ),
    ),
)


@pytest.fixture
def key(team: Team) -> str:
    return accounts.issue_key(team=team, name="trainer", by=None, at=stories.NOW)[1]


@pytest.fixture
def judged(trajectory: Trajectory) -> Trajectory:
    verdict = stories.opened(trajectory)
    services.give(verdict=verdict, finding=FOUND, seconds=1, at=stories.NOW)
    ended(trajectory, verdict)
    return trajectory


def test_feedback_comes_only_where_it_is_asked_for(
    client: Client, judged: Trajectory, key: str
) -> None:
    assert get(client, judged, key)[1]["feedback"] is None
    assert get(client, judged, key, "?dense=1")[1]["feedback"] is not None


def test_milestones_and_steps_are_told_in_positions_from_0(
    client: Client, judged: Trajectory, key: str
) -> None:
    _, answer = get(client, judged, key, "?dense=1")
    told = answer["feedback"]
    assert answer["reward"] == 0.0
    assert (told["error_class"], told["first_failing_step"]) == ("task_incomplete", 1)
    assert [(each["id"], each["step"], each["achieved"]) for each in told["milestones"]] == [
        ("m1", 0, True),
        ("m2", 1, False),
    ]
    assert [(each["step"], each["progress"], each["gain"]) for each in told["steps"][:2]] == [
        (0, 0.5, 0.5),
        (1, 0.5, 0.0),
    ]
    assert told["steps"][1]["missed"] == ["m2"]


def test_a_strange_wish_is_refused(client: Client, judged: Trajectory, key: str) -> None:
    assert get(client, judged, key, "?dense=perhaps")[0] == 422
