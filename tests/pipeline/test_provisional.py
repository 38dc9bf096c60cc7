"""What is judged of a run before it has ended is provisional; what it saw is not asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import stories
from tests.api.caller import Caller, piece, told
from tests.model_server import Model, model_server
from themis.domain.errors import CriticFailed
from themis.domain.jsontypes import Json
from themis.pipeline import flow, queries, tasks
from themis.pipeline.court import Court
from themis.pipeline.models import Run, Status
from themis.trajectories.models import OpenRun, State, Trajectory
from themis.verdicts.models import Turn, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def caller(team: object) -> Caller:
    return Caller(team)  # type: ignore[arg-type]


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


def judge(court: Court, name: str) -> Verdict:
    """Take the run that waits for a trajectory to its end."""
    run = Run.objects.select_related("trajectory__team", "verdict").get(
        trajectory=name, status=Status.WAITING
    )
    assert flow.claim(run=run, at=timezone.now())
    court.run(court.judge(run))
    run.refresh_from_db()
    assert run.verdict is not None
    return run.verdict


def streamed(caller: Caller, n_steps: int = 3) -> str:
    name = caller.opened()
    assert caller.post(f"/trajectories/{name}/steps", piece(0, n_steps)).status_code == 200
    return name


def close(caller: Caller, name: str, **how: Json) -> dict[str, Json]:
    reply = caller.post(f"/trajectories/{name}/close", how)
    assert reply.status_code == 200, reply.content
    return told(reply)


def reward(caller: Caller, name: str) -> tuple[int, dict[str, Json]]:
    reply = caller.get(f"/rewards/{name}")
    return reply.status_code, told(reply)


def test_an_open_run_pays_nothing(caller: Caller, court: Court, model: Model) -> None:
    name = streamed(caller)
    status, answer = reward(caller, name)
    assert (status, answer["status"], answer["provisional"]) == (202, "open", None)
    assert caller.post(f"/trajectories/{name}/runs", {}).status_code == 202
    verdict = judge(court, name)
    assert (verdict.provisional, verdict.n_steps, verdict.outcome) == (True, 3, "passed")
    assert verdict.reward is None
    status, answer = reward(caller, name)
    said = answer["provisional"]
    assert isinstance(said, dict)
    assert (status, said["outcome"], said["n_steps"]) == (202, "passed", 3)
    assert "reward" not in answer
    (row,) = queries.cases(caller.team)
    assert row.outcome is None


def test_a_verdict_that_saw_all_becomes_the_final_one(
    caller: Caller, court: Court, model: Model
) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    verdict = judge(court, name)
    asked = dict(model.asked)
    answer = close(caller, name)
    assert answer["run"] == verdict.run.pk
    status, paid = reward(caller, name)
    assert (status, paid["reward"], paid["verdict"]) == (200, 1.0, verdict.pk)
    assert Run.objects.count() == 1
    assert model.asked == asked


def test_an_ending_that_says_something_is_judged_as_well(
    caller: Caller, court: Court, model: Model
) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    early = judge(court, name)
    close(caller, name, ending={"claim": "success", "answer": "Saved."})
    assert reward(caller, name)[1]["status"] == "waiting"
    final = judge(court, name)
    assert (final.provisional, final.n_steps, final.pk != early.pk) == (False, 3, True)
    status, paid = reward(caller, name)
    assert (status, paid["verdict"]) == (200, final.pk)


def test_a_question_that_was_asked_of_the_same_is_not_asked_again(
    caller: Caller, court: Court, model: Model
) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    judge(court, name)
    asked = dict(model.asked)
    close(caller, name, judge=False)
    Verdict.objects.update(provisional=True)  # as if it had ended a moment after the close
    caller.post(f"/trajectories/{name}/runs", {})
    final = judge(court, name)
    assert (final.provisional, final.outcome, final.calls) == (False, "passed", 0)
    assert Turn.objects.filter(verdict=final).count() == final.n_turns == 6
    assert model.asked == asked


def test_judging_again_asks_again(caller: Caller, court: Court, model: Model) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    judge(court, name)
    close(caller, name)
    caller.post(f"/trajectories/{name}/runs", {})
    assert judge(court, name).calls == 6


def test_steps_that_come_while_it_judges_are_judged_afterwards(
    caller: Caller, court: Court, model: Model
) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    run = Run.objects.select_related("trajectory__team", "verdict").get()
    flow.claim(run=run, at=timezone.now())
    verdict = stories_verdict(run)
    caller.post(f"/trajectories/{name}/steps", piece(3))
    answer = close(caller, name)
    assert answer["run"] == run.pk
    assert reward(caller, name)[0] == 202
    flow.finish(run=run, at=timezone.now())
    assert reward(caller, name)[1]["status"] == "waiting"
    final = judge(court, name)
    assert (final.n_steps, final.provisional, final.pk != verdict.pk) == (4, False, True)
    assert reward(caller, name)[0] == 200


def stories_verdict(run: Run) -> Verdict:
    """What a critic at work has opened on the part that it saw."""
    verdict = stories.opened(run.trajectory, timezone.now())
    Verdict.objects.filter(pk=verdict.pk).update(provisional=True, n_steps=3, seen="a" * 64)
    run.verdict = verdict
    run.save(update_fields=["verdict"])
    return verdict


def test_a_run_that_waits_at_the_close_sees_the_whole(
    caller: Caller, court: Court, model: Model
) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    caller.post(f"/trajectories/{name}/steps", piece(3))
    close(caller, name)
    verdict = judge(court, name)
    assert (verdict.n_steps, verdict.provisional) == (4, False)
    assert Run.objects.count() == 1


def test_a_killed_judging_goes_on_with_what_there_is_now(
    caller: Caller, court: Court, model: Model
) -> None:
    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    run = Run.objects.select_related("trajectory__team", "verdict").get()
    flow.claim(run=run, at=timezone.now())
    left = stories_verdict(run)
    caller.post(f"/trajectories/{name}/steps", piece(3))
    Run.objects.update(owner="another-host/1/1", beat_at=None)
    assert flow.recover(at=timezone.now()) == 1
    verdict = judge(court, name)
    left.refresh_from_db()
    assert (left.status, verdict.n_steps, verdict.provisional) == ("broken", 4, True)


def test_a_broken_provisional_judging_is_forgotten_at_the_close(
    caller: Caller, court: Court, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise CriticFailed("the model is away")

    name = streamed(caller)
    caller.post(f"/trajectories/{name}/runs", {})
    with monkeypatch.context() as patch:
        patch.setattr("themis.critic.models.openai_compatible.OpenAICompatible.ask", away)
        judge(court, name)
    assert reward(caller, name)[0] == 202
    close(caller, name, judge=False)
    status, answer = reward(caller, name)
    assert (status, answer["code"]) == (404, "not_judged")


def test_nothing_is_judged_of_nothing(caller: Caller) -> None:
    name = caller.opened()
    assert caller.post(f"/trajectories/{name}/runs", {}).status_code == 409


def test_a_silent_run_is_closed_as_cut_off(caller: Caller, settings: Settings) -> None:
    settings.OPEN_HOURS = 2
    silent, lively = streamed(caller), streamed(caller)
    OpenRun.objects.filter(pk=silent).update(touched_at=timezone.now() - timedelta(hours=3))
    tasks.sweep()
    row = Trajectory.objects.get(pk=silent)
    assert (row.state, row.n_steps) == (State.CLOSED, 3)
    assert "cut off" in row.warnings[0]
    assert Run.objects.get().trajectory_id == silent
    assert Trajectory.objects.get(pk=lively).state == State.OPEN


@pytest.mark.parametrize("meanwhile", ["steps", "close"])
def test_a_recorder_that_comes_back_in_time_keeps_its_run(
    caller: Caller, settings: Settings, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    settings.OPEN_HOURS = 2
    name = streamed(caller)
    monkeypatch.setattr("themis.trajectories.queries.overdue", lambda _before: [(name, 3)])
    said: dict[str, Json] = piece(3) if meanwhile == "steps" else {"ending": {"claim": "failure"}}
    assert caller.post(f"/trajectories/{name}/{meanwhile}", said).status_code == 200
    tasks.sweep()
    row = Trajectory.objects.get(pk=name)
    assert (row.is_open, row.warnings) == (meanwhile == "steps", [])


def test_no_run_is_closed_where_that_is_switched_off(caller: Caller, settings: Settings) -> None:
    settings.OPEN_HOURS = 0
    name = streamed(caller)
    OpenRun.objects.update(touched_at=timezone.now() - timedelta(days=900))
    tasks.sweep()
    assert Trajectory.objects.get(pk=name).state == State.OPEN
