"""How far a run came, as a picture on its page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import stories
from themis.domain.evidence import Milestone, Round, Verification
from themis.domain.verdict import ErrorClass, Finding, Outcome
from themis.trajectories.models import Trajectory
from themis.verdicts import services
from themis.web.courtroom import courtroom

pytestmark = pytest.mark.django_db


def judged(trajectory: Trajectory, *found: tuple[int, bool | None]) -> None:
    milestones = tuple(
        Milestone(id=f"m{n}", step=step, goal=f"goal {n}", why="")
        for n, (step, _) in enumerate(found)
    )
    verifications = tuple(
        Verification(milestone=f"m{n}", achieved=achieved, feedback="")
        for n, (_, achieved) in enumerate(found)
    )
    last = Round(number=1, milestones=milestones, verifications=verifications, reviewed=True)
    finding = Finding(outcome=Outcome.FAILED, confidence=0.9, reason="no", rounds=(last,))
    finding = replace(finding, error_class=ErrorClass.TASK_INCOMPLETE)
    verdict = stories.opened(trajectory)
    services.give(verdict=verdict, finding=finding, seconds=1, at=timezone.now())


def test_milestones_of_one_step_are_one_mark_in_the_worst_state(trajectory: Trajectory) -> None:
    judged(trajectory, (0, True), (1, True), (1, False), (1, None))
    shown = courtroom(trajectory, None).progress
    assert shown is not None
    assert [mark.state for mark in shown.marks] == ["achieved", "missed"]
    assert shown.marks[1].told == ("achieved: goal 1", "missed: goal 2", "unclear: goal 3")
    assert (shown.reached, shown.total) == (2, 4)


def test_the_first_failing_step_and_the_class_of_error_are_told(
    trajectory: Trajectory, as_mate: Client
) -> None:
    judged(trajectory, (0, True), (1, False))
    url = reverse("trajectories:detail", args=[trajectory.pk])
    body = as_mate.get(url).content.decode()
    assert "1 of 2 milestones reached" in body
    assert "task incomplete" in body
    shown = courtroom(trajectory, None).progress
    assert shown is not None
    assert shown.failing is not None
    assert shown.failing.step == 2


def test_a_verdict_without_milestones_has_no_picture(trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    finding = Finding(outcome=Outcome.PASSED, confidence=0.9, reason="yes")
    services.give(verdict=verdict, finding=finding, seconds=1, at=timezone.now())
    assert courtroom(trajectory, None).progress is None
