"""A run that broke is gone on with when it is judged again: nothing answered is asked twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.model_server import REPLIES, Model, model_server
from themis.pipeline import flow
from themis.pipeline.court import Court
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Status, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def court() -> Iterator[Court]:
    opened = Court()
    yield opened
    opened.close()


@pytest.fixture
def model(settings: Settings) -> Iterator[Model]:
    with model_server() as served:
        settings.MODEL_URL, settings.MODEL = served.url, "scripted-vlm"
        yield served


def judge(court: Court, trajectory: Trajectory) -> Verdict:
    submitted = flow.submit(trajectory=trajectory, at=timezone.now())
    run = Run.objects.select_related("trajectory__team", "verdict").get(pk=submitted.pk)
    assert flow.claim(run=run, at=timezone.now())
    court.run(court.judge(run))
    run.refresh_from_db()
    assert run.verdict is not None
    return run.verdict


def break_at_the_judge(court: Court, trajectory: Trajectory, model: Model) -> Verdict:
    model.replies["judge"] = "no idea"
    broken = judge(court, trajectory)
    assert broken.status == Status.BROKEN
    model.replies["judge"] = REPLIES["judge"]
    return broken


def test_what_was_answered_before_it_broke_is_not_asked_again(
    court: Court, trajectory: Trajectory, model: Model
) -> None:
    break_at_the_judge(court, trajectory, model)
    before = dict(model.asked)
    again = judge(court, trajectory)
    assert (again.status, again.outcome) == (Status.GIVEN, "passed")
    assert dict(model.asked) == before | {"judge": before["judge"] + 1}


def test_what_was_paid_for_before_it_broke_is_not_billed_again(
    court: Court, trajectory: Trajectory, model: Model
) -> None:
    broken = break_at_the_judge(court, trajectory, model)
    again = judge(court, trajectory)
    assert again.n_turns == broken.n_turns - 2  # the Judge was asked three times, then once
    assert again.prompt_tokens == 100


def test_judging_again_after_an_outcome_asks_everything_again(
    court: Court, trajectory: Trajectory, model: Model
) -> None:
    break_at_the_judge(court, trajectory, model)
    judge(court, trajectory)
    before = model.asked.total()
    once_more = judge(court, trajectory)
    assert model.asked.total() - before == once_more.n_turns


def test_what_broke_lends_its_turns_until_the_next_outcome(
    court: Court, trajectory: Trajectory, model: Model
) -> None:
    judge(court, trajectory)
    break_at_the_judge(court, trajectory, model)
    before = dict(model.asked)
    judge(court, trajectory)
    assert model.asked["verifier"] == before["verifier"]
    before = dict(model.asked)
    judge(court, trajectory)
    assert model.asked["verifier"] > before["verifier"]
