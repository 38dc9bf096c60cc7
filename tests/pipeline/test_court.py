"""Judging one run: what breaks is written down with its cause and never becomes an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests import stories
from themis.critic.contract import Case, Critic, Docket, VisionModel
from themis.critic.models import extras
from themis.critic.models.absent import Absent
from themis.critic.models.failover import Failover
from themis.critic.models.local import LocalModel
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.roster import Roster
from themis.domain.errors import CriticFailed, Misconfigured
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome
from themis.pipeline import court as courts
from themis.pipeline import flow, own_models, tasks
from themis.pipeline.clients import Clients
from themis.pipeline.court import Court
from themis.pipeline.endpoint import Endpoint, Origin
from themis.pipeline.models import Run, Status
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db(transaction=True)


class Stub:
    """A critic that takes one turn and then does as it is told."""

    name = "stub"
    version = "1"

    def __init__(self, failure: Exception | None = None, *, uses_model: bool = False) -> None:
        self.failure = failure
        self.uses_model = uses_model
        self.models: list[VisionModel] = []

    @property
    def settings(self) -> dict[str, Json]:
        return {}

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        self.models.append(model)
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
    monkeypatch.setattr("themis.critic.loader.critic", lambda _name, _given: critic)


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
    bench = flow.bench_of(Stub(), "")
    left = flow.seat(run=run, bench=bench, at=stories.NOW)
    Run.objects.filter(pk=run.pk).update(owner="another-host/1/1", beat_at=None)

    flow.recover(at=stories.NOW)
    tasks.judge_run(run.pk)

    verdict = trajectory.verdicts.get()
    assert (verdict.pk, verdict.outcome) == (left.pk, "failed")


def test_a_critic_gets_the_models_of_its_team_by_name(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    critic = Stub(uses_model=True)
    sit(monkeypatch, critic)
    for name, model in (("", "default-vl"), ("", "stand-in-vl"), ("judge", "judge-vl")):
        own_models.add(team=trajectory.team, name=name, endpoint=endpoint(model), at=stories.NOW)
    run = judged(trajectory)
    assert run.verdict is not None
    assert run.verdict.model == "default-vl"
    (roster,) = critic.models
    assert isinstance(roster, Roster)
    served = {name: [each.model for each in behind(roster, name)] for name in roster.models}
    assert served == {"": ["default-vl", "stand-in-vl"], "judge": ["judge-vl"]}


def test_a_critic_without_a_model_gets_none(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    critic = Stub(uses_model=True)
    sit(monkeypatch, critic)
    judged(trajectory)
    assert isinstance(critic.models[0], Absent)


def test_a_run_begins_when_an_endpoint_takes_calls(
    court: Court, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    critic = Stub(uses_model=True)
    sit(monkeypatch, critic)
    own_models.add(team=trajectory.team, name="", endpoint=endpoint("m"), at=stories.NOW)
    waited: list[tuple[int, list[str]]] = []

    async def ready(roster: Roster, names: Iterable[str]) -> None:
        waited.append((len(critic.models), list(names)))

    monkeypatch.setattr(Roster, "ready", ready)
    judged(trajectory)
    assert waited == [(0, [""])]
    assert len(critic.models) == 1


def behind(roster: Roster, name: str) -> Sequence[OpenAICompatible]:
    """The endpoints of one model."""
    group = roster.models[name]
    assert isinstance(group, Failover)
    return group.endpoints


async def test_weights_on_this_machine_are_loaded_by_no_server_and_stand_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr("themis.critic.models.extras.check", lambda: None)
    here = replace(endpoint("tiny"), url=f"local:{tmp_path}")
    clients = Clients()
    model = clients.roster_of({"": (here,)}).models[""]
    assert isinstance(model, LocalModel)
    assert (model.folder, model.name) == (tmp_path, "tiny")
    with pytest.raises(Misconfigured, match="stands alone"):
        clients.roster_of({"": (here, endpoint("a"))})
    await clients.aclose()


async def test_verdicts_share_clients_slots_and_breakers() -> None:
    clients = Clients()
    alone, other = endpoint("a"), endpoint("b")
    first = behind(clients.roster_of({"": (alone,)}), "")
    again = behind(clients.roster_of({"judge": (alone,)}), "judge")
    both = behind(clients.roster_of({"": (alone, other)}), "")
    assert first[0] is again[0]
    assert first[0].breaker.lasting > both[0].breaker.lasting == 0.0
    assert first[0].places is both[0].places is both[1].places
    await clients.aclose()


def endpoint(model: str) -> Endpoint:
    return Endpoint(
        url="http://127.0.0.1:9/v1",
        model=model,
        key="",
        concurrency=4,
        timeout=5,
        origin=Origin.TEAM,
    )
