"""A killed verdict is gone on with: one verdict, every turn kept, no question asked twice."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests import stories
from tests.e2e.shell import Installation
from tests.model_server import REPLIES, model_server
from themis.formats import native

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """An installation with a run, and the run's id."""
    folder = tmp_path_factory.mktemp("once")
    themis = Installation.ready(folder / "var")
    native.write(stories.recording(), folder / "run")
    (stored,) = themis.run("ingest", str(folder / "run"), "--json").lines
    return themis, str(stored["id"])


@pytest.mark.parametrize("role", ["verifier", "reviewer", "judge"])
def test_kill_9_in_mid_verdict_loses_no_turn(
    taken_in: tuple[Installation, str], tmp_path: Path, role: str
) -> None:
    themis, run = taken_in[0].copied(tmp_path / "var"), taken_in[1]
    with model_server() as model:
        themis.variables = {"THEMIS_MODEL_URL": model.url, "THEMIS_MODEL": "scripted-vlm"}
        model.waits_at = role
        process = themis.start("judge", run, "--json")
        assert model.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        before = dict(model.answered)

        model.waits_at = ""
        model.gate.set()
        (line,) = themis.run("judge", run, "--json").lines

    document = json.loads(themis.run("show", run, "--json").out)
    (verdict,) = document["verdicts"]
    assert (verdict["status"], verdict["outcome"], line["outcome"]) == ("given", "passed", "passed")
    assert [turn["role"] for turn in verdict["turns"]].count("verifier") == 3
    assert verdict["calls"] == 6
    for earlier in set(before) - {role}:
        assert model.asked[earlier] == before[earlier], f"{earlier} was asked again"
    assert set(model.asked) == set(REPLIES)


def test_kill_9_loses_none_of_the_turns_that_were_written_together(tmp_path: Path) -> None:
    n_runs = 6
    themis = Installation.ready(tmp_path / "var")
    for number in range(n_runs):
        native.write(stories.recording(f"Create note {number}"), tmp_path / "runs" / str(number))
    themis.run("ingest", str(tmp_path / "runs"), "--json")
    with model_server() as model:
        themis.variables = {"THEMIS_MODEL_URL": model.url, "THEMIS_MODEL": "scripted-vlm"}
        model.waits_at, model.waiting = "judge", n_runs
        process = themis.start("judge", "--all", "--json")
        assert model.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        process.communicate()

        model.waits_at = ""
        model.gate.set()
        lines = themis.run("judge", "--all", "--json").lines

    assert [line["outcome"] for line in lines] == ["passed"] * n_runs
    assert {line["calls"] for line in lines} == {6}
    assert model.asked == {
        "selector": n_runs,
        "verifier": 3 * n_runs,
        "reviewer": n_runs,
        "judge": 2 * n_runs,
    }
