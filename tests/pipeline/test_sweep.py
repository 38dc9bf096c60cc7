"""The sweep: what waits is hinted at while nobody else will, and never piled up."""

from __future__ import annotations

import os

import pytest
from kombu.exceptions import OperationalError
from pytest_django.fixtures import Settings

from tests import stories
from themis.celery import app
from themis.pipeline import flow, hints, tasks
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were hinted at."""
    seen: list[int] = []

    def send(name: str, arguments: tuple[int, ...]) -> None:
        if name == tasks.judge_run.name:
            seen.extend(arguments)

    monkeypatch.setattr(app, "send_task", send)
    return seen


def queued(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    monkeypatch.setattr(tasks, "_queued", lambda: n)


def test_what_waits_is_hinted_at(
    trajectory: Trajectory, hinted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    queued(monkeypatch, 0)
    tasks.sweep()
    assert hinted == [run.pk]


def test_hints_do_not_pile_up(
    trajectory: Trajectory, hinted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.submit(trajectory=trajectory, at=stories.NOW)
    queued(monkeypatch, 1)
    tasks.sweep()
    assert hinted == []


def test_what_a_dead_process_left_is_hinted_at(
    trajectory: Trajectory, hinted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    Run.objects.filter(pk=run.pk).update(owner="another-host/1/1", beat_at=None)
    queued(monkeypatch, 0)
    tasks.sweep()
    assert hinted == [run.pk]


def test_drafts_of_dead_processes_are_deleted(
    hinted: list[int], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(monkeypatch, 0)
    left = settings.BLOBS / ".drafts-left"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    tasks.sweep()
    assert (left.exists(), hinted) == (False, [])


def test_a_broker_that_is_away_loses_nothing(
    trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("no broker")

    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    monkeypatch.setattr(app, "send_task", away)
    hints.run(run.pk)
    run.refresh_from_db()
    assert run.status == "waiting"
