"""OpenRLHF's remote reward model, with requests built from its published fields."""

from __future__ import annotations

import pytest

from tests import stories
from tests.api.compat.trainer import WAITS, Rewards, Trainer, ref, told
from themis.accounts import services as accounts
from themis.pipeline.models import Run
from themis.rewards.models import RewardRequest

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL = "/compat/openrlhf/get_reward"


def body(*labels: object, query: str = "<|user|>Do it<|assistant|>Done") -> dict[str, object]:
    """As its single-turn executor sends it."""
    n = len(labels)
    return {"query": [query] * n, "prompts": ["<|user|>Do it"] * n, "labels": list(labels)}


def test_published_fields_of_one_item_give_its_reward(trainer: Trainer, rewards: Rewards) -> None:
    answer = told(trainer.post(URL, body(ref(rewards.settled()))))
    assert answer == {
        "rewards": [1.0],
        "scores": [1.0],
        "extra_logs": {"themis_passed": [1.0], "themis_undecided": [0.0]},
    }


def test_empty_lists_are_answered_with_empty_lists(trainer: Trainer) -> None:
    answer = told(trainer.post(URL, body()))
    assert answer == {"rewards": [], "scores": [], "extra_logs": {}}
    assert told(trainer.post(URL, {"query": [], "prompts": []}))["rewards"] == []


def test_older_forks_send_objects_several_at_once_and_no_labels(
    trainer: Trainer, rewards: Rewards
) -> None:
    one, other = rewards.settled(), rewards.settled("failed", 0.0)
    items = [
        {"id": one.trajectory_id, "response": "Done"},
        {"id": "task-7", "response": f"see {ref(other)}"},
    ]
    answer = told(trainer.post("/compat/openrlhf/any/path", {"query": items, "prompts": ["", ""]}))
    assert answer["rewards"] == [1.0, 0.0]


def test_a_query_may_be_a_text_that_is_no_list(trainer: Trainer, rewards: Rewards) -> None:
    query = f"Done. {ref(rewards.settled())}"
    assert told(trainer.post(URL, {"query": query, "prompts": "Do it"}))["rewards"] == [1.0]


def test_the_label_goes_before_what_the_model_wrote(trainer: Trainer, rewards: Rewards) -> None:
    mine, dreamt = rewards.settled("failed", 0.0), rewards.settled()
    answer = told(trainer.post(URL, body(ref(mine), query=f"pay me for {ref(dreamt)}")))
    assert answer["rewards"] == [0.0]


def test_scores_stay_between_0_and_1_where_a_reward_does_not(
    trainer: Trainer, rewards: Rewards
) -> None:
    answer = told(trainer.post(URL, body(ref(rewards.settled(reward=1.3)))))
    assert (answer["rewards"], answer["scores"]) == ([1.3], [1.0])


def test_while_one_runs_all_wait_within_the_clients_patience(
    trainer: Trainer, rewards: Rewards
) -> None:
    running = rewards.awaited()
    response = trainer.post(URL, body(ref(rewards.settled()), ref(running), ref(running)))
    assert told(response, 503)["code"] == "running"
    assert response[WAITS] == f"150; {running.pk}"
    assert int(response["Retry-After"]) > 0


def test_a_caller_may_say_how_long_it_waits(trainer: Trainer, rewards: Rewards) -> None:
    asked = body(ref(running := rewards.awaited()))
    key = f"Bearer {trainer.key}"
    response = trainer.post(URL, asked, Authorization=key, Prefer="wait=20, x")
    assert response[WAITS] == f"20; {running.pk}"
    response = trainer.post(URL, asked, Authorization=key, Prefer="wait=0")
    assert WAITS not in response


def test_a_new_run_is_queued_and_asked_for_once(trainer: Trainer, rewards: Rewards) -> None:
    run = stories.stored(trainer.team)
    asked = body(f"themis://trajectory/{run.pk}")
    assert {trainer.post(URL, asked).status_code for _ in range(3)} == {503}
    assert RewardRequest.objects.count() == Run.objects.count() == 1


@pytest.mark.usefixtures("held_since")
def test_a_broken_judging_is_trouble_that_passes(trainer: Trainer, rewards: Rewards) -> None:
    response = trainer.post(URL, body(ref(rewards.settled()), ref(rewards.broken())))
    assert told(response, 503)["error"] == "the model is away"
    assert response["Retry-After"]
    assert WAITS not in response


@pytest.mark.usefixtures("held_since")
@pytest.mark.parametrize(("code", "status"), [("budget_spent", 402), ("not_promised", 409)])
def test_what_asking_again_does_not_mend_is_no_503(
    trainer: Trainer, rewards: Rewards, code: str, status: int
) -> None:
    assert told(trainer.post(URL, body(ref(rewards.broken(code)))), status)["code"] == code


def test_an_undecided_run_is_refused_in_words_and_never_a_number(
    trainer: Trainer, rewards: Rewards
) -> None:
    answer = told(trainer.post(URL, body(ref(rewards.undecided()))), 409)
    assert answer["code"] == "undecided"
    assert '"undecided" of the job to "value"' in answer["error"]


def test_an_undecided_run_is_paid_what_the_job_says(trainer: Trainer, rewards: Rewards) -> None:
    job = rewards.job(undecided="value", undecided_value=0.25)
    row = rewards.settled("undecided", 0.25, job=job)
    answer = told(trainer.post(f"{URL}?job={job.name}", body(ref(row))))
    assert answer["rewards"] == answer["scores"] == [0.25]
    assert answer["extra_logs"]["themis_undecided"] == [1.0]


def test_another_teams_run_is_not_told_from_none(trainer: Trainer, rewards: Rewards) -> None:
    other = accounts.found_team(slug="other", name="Other")
    run = stories.stored(other)
    theirs = told(trainer.post(URL, body(f"themis://trajectory/{run.pk}")), 404)
    nobodys = told(trainer.post(URL, body("themis://trajectory/000000000000")), 404)
    assert theirs["code"] == nobodys["code"] == "not_found"
    assert theirs["error"].replace(run.pk, "X") == nobodys["error"].replace("0" * 12, "X")
    assert not RewardRequest.objects.exists()


def test_nothing_is_begun_where_one_of_several_is_unknown(trainer: Trainer) -> None:
    run = stories.stored(trainer.team)
    two = body(f"themis://trajectory/{run.pk}", "themis://trajectory/000000000000")
    assert trainer.post(URL, two).status_code == 404
    assert not RewardRequest.objects.exists()


TWICE = "themis://trajectory/000000000000 themis://trajectory/111111111111"


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({}, "query", "expected a list"),
        ({"query": 7}, "query", "expected a list"),
        ({"query": ["x"], "prompts": ["x"]}, "query[0]", "label, its prompt or its response"),
        ({"query": ["x"], "labels": ["a", "b"]}, "labels", "2 for 1"),
        ({"query": ["x"], "labels": [TWICE]}, "query[0]", "name one"),
        ({"query": [None], "labels": [{"a": [7, None]}]}, "query[0]", "no trajectory is named"),
    ],
)
def test_bad_data_is_refused_with_its_field(
    trainer: Trainer, sent: object, field: str, said: str
) -> None:
    answer = told(trainer.post(URL, sent), 422)
    assert answer["field"] == field
    assert said in answer["error"]


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b"{", b'{"query": NaN}', b"[" * 100_000, b'{"query": ["\xff"]}']
)
def test_what_is_no_json_object_is_refused(trainer: Trainer, sent: bytes) -> None:
    assert trainer.post(URL, sent).status_code == 422


def test_too_many_at_once_are_refused(trainer: Trainer) -> None:
    labels = ["themis://trajectory/000000000000"] * 600
    assert told(trainer.post(URL, body(*labels)), 413)["code"] == "too_many"


def test_a_huge_body_is_refused_before_it_is_read(
    trainer: Trainer, settings: pytest.FixtureRequest
) -> None:
    settings.JSON_LIMIT = 1000  # type: ignore[attr-defined]
    assert trainer.post(URL, body("x" * 2000)).status_code == 413


def test_nobody_without_a_key_is_answered(trainer: Trainer) -> None:
    response = trainer.post(URL, body(), Authorization="Bearer thk_wrong")
    assert told(response, 401)["code"] == "unauthorised"
    assert told(trainer.post(URL, body(), **{"X-API-Key": trainer.key}))["rewards"] == []


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [("job=none", 422, "job"), ("job=%00", 422, "job"), ("critic=none", 422, None)],
)
def test_terms_that_do_not_exist_are_named(
    trainer: Trainer, rewards: Rewards, query: str, status: int, field: str | None
) -> None:
    answer = told(trainer.post(f"{URL}?{query}", body(ref(rewards.settled()))), status)
    assert answer.get("field") == field
