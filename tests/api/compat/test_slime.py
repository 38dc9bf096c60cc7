"""slime's remote reward model, with requests built from its published fields."""

from __future__ import annotations

import pytest

from tests.api.compat.trainer import WAITS, Rewards, Trainer, ref, told

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL = "/compat/slime/rm"


def body(label: object, response: str = "Done") -> dict[str, object]:
    """As its `remote_rm` sends it."""
    return {"prompt": [{"role": "user", "content": "Do it"}], "response": response, "label": label}


@pytest.mark.parametrize(("outcome", "reward"), [("passed", 1.0), ("failed", 0.0)])
def test_published_fields_give_a_bare_number(
    trainer: Trainer, rewards: Rewards, outcome: str, reward: float
) -> None:
    response = trainer.post(URL, body(ref(rewards.settled(outcome, reward))))
    assert told(response) == reward
    assert response["Content-Type"] == "application/json"


def test_an_object_for_a_reward_key_holds_the_same_number(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = rewards.settled()
    answer = told(trainer.post(f"{URL}?form=dict", body(ref(row))))
    assert (answer["reward"], answer["passed"], answer["confidence"]) == (1.0, 1.0, 0.8)
    assert answer["trajectory"] == row.trajectory_id


def test_a_sample_without_a_label_is_found_in_its_response(
    trainer: Trainer, rewards: Rewards
) -> None:
    said = f"Done. ({ref(rewards.settled())})"
    assert told(trainer.post(URL, body(None, said))) == 1.0


def test_a_running_one_waits_within_the_clients_patience(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = rewards.awaited()
    response = trainer.post(URL, body({"trajectory": ref(row)}))
    assert told(response, 503)["code"] == "running"
    assert response[WAITS] == f"100; {row.pk}"


def test_an_undecided_run_is_refused_in_words(trainer: Trainer, rewards: Rewards) -> None:
    assert told(trainer.post(URL, body(ref(rewards.undecided()))), 409)["code"] == "undecided"


def test_a_form_that_does_not_exist_is_named(trainer: Trainer) -> None:
    assert told(trainer.post(f"{URL}?form=xml", body("")), 422)["field"] == "form"


def test_a_label_without_a_reference_is_told_where_it_is_looked_for(trainer: Trainer) -> None:
    answer = told(trainer.post(URL, body("42")), 422)
    assert answer["field"] == "label"
    assert "the sample's label or its response" in answer["error"]
