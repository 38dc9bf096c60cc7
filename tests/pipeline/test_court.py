"""Judging one run: what breaks is written down with its cause and never becomes an outcome."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests import stories
from themis.critic.contract import Case, Critic, Docket, VisionModel
from themis.critic.models import extras
from themis.domain.errors import CriticFailed
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome
from themis.pipeline import court as courts
from themis.pipeline import flow, tasks
from themis.pipeline.court import Court
from themis.pipeline.models import Run, Status
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db(transaction=True)


class Stub:
    """A critic that takes one turn and then does as it is told."""

    name = "stub"
    version = "1"
    uses_model = False

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    @property
    def settings(self) -> dict[str, Json]:
        return {}

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        turn = stories.turn("judge", model="")
        if await docket.recall(turn.key, turn.prompt_hash) is None:
            await docket.record(turn)
        await docket.show(stories.chain())
        if self.failure:
            raise self.failure
        return Finding(outcome=Outcome.FAILED, confidence=0.7, reason="r", rounds=stories.chain())


@pytest.fixture
def court(monkeypatch: pytest.MonkeyPatch) -> Iterator[Court]:
    """The process's court, with the stub on the bench."""
    opened = Court()
    monkeypatch.setattr(courts, "_courts", [opened])
    yield opened
    opened.close()


def sit(monkeypatch: pytest.MonkeyPatch, critic: Critic) -> None:
    monkeypatch.setattr("themis.critic.loader.critic", lambda _: critic)


def judged(trajectory: Trajectory) -> Run:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    tasks.judge_run(run.pk)
    return Run.objects.select_related("verdict").get(pk=run.pk)


def test_a_verdict_is_given(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit(monkeypatch, Stub())
    run = judged(trajectory)
    assert run.status == Status.DONE
    assert run.verdict is not None
    assert (run.verdict.outcome, run.verdict.n_turns) == ("failed", 1)


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (CriticFailed("the model is away"), "the model is away"),
        (ZeroDivisionError("secret detail"), "ZeroDivisionError inside Themis"),
    ],
)
def test_what_breaks_has_a_cause_and_no_outcome(
    court: Court,
    trajectory: Trajectory,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    cause: str,
) -> None:
    sit(monkeypatch, Stub(failure))
    run = judged(trajectory)
    assert run.status == Status.BROKEN
    assert run.cause.startswith(cause)
    assert run.verdict is not None
    assert (run.verdict.status, run.verdict.outcome, run.verdict.reward) == ("broken", "", None)
    assert run.verdict.n_turns == 1


def test_weights_on_this_machine_without_their_packages_say_what_to_install(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    asking = Stub()
    asking.uses_model = True
    sit(monkeypatch, asking)
    monkeypatch.setattr(extras, "NEEDED", ("no_such_package_here",))
    settings.MODEL_URL, settings.MODEL = "local:/models/qwen", "qwen"
    run = judged(trajectory)
    assert run.status == Status.BROKEN
    assert "no_such_package_here" in run.cause
    assert "--extra local" in run.cause


def test_a_run_is_judged_once_however_often_it_is_hinted_at(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit(monkeypatch, Stub())
    run = judged(trajectory)
    tasks.judge_run(run.pk)
    assert trajectory.verdicts.count() == 1


def test_a_run_of_a_dead_process_is_gone_on_with(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit(monkeypatch, Stub())
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    bench = flow.bench_of(Stub(), None)
    left = flow.seat(run=run, bench=bench, at=stories.NOW)
    Run.objects.filter(pk=run.pk).update(owner="another-host/1/1", beat_at=None)

    flow.recover(at=stories.NOW)
    tasks.judge_run(run.pk)

    verdict = trajectory.verdicts.get()
    assert (verdict.pk, verdict.outcome) == (left.pk, "failed")
