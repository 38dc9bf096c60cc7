"""Runs move from waiting to done, each by one process at a time."""

from __future__ import annotations

import dataclasses

import pytest
from pytest_django.fixtures import Settings

from tests import stories
from themis.pipeline import flow
from themis.pipeline.models import Run, Standing, Status
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db
DEAD = "another-host/1/1"


def running(trajectory: Trajectory, owner: str = "") -> Run:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    assert flow.claim(run=run, at=stories.NOW)
    if owner:
        Run.objects.filter(pk=run.pk).update(owner=owner, beat_at=None)
    run.refresh_from_db()
    return run


def test_a_trajectory_waits_once_a_critic(trajectory: Trajectory) -> None:
    first = flow.submit(trajectory=trajectory, at=stories.NOW)
    assert flow.submit(trajectory=trajectory, at=stories.NOW) == first
    assert flow.submit(trajectory=trajectory, critic="themis", at=stories.NOW) != first


def test_many_that_came_in_wait_once_each(trajectory: Trajectory) -> None:
    other = stories.stored(trajectory.team, instruction="Another")
    flow.submit(trajectory=other, at=stories.NOW)
    flow.submit_new(fresh=[trajectory, other], at=stories.NOW)
    assert sorted(Run.objects.values_list("trajectory_id", flat=True)) == sorted(
        [trajectory.pk, other.pk]
    )
    standing = Standing.objects.get(trajectory=trajectory, critic="")
    assert standing.shelf.status == Status.WAITING


def test_the_default_critic_by_name_is_the_same_critic(
    trajectory: Trajectory, settings: Settings
) -> None:
    first = flow.submit(trajectory=trajectory, at=stories.NOW)
    assert flow.submit(trajectory=trajectory, critic="evidence-only", at=stories.NOW) == first
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "m"
    assert flow.submit(trajectory=trajectory, critic="themis", at=stories.NOW) == first


def test_after_its_end_it_can_be_judged_again(trajectory: Trajectory) -> None:
    run = running(trajectory)
    flow.finish(run=run, at=stories.NOW)
    assert flow.submit(trajectory=trajectory, at=stories.NOW) != run


def test_one_process_gets_a_run(trajectory: Trajectory) -> None:
    run = running(trajectory)
    assert not flow.claim(run=run, at=stories.NOW)


def test_a_run_of_a_dead_process_waits_again(trajectory: Trajectory) -> None:
    run = running(trajectory, owner=DEAD)
    assert flow.recover(at=stories.NOW) == 1
    run.refresh_from_db()
    assert run.status == Status.WAITING


def test_a_run_of_a_living_process_is_left_alone(trajectory: Trajectory) -> None:
    run = running(trajectory)
    assert flow.recover(at=stories.NOW) == 0
    run.refresh_from_db()
    assert run.status == Status.RUNNING


def test_a_process_that_lost_a_run_cannot_end_it(trajectory: Trajectory) -> None:
    run = running(trajectory, owner=DEAD)
    assert not flow.finish(run=run, at=stories.NOW)
    assert not flow.fail(run=run, cause="late", at=stories.NOW)
    assert not flow.beat(run=run, at=stories.NOW)


def test_an_open_verdict_is_gone_on_with(trajectory: Trajectory) -> None:
    run = running(trajectory)
    first = flow.seat(run=run, bench=stories.BENCH, at=stories.NOW)
    again = Run.objects.get(pk=run.pk)
    assert flow.seat(run=again, bench=stories.BENCH, at=stories.NOW) == first
    assert Verdict.objects.count() == 1


def test_another_critic_does_not_go_on_with_it(trajectory: Trajectory) -> None:
    run = running(trajectory)
    first = flow.seat(run=run, bench=stories.BENCH, at=stories.NOW)
    other = dataclasses.replace(stories.BENCH, model="another-model")
    second = flow.seat(run=run, bench=other, at=stories.NOW)
    first.refresh_from_db()
    assert second != first
    assert first.status == "broken"
    assert first.outcome == ""
