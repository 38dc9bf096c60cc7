"""NeMo Gym's resources server, with requests built from its published fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.compat.trainer import WAITS, Rewards, Trainer, ref, told

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL, VERIFIERS = "/compat/gym", "/compat/verifiers"
# Numbers and keys that must come back as they went.
ECHOED: dict[str, Any] = {
    "responses_create_params": {"input": [{"role": "user", "content": "Do it"}], "top_p": 1.0},
    "response": {
        "id": "resp_1",
        "output": [
            {"type": "computer_call", "action": {"type": "click", "x": 1, "y": 2}},
            {"type": "message", "content": [{"type": "output_text", "text": "Done ✓ \u2028"}]},
        ],
        "log_probs": [-0.1234567890123456, -0.0, 1e-300],
        "token_ids": [9007199254740993],
    },
}


def row(label: object = None, **more: object) -> dict[str, object]:
    """A row of a data set with what the agent answered."""
    return {**ECHOED, "verifier_metadata": {"label": label}, **more}


def test_published_fields_are_echoed_beside_the_reward(trainer: Trainer, rewards: Rewards) -> None:
    one = row(ref(rewards.settled()), _ng_task_index=3, _ng_rollout_index=1, other="kept back")
    answer = told(trainer.post(f"{URL}/verify", one))
    assert {name: answer[name] for name in ECHOED} == ECHOED
    assert (answer["reward"], answer["themis_passed"], answer["themis_confidence"]) == (1, 1, 0.8)
    assert (answer["_ng_task_index"], answer["_ng_rollout_index"]) == (3, 1)
    assert "other" not in answer
    assert "mask_sample" not in answer


def test_a_response_names_the_run_where_the_row_does_not(
    trainer: Trainer, rewards: Rewards
) -> None:
    said = {"output": [{"content": [{"text": f"Recorded as {ref(rewards.settled())}."}]}]}
    assert told(trainer.post(f"{URL}/verify", row() | {"response": said}))["reward"] == 1.0


def test_the_row_goes_before_the_response(trainer: Trainer, rewards: Rewards) -> None:
    said = {"output": [{"content": [{"text": ref(rewards.settled())}]}]}
    one = row(ref(rewards.settled("failed", 0.0))) | {"response": said}
    assert told(trainer.post(f"{URL}/verify", one))["reward"] == 0.0


def test_an_undecided_run_is_masked_where_gym_and_nemo_rl_look(
    trainer: Trainer, rewards: Rewards
) -> None:
    one = row(ref(rewards.undecided()), instance_config={"seed": 7})
    answer = told(trainer.post(f"{URL}/verify", one))
    assert answer["mask_sample"] is True
    assert answer["instance_config"] == {"seed": 7, "mask_sample": True}
    assert "_ng_failure_class" not in answer


def test_verifiers_know_no_mask_and_are_refused_a_number(
    trainer: Trainer, rewards: Rewards
) -> None:
    answer = told(trainer.post(f"{VERIFIERS}/verify", row(ref(rewards.undecided()))), 409)
    assert answer["code"] == "undecided"
    assert told(trainer.post(f"{VERIFIERS}/verify", row(ref(rewards.settled()))))["reward"] == 1.0


@pytest.mark.usefixtures("held_since")
def test_a_broken_judging_is_a_failed_row_for_gym_and_masked_for_those_who_do_not_look(
    trainer: Trainer, rewards: Rewards
) -> None:
    answer = told(trainer.post(f"{URL}/verify", row(ref(rewards.broken()))))
    assert answer["_ng_failure_class"] == "judge_failed"
    assert answer["_ng_failure_judge_error"] == "judging_broke: the model is away"
    assert answer["_ng_failure_terminal"] is False
    assert answer["mask_sample"] is answer["instance_config"]["mask_sample"] is True
    assert {name: answer[name] for name in ECHOED} == ECHOED


@pytest.mark.usefixtures("held_since")
def test_gym_does_not_try_again_what_a_budget_forbids(trainer: Trainer, rewards: Rewards) -> None:
    answer = told(trainer.post(f"{URL}/verify", row(ref(rewards.broken("budget_spent")))))
    assert answer["_ng_failure_terminal"] is True


@pytest.mark.usefixtures("held_since")
def test_a_broken_judging_is_a_503_for_verifiers(trainer: Trainer, rewards: Rewards) -> None:
    response = trainer.post(f"{VERIFIERS}/verify", row(ref(rewards.broken())))
    assert told(response, 503)["error"] == "the model is away"


@pytest.mark.parametrize(("url", "seconds"), [(URL, 600), (VERIFIERS, 55)])
def test_each_client_waits_as_long_as_it_has(
    trainer: Trainer, rewards: Rewards, url: str, seconds: int
) -> None:
    running = rewards.awaited()
    response = trainer.post(f"{url}/verify", row(ref(running)))
    assert response.status_code == 503
    assert response[WAITS] == f"{seconds}; {running.pk}"


@pytest.mark.parametrize("name", ["responses_create_params", "response"])
def test_what_must_be_echoed_must_be_there(trainer: Trainer, name: str) -> None:
    assert told(trainer.post(f"{URL}/verify", row("") | {name: "text"}), 422)["field"] == name


def test_a_row_that_names_no_run_is_told_where_it_is_looked_for(trainer: Trainer) -> None:
    answer = told(trainer.post(f"{URL}/verify", row("nothing")), 422)
    assert answer["code"] == "no_reference"
    assert "label, ground_truth, extra_info or metadata" in answer["error"]


def test_a_session_is_seeded_and_a_run_can_be_verified_again(trainer: Trainer) -> None:
    assert told(trainer.post(f"{URL}/seed_session", {**ECHOED, "x": 1})) == {}
    assert told(trainer.call("GET", f"{URL}/reverify_mode", b"")) == "stateless"


def test_metrics_leave_out_what_is_masked_or_failed(trainer: Trainer) -> None:
    replies = [
        {"_ng_task_index": 1, "reward": 1.0, "themis_passed": True},
        {"_ng_task_index": 1, "reward": 0.0, "themis_passed": False},
        {"_ng_task_index": 0, "reward": 0.0, "mask_sample": True},
        {"_ng_task_index": 0, "reward": 0.0, "_ng_failure_class": "judge_failed"},
        "no reply",
    ]
    answer = told(trainer.post(f"{URL}/aggregate_metrics", {"verify_responses": replies}))
    assert answer["key_metrics"] == {"mean/reward": 0.5, "mean/themis_passed": 0.5}
    (group,) = answer["group_level_metrics"]
    assert (group["_ng_task_index"], group["num_rollouts"], group["max/reward"]) == (1, 2, 1.0)
    assert (answer["agent_metrics"]["n_used"], answer["agent_metrics"]["n_left_out"]) == (2, 2)


def test_no_metric_is_made_from_nothing(trainer: Trainer) -> None:
    answer = told(trainer.post(f"{URL}/aggregate_metrics", {"verify_responses": []}))
    assert answer["key_metrics"] == {}
    assert answer["group_level_metrics"] == []
    assert told(trainer.post(f"{URL}/aggregate_metrics", {}), 422)["field"] == "verify_responses"


def test_nobody_without_a_key_is_let_in(trainer: Trainer) -> None:
    assert trainer.post(f"{URL}/verify", row(""), **{"X-API-Key": "thk_x"}).status_code == 401
