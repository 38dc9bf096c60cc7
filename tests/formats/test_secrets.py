"""Secrets of whoever recorded a run are not kept, whatever reader meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.androidworld_files import episode, save
from tests.fuzz.samples import SAMPLES
from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.registry import find
from themis.formats.secrets import LEFT_OUT, without_secrets

SAID = "hunter2-hunter2-hunter2"
SHOWN = ("before_element_list",)  # what a screen shows is the run itself


def recording(meta: Json = None, raw: Json = None, payload: Json = None) -> Recording:
    action = Action(type=ActionType.WAIT, raw=payload)
    steps = (Step(actions=(action,), raw=raw),)
    run = Trajectory(instruction="i", platform=Platform.WEB, steps=steps, meta=meta)
    return Recording(trajectory=run, pictures=())


@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "apiKey", "OPENAI_API_KEY", "x-api-key", "X-Goog-Api-Key", "token"),
        *("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "cookies"),
        *("storage_state", "storageState", "http_credentials", "httpCredentials", "password"),
        *("extra_http_headers", "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "access_token"),
        *("client_secret", "private_key", "admin_password"),
    ],
)
def test_a_value_under_the_name_of_a_secret_is_left_out_at_any_depth(name: str) -> None:
    found = without_secrets(recording(meta={"a": [{"b": {name: SAID, "kept": 1}}]})).trajectory
    assert found.meta == {"a": [{"b": {name: LEFT_OUT, "kept": 1}}]}
    assert found.warnings == (f"secrets of the recorder were left out: {name}",)


@pytest.mark.parametrize(
    "kept",
    [
        {"max_tokens": 5, "token": 7, "prompt_tokens": "12", "pad_token": "</s>"},
        {"token": "Hello", "logprob": -0.5},
        {"properties": {"password": {"type": "string"}}},
        {"password": "", "cookies": [], "api_key": None},
        {"next_page_token": "x", "key": "Enter", "tokenizer": "t", "author": "a"},
        {"name": "click", "value": "password"},
    ],
)
def test_what_is_no_secret_is_kept_as_the_same_object(kept: Json) -> None:
    held = recording(meta=kept)
    assert without_secrets(held) is held


def test_a_header_written_as_a_pair_is_known_by_its_name() -> None:
    meta: Json = [{"name": "Authorization", "value": SAID}, {"key": "API_KEY", "value": SAID}]
    assert SAID not in json.dumps(without_secrets(recording(meta=meta)).trajectory.meta)


def test_a_bearer_is_known_wherever_it_stands() -> None:
    found = without_secrets(recording(raw=["-H", f"Bearer {SAID}"])).trajectory
    assert found.steps[0].raw == ["-H", LEFT_OUT]


def test_what_a_step_and_its_actions_keep_is_searched_too() -> None:
    found = without_secrets(recording(raw={"token": SAID}, payload={"api_key": SAID})).trajectory
    assert found.steps[0].raw == {"token": LEFT_OUT}
    assert found.steps[0].actions[0].raw == {"api_key": LEFT_OUT}


def test_the_arguments_of_an_unknown_call_are_searched_where_they_are_its_text() -> None:
    given: Json = {"api_key": SAID, "kept": 1}
    action = Action(type=ActionType.TOOL_CALL, text=json.dumps(given), raw=given)
    run = Trajectory(instruction="i", platform=Platform.WEB, steps=(Step(actions=(action,)),))
    found = without_secrets(Recording(trajectory=run, pictures=())).trajectory
    assert json.loads(found.steps[0].actions[0].text or "") == {"api_key": LEFT_OUT, "kept": 1}


def test_the_warning_names_ten_of_them_at_most() -> None:
    meta: Json = {f"key{number}_password": SAID for number in range(30)}
    (said,) = without_secrets(recording(meta=meta)).trajectory.warnings
    assert said.endswith("key9_password and 20 more")


def _with(document: Json) -> Json:
    """Every object of a log with secrets in it, as a request and its headers have them."""
    if isinstance(document, list):
        return [_with(each) for each in document]
    if not isinstance(document, dict):
        return document
    spoilt: dict[str, Json] = {
        key: held if key in SHOWN else _with(held) for key, held in document.items()
    }
    return {**spoilt, "api_key": SAID, "headers": {"Authorization": f"Bearer {SAID}"}}


# Themis' own format says what Themis said, and takes no field it does not know; those in pickles
# have tests of their own.
OTHER = ("themis", "androidworld", "agentlab")


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in OTHER])
def test_no_reader_gives_them_on(name: str, tmp_path: Path) -> None:
    SAMPLES[name](tmp_path)
    for path in tmp_path.rglob("*.json*"):
        lines = path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else []
        written = [json.dumps(_with(json.loads(line))) for line in lines if line]
        whole = "\n".join(written) if lines else json.dumps(_with(json.loads(path.read_bytes())))
        path.write_text(whole, "utf-8")
    (found,) = find(tmp_path)
    trajectory = found.read().trajectory
    assert SAID not in json.dumps(dump(trajectory))


def test_a_reply_in_a_checkpoint_is_kept_without_them(tmp_path: Path) -> None:
    reply = {"headers": {"Set-Cookie": SAID, "Server": "s"}, "api_key": SAID}
    save(tmp_path / "a_0.pkl.gz", episode(episode_data={"step_number": [0], "reply": [reply]}))
    (found,) = find(tmp_path)
    raw = json.dumps(found.read().trajectory.steps[0].raw)
    assert SAID not in raw
    assert "Server" in raw
