"""ROLL's remote reward system, with requests built from its published fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests import stories
from tests.api.compat.trainer import Rewards, Trainer, ref, told
from themis.accounts import services as accounts
from themis.rewards.models import RewardRequest

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def task(**more: object) -> dict[str, object]:
    """As its worker submits it."""
    return {
        "priority": 1,
        "project_id": "p",
        "experiment_id": "e",
        "global_step": 0,
        "data_id": "d",
        "rollout_id": "r",
        "prompt": "Do it",
        "response": "Done",
        "reward_info": {"ground_truth": None},
        "reward_manager": None,
        "timeout": 300,
        **more,
    }


def submit(trainer: Trainer, row: RewardRequest) -> Any:  # noqa: ANN401  any JSON
    key = {"XRL-Authorization": f"Bearer {trainer.key}", "BusinessType": "online"}
    named = task(reward_info={"ground_truth": ref(row)})
    return told(trainer.post("/compat/roll/submit_task", named, **key))


def result(trainer: Trainer, name: object, status: int = 200) -> Any:  # noqa: ANN401  any JSON
    asked = {"reward_request_id": name}
    return told(trainer.call("GET", "/compat/roll/task_result", asked), status)


def test_published_fields_are_submitted_and_asked_for_until_done(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = rewards.awaited()
    assert submit(trainer, row) == {"errcode": 0, "errmsg": "", "reward_request_id": row.pk}
    assert result(trainer, row.pk)["errcode"] == 1
    rewards.settle(row)
    answer = result(trainer, row.pk)
    assert (answer["errcode"], answer["reward_score"]) == (0, 1.0)
    assert answer["dimention_reward_score"]["themis"]["debug_info"] == {}
    began, ended = (datetime.fromisoformat(answer[name]) for name in ("start_time", "end_time"))
    assert (ended - began).total_seconds() == 9


def test_a_broken_one_is_no_score(trainer: Trainer, rewards: Rewards) -> None:
    answer = result(trainer, rewards.broken().pk)
    assert answer == {"errcode": 2, "errmsg": "judging_broke: the model is away"}


def test_an_undecided_one_is_no_score_and_says_what_helps(
    trainer: Trainer, rewards: Rewards
) -> None:
    answer = result(trainer, rewards.undecided().pk)
    assert answer["errcode"] == 3
    assert '"undecided" of the job to "value"' in answer["errmsg"]
    assert "reward_score" not in answer


@pytest.mark.parametrize("name", [None, 7, {}, "", "rw_x", "rw_" + "0" * 20, "rw_\0", "x" * 9999])
def test_a_request_that_does_not_exist_is_named(trainer: Trainer, name: object) -> None:
    answer = result(trainer, name, 404)
    assert (answer["errcode"], answer["field"]) == (4, "reward_request_id")


def test_another_teams_request_is_not_told_from_none(trainer: Trainer, rewards: Rewards) -> None:
    other = Rewards(accounts.found_team(slug="other", name="Other"))
    assert result(trainer, other.settled().pk, 404)["errcode"] == 4


def test_a_key_of_a_job_reaches_its_own_requests_alone(trainer: Trainer, rewards: Rewards) -> None:
    job, other = rewards.job(), rewards.job("other")
    mine, others = rewards.settled(job=job), rewards.settled(job=other)
    trainer.belongs_to(job)
    assert result(trainer, mine.pk)["errcode"] == 0
    assert result(trainer, others.pk, 404)["errcode"] == 4


def test_a_task_that_names_no_run_is_refused_in_its_own_form(trainer: Trainer) -> None:
    answer = told(trainer.post("/compat/roll/submit_task", task()), 422)
    assert (answer["errcode"], answer["field"]) == (4, "reward_info")
    assert "reward_info, data_id, the prompt or the response" in answer["errmsg"]
    assert told(trainer.post("/compat/roll/submit_task", b"["), 422)["errcode"] == 4


def test_a_new_run_is_begun_once(trainer: Trainer) -> None:
    run = stories.stored(trainer.team)
    asked = task(data_id=f"themis://trajectory/{run.pk}")
    names = {
        told(trainer.post("/compat/roll/submit_task", asked))["reward_request_id"] for _ in "ab"
    }
    assert names == set(RewardRequest.objects.values_list("pk", flat=True))
