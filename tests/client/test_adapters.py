"""Themis in the signatures of training frameworks, as far as they can be called without them."""

from __future__ import annotations

import importlib
import inspect
import pickle
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.client.server import FINAL, RUN, UNDECIDED, Recorded, Said, says
from tests.e2e.shell import ROOT
from themis.client import Doubtful, Invalid, RewardError, StillRunning, Unreachable
from themis.client.adapters import (
    areal,
    clients,
    ms_swift,
    openrlhf,
    rllm,
    skyrl,
    slime,
    terms,
    tinker,
    trl,
    verifiers,
    verl,
)
from themis.client.answers import Json
from themis.client.place import Place

pytestmark = pytest.mark.once
PASTED = [f"templates/jobs/connect/{each}.txt" for each in ("trl", "verl", "swift", "areal")]
REF, OTHER = f"themis://trajectory/{RUN}", "themis://trajectory/aaaaaaaaaaaa"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    """A Themis that the adapters find by the environment; it has answered when a test says what."""
    recorded = Recorded([])
    monkeypatch.setenv("THEMIS_URL", "http://themis.test")
    monkeypatch.setenv("THEMIS_KEY", "thk_1")
    monkeypatch.setattr(clients, "AsyncThemis", recorded.async_client)
    monkeypatch.setattr(ms_swift, "AsyncThemis", recorded.async_client)
    monkeypatch.setattr(clients, "Themis", recorded.client)
    clients.forget()
    yield recorded
    clients.forget()


def many(*bodies: dict[str, Json]) -> list[Said]:
    """A batch's answer."""
    return [says(200, {"items": [{"http": 200, "body": body} for body in bodies]})]


async def test_trl_gets_none_for_what_is_undecided_and_one_request_asks_for_all(
    server: Recorded,
) -> None:
    server.answers += many(FINAL, UNDECIDED)
    logged: dict[str, object] = {}
    rewards = await trl.themis_reward(
        prompts=["p", "p"],
        completions=["c", "c"],
        completion_ids=[[1], [2]],
        label=[REF, OTHER],
        trainer_state=None,
        log_extra=logged.__setitem__,
        log_metric=logged.__setitem__,
    )
    assert rewards == [1.0, None]
    assert server.bodies == [{"requests": [{"trajectory": RUN}, {"trajectory": OTHER[-12:]}]}]
    assert logged["themis/undecided"] == 0.5
    assert inspect.iscoroutinefunction(trl.themis_reward)


async def test_trl_pays_the_run_that_the_environment_recorded(server: Recorded) -> None:
    server.answers += many(FINAL)
    recorded = SimpleNamespace(trajectory=RUN)
    await trl.themis_reward(
        prompts=["p"], completions=[OTHER], environments=[recorded], label=[OTHER]
    )
    assert server.bodies == [{"requests": [{"trajectory": RUN}]}]


async def test_what_the_data_set_says_counts_before_what_the_model_wrote(server: Recorded) -> None:
    server.answers += [says(200, FINAL)]
    await verl.compute_score("set", f"I was {OTHER}", "", {"run": REF})
    assert server.bodies == [{"trajectory": RUN}]


async def test_a_completion_without_a_run_is_never_guessed(server: Recorded) -> None:
    with pytest.raises(Invalid, match="no themis://trajectory/"):
        await verl.compute_score("set", "nothing", "4", {})
    assert server.heard == []


@pytest.mark.parametrize("undecided", [None, "raise"])
async def test_verl_raises_for_what_is_undecided_unless_a_number_was_chosen(
    server: Recorded, undecided: terms.Undecided | None
) -> None:
    server.answers += [says(200, UNDECIDED)]
    with pytest.raises(Doubtful, match="undecided"):
        await verl.compute_score("set", "", REF, undecided=undecided)
    paid = await verl.compute_score("set", "", REF, undecided=0.5)
    assert (paid["score"], paid["themis_decided"]) == (0.5, 0.0)


async def test_a_value_of_the_policy_is_paid_without_asking_further(server: Recorded) -> None:
    server.answers += [says(200, {**UNDECIDED, "reward": 0.3, "mask": False})]
    assert (await verl.compute_score("set", "", REF))["score"] == 0.3


async def test_swift_asks_for_a_batch_and_raises_its_first_error(server: Recorded) -> None:
    server.answers += many(FINAL, UNDECIDED)
    with pytest.raises(Doubtful):
        await ms_swift.ThemisORM()(["a", "b"], solution=[REF, OTHER], trainer_state=None)


async def test_swift_pays_the_number_that_was_chosen(
    server: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEMIS_UNDECIDED", "-1")
    server.answers += many(FINAL, UNDECIDED)
    assert await ms_swift.ThemisORM()(["a", "b"], solution=[REF, OTHER]) == [1.0, -1.0]


@pytest.mark.parametrize("said", ["zero", "nan", "inf", ""])
def test_a_choice_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("THEMIS_UNDECIDED", said)
    with pytest.raises(Invalid, match="THEMIS_UNDECIDED"):
        terms.undecided_of_environment()


def test_skyrl_gets_the_last_step(server: Recorded) -> None:
    server.answers += [says(200, FINAL)]
    env = skyrl.ThemisEnv({}, {"reward_spec": {"ground_truth": REF}})
    output = env.step(f"see {OTHER}")
    assert (output["reward"], output["done"], output["observations"]) == (1.0, True, [])


def test_rllm_gets_its_own_type(server: Recorded) -> None:
    server.answers += [says(200, {**FINAL, "outcome": "failed", "reward": 0.0})]
    themis = rllm.evaluator(SimpleNamespace)
    found = themis.evaluate({"ground_truth": REF}, SimpleNamespace(trajectories=[], metadata={}))
    assert (found.reward, found.is_correct, found.signals) == (0.0, False, [])


def test_rllm_finds_a_run_that_only_the_episode_names(server: Recorded) -> None:
    server.answers += [says(200, FINAL)]
    episode = SimpleNamespace(artifacts={"run": REF})
    rllm.evaluator(SimpleNamespace).evaluate(SimpleNamespace(id=1), episode)
    assert server.bodies == [{"trajectory": RUN}]


def test_areal_waits_for_less_than_its_wrapper(
    server: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers += [says(200, FINAL)]
    assert areal.reward_fn("p", "c", [1], [2], answer=REF) == 1.0
    assert server.heard[0].headers["prefer"] == f"wait={int(areal.DEADLINE) - 1}"
    assert pickle.loads(pickle.dumps(areal.reward_fn)) is areal.reward_fn  # noqa: S301


def test_areal_is_told_of_a_run_that_is_still_judged_by_no_time_out(
    server: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEMIS_DEADLINE", "0.4")
    server.answers += [says(202, {"id": "rw_1", "status": "running"})]
    with pytest.raises(StillRunning) as raised:
        areal.reward_fn("p", "c", [1], [2], answer=REF)
    assert not isinstance(raised.value, TimeoutError)


def test_openrlhf_gets_a_list_of_each(server: Recorded) -> None:
    server.answers += many(FINAL, FINAL)
    told = openrlhf.reward_func(["q", "q"], ["p", "p"], [REF, OTHER])
    assert told["rewards"] == told["scores"] == [1.0, 1.0]


async def test_openrlhf_agents_end_with_a_paid_step(server: Recorded) -> None:
    server.answers += [says(200, FINAL)]
    step = await openrlhf.last_step({"label": "", "action_text": "x"}, REF, tensor=lambda x: [x])
    assert (step["rewards"], step["done"]) == ([1.0], True)


async def test_slime_takes_an_undecided_sample_out_of_the_loss(
    server: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers += [says(200, UNDECIDED)]
    sample = SimpleNamespace(label="", metadata={"run": REF}, response="", remove_sample=False)
    with pytest.raises(Doubtful):
        await slime.custom_rm(None, sample)
    assert sample.remove_sample is False
    monkeypatch.setenv("THEMIS_UNDECIDED", "0.5")
    assert await slime.custom_rm(None, sample) == 0.5
    assert sample.remove_sample is True


async def test_slime_asks_for_a_group_together(server: Recorded) -> None:
    server.answers += many(FINAL, FINAL)
    one = SimpleNamespace(label=REF, metadata={}, response="", remove_sample=False)
    assert await slime.group_rm(None, [one, one]) == [1.0, 1.0]
    assert len(server.heard) == 1


async def test_tinker_and_verifiers_get_what_they_expect(server: Recorded) -> None:
    server.answers += [says(200, FINAL)]
    step = await tinker.last_step(SimpleNamespace, REF, observation=[], stop_condition=[])
    assert (step.reward, step.episode_done) == (1.0, True)
    assert await verifiers.paid({"label": REF}, "completion") == 1.0


async def test_the_clients_of_a_loop_and_of_a_process_are_kept(server: Recorded) -> None:
    assert clients.of_this_loop() is clients.of_this_loop()
    assert clients.of_this_process() is clients.of_this_process()
    elsewhere = Place("http://elsewhere.test")
    assert clients.of_this_loop(elsewhere) is not clients.of_this_loop()


def test_without_an_address_an_adapter_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("THEMIS_URL", raising=False)
    with pytest.raises(Invalid, match="THEMIS_URL"):
        clients.of_this_process()


@pytest.mark.parametrize("file", ["docs/frameworks.md", *PASTED])
def test_what_people_are_told_to_name_is_there(file: str) -> None:
    text = (ROOT / file).read_text()
    named = re.findall(r"from themis\.client\.adapters\.(\w+) import (\w+)", text)
    named += re.findall(r"themis\.client\.adapters\.(\w+)\.(\w+)[\"`]", text)
    for module, name in named:
        assert hasattr(importlib.import_module(f"themis.client.adapters.{module}"), name)
    for module in re.findall(r"adapters[./](\w+)", text):
        importlib.import_module(f"themis.client.adapters.{module}")


def test_every_error_an_adapter_raises_can_cross_processes() -> None:
    raised: list[RewardError] = [
        Invalid("why", field="label"),
        Unreachable("why", code="x"),
        StillRunning("why"),
    ]
    for error in raised:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert (type(again), str(again), again.code) == (type(error), str(error), error.code)
