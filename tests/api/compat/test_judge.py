"""The judge that speaks OpenAI's interface, as the judges of RL frameworks call it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.api.compat.trainer import WAITS, Rewards, Trainer, ref, told
from themis.rewards.models import RewardRequest

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL = "/v1/chat/completions"


def body(*messages: object, model: str = "themis", **more: object) -> dict[str, object]:
    """As an OpenAI client sends it."""
    told = [{"role": "user", "content": each} for each in messages]
    return {"model": model, "messages": told, "temperature": 0.0, **more}


def content(trainer: Trainer, sent: object, query: str = "") -> str:
    """What the judge writes."""
    (choice,) = told(trainer.post(URL + query, sent))["choices"]
    assert choice["finish_reason"] == "stop"
    return str(choice["message"]["content"])


def test_a_verdict_comes_as_an_object(trainer: Trainer, rewards: Rewards) -> None:
    row = rewards.settled()
    answer = told(trainer.post(URL, body(f"Judge {ref(row)}")))
    assert (answer["object"], answer["model"]) == ("chat.completion", "themis")
    assert answer["usage"]["total_tokens"] == 0
    said = json.loads(answer["choices"][0]["message"]["content"])
    assert (said["reward"], said["outcome"], said["passed"], said["id"]) == (
        1,
        "passed",
        True,
        row.pk,
    )
    assert "themis said passed" in said["reason"]


def test_undecided_has_a_null_where_an_object_is_read(trainer: Trainer, rewards: Rewards) -> None:
    said = json.loads(content(trainer, body(ref(rewards.undecided()))))
    assert (said["reward"], said["passed"], said["outcome"]) == (None, None, "undecided")


def test_text_parts_and_metadata_are_looked_at(trainer: Trainer, rewards: Rewards) -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": ref(rewards.settled())}},
        {"type": "text", "text": f"Judge {ref(one := rewards.settled('failed', 0.0))}"},
    ]
    assert json.loads(content(trainer, body(parts)))["id"] == one.pk
    asked = body(ref(rewards.settled()), metadata={"trajectory": ref(one)})
    assert json.loads(content(trainer, asked))["id"] == one.pk


@pytest.mark.parametrize(("outcome", "reward"), [("passed", 1.0), ("failed", 0.0)])
def test_the_last_line_is_what_skyrls_judge_looks_for(
    trainer: Trainer, rewards: Rewards, outcome: str, reward: float
) -> None:
    prompt = f"GOLD SOLUTION:\n{ref(rewards.settled(outcome, reward))}\n\nPREDICTED SOLUTION:\nDone"
    reply = content(trainer, body(prompt, model="themis:score"))
    found = re.search(r"### Final Score:\s*([01](?:\.0)?)", reply)
    assert found is not None
    assert float(found[1]) == reward


def test_half_a_point_is_not_said_where_it_would_be_read_as_none(
    trainer: Trainer, rewards: Rewards
) -> None:
    asked = body(ref(rewards.settled(reward=0.5)), model="themis:score")
    assert told(trainer.post(URL, asked), 409)["error"]["code"] == "not_binary"


@pytest.mark.parametrize(("reward", "score"), [(1.0, 5), (0.0, -5), (0.5, 0), (0.8, 3)])
def test_each_trace_gets_the_whole_number_that_polars_rubric_reads(
    trainer: Trainer, rewards: Rewards, reward: float, score: int
) -> None:
    row = rewards.settled(reward=reward)
    prompt = f'{ref(row)}\n<trace id="trace_0">\nx\n</trace>\n<trace id="trace_1">\ny\n</trace>'
    said = json.loads(content(trainer, body(prompt), "?form=rubric"))
    assert {name: each["score"] for name, each in said.items()} == {
        "trace_0": score,
        "trace_1": score,
    }


@pytest.mark.parametrize("form", ["score", "rubric", "number"])
def test_a_form_that_is_a_number_is_refused_for_an_undecided_run(
    trainer: Trainer, rewards: Rewards, form: str
) -> None:
    asked = body(ref(rewards.undecided()), model=f"themis:{form}")
    assert told(trainer.post(URL, asked), 409)["error"]["code"] == "undecided"


def test_a_bare_number_may_be_asked_for(trainer: Trainer, rewards: Rewards) -> None:
    assert content(trainer, body(ref(rewards.settled(reward=0.25))), "?form=number") == "0.25"


def test_a_schema_gets_what_it_has_room_for(trainer: Trainer, rewards: Rewards) -> None:
    asked = body(ref(rewards.settled()), response_format=schema("score", "reasoning"))
    assert set(json.loads(content(trainer, asked))) == {"score", "reasoning"}
    asked = body(ref(rewards.settled()), response_format=schema("score", "style"))
    assert told(trainer.post(URL, asked), 422)["error"]["param"] == "response_format"


def schema(*names: str) -> dict[str, Any]:
    """A form of reply, as OpenAI's interface asks for it."""
    inner = {"type": "object", "properties": {name: {} for name in names}, "required": list(names)}
    return {"type": "json_schema", "json_schema": {"name": "verdict", "schema": inner}}


def test_a_stream_is_the_same_in_pieces(trainer: Trainer, rewards: Rewards) -> None:
    asked = body(ref(rewards.settled()), stream=True, stream_options={"include_usage": True})
    response = trainer.post(URL, asked)
    assert response["Content-Type"].startswith("text/event-stream")
    *events, end, rest = response.content.decode().split("\n\n")
    assert (end, rest) == ("data: [DONE]", "")
    chunks = [json.loads(each.removeprefix("data: ")) for each in events]
    deltas = [each["choices"][0]["delta"] for each in chunks if each["choices"]]
    assert json.loads(deltas[0]["content"])["reward"] == 1.0
    assert chunks[1]["choices"][0]["finish_reason"] == "stop"
    assert (chunks[2]["choices"], chunks[2]["usage"]["total_tokens"]) == ([], 0)


def test_the_models_name_chooses_the_job(trainer: Trainer, rewards: Rewards) -> None:
    job = rewards.job(undecided="value", undecided_value=0.5)
    row = rewards.settled("undecided", 0.5, job=job)
    said = json.loads(content(trainer, body(ref(row), model=f"themis/{job.name}")))
    assert (said["reward"], said["id"]) == (0.5, row.pk)


def test_a_key_of_a_job_sees_and_asks_for_that_one(trainer: Trainer, rewards: Rewards) -> None:
    job, _ = rewards.job(), rewards.job("other")
    row = rewards.settled(job=job)
    trainer.belongs_to(job)
    models = told(trainer.call("GET", "/v1/models", b""))["data"]
    assert [each["id"] for each in models] == ["themis", "themis/browse-7b"]
    assert json.loads(content(trainer, body(ref(row))))["id"] == row.pk
    refused = told(trainer.post(URL, body(ref(row), model="themis/other")), 404)
    assert refused["error"]["code"] == "model_not_found"


def test_models_are_themis_and_the_jobs(trainer: Trainer, rewards: Rewards) -> None:
    rewards.job()
    answer = told(trainer.call("GET", "/v1/models", b""))
    assert [each["id"] for each in answer["data"]] == ["themis", "themis/browse-7b"]
    assert told(trainer.call("GET", "/v1/models/themis/browse-7b", b""))["object"] == "model"
    assert trainer.call("GET", "/v1/models/themis/none", b"").status_code == 404


def test_a_running_one_is_held_back_and_an_error_of_the_server(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = rewards.awaited()
    response = trainer.post(URL, body(ref(row)))
    assert told(response, 503)["error"]["type"] == "server_error"
    assert response[WAITS] == f"100; {row.pk}"
    assert response["Retry-After"]


@pytest.mark.parametrize(
    ("sent", "status", "param", "code"),
    [
        (body("x", model="gpt-4o"), 404, "model", "model_not_found"),
        (body("x", model="themis/"), 404, "model", "model_not_found"),
        (
            body(f"themis://trajectory/{'0' * 12}", model="themis/none"),
            404,
            "model",
            "model_not_found",
        ),
        (body("x", model="themis/\0"), 404, "model", "model_not_found"),
        (body("x", model="themis:essay"), 422, "form", "invalid"),
        (body("x", n=999), 422, "n", "invalid"),
        (body("x", n="2"), 422, "n", "invalid"),
        (body("x"), 422, "messages", "no_reference"),
        ({"model": "themis"}, 422, "messages", "invalid"),
        ({"model": ["themis"], "messages": []}, 422, "model", "invalid"),
        ({"messages": ["x"]}, 422, "messages", "invalid"),
        (b"{", 422, "body", "invalid"),
    ],
)
def test_bad_data_is_refused_in_openais_form(
    trainer: Trainer, sent: object, status: int, param: str, code: str
) -> None:
    error = told(trainer.post(URL, sent), status)["error"]
    assert (error["param"], error["code"]) == (param, code)
    assert error["type"] == "invalid_request_error"
    assert error["message"]
    assert not RewardRequest.objects.exists()


def test_a_wrong_key_is_refused_in_openais_form(trainer: Trainer) -> None:
    response = trainer.post(URL, body("x"), Authorization="Bearer sk-none")
    assert told(response, 401)["error"]["type"] == "authentication_error"


def test_an_address_that_does_not_exist_is_told_as_json(trainer: Trainer) -> None:
    assert told(trainer.post("/v1/embeddings", {}), 404)["code"] == "not_found"
    assert told(trainer.post("/compat/none", {}), 404)["code"] == "not_found"
