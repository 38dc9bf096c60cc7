"""The commands that scripts rely on, each in a process of its own with an empty home."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from tests import stories
from tests.e2e.shell import Installation
from tests.model_server import Model, model_server
from themis.domain.jsontypes import Json
from themis.formats import native

INGESTED = {
    "id",
    "source",
    "format",
    "platform",
    "instruction",
    "steps",
    "actions",
    "screens",
    "label",
    "warnings",
}
# Commands in one process, as manage.py runs each of them.
ONE_BY_ONE = """
for arguments in {}:
    try:
        execute_from_command_line(["manage.py", *arguments])
    except SystemExit as ended:
        print("ended with", ended.code)
"""
JUDGED = {
    "trajectory",
    "critic",
    "outcome",
    "confidence",
    "reward",
    "milestones",
    "cached_tokens",
    "price",
    "calls",
    "prompt_tokens",
    "completion_tokens",
    "seconds",
}


@pytest.fixture
def themis(tmp_path: Path) -> Installation:
    return Installation.ready(tmp_path / "var")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with one good run and one that ends in the middle of its file."""
    folder = tmp_path / "runs"
    native.write(stories.recording(), folder / "good")
    bad = native.write(stories.recording(), folder / "bad") / native.FILE
    bad.write_bytes(bad.read_bytes()[:-9])
    return folder


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """An installation with the good run, and the run's id."""
    folder = tmp_path_factory.mktemp("once")
    themis = Installation.ready(folder / "var")
    native.write(stories.recording(), folder / "good")
    (stored,) = themis.run("ingest", str(folder / "good"), "--json").lines
    return themis, str(stored["id"])


@pytest.fixture
def run(taken_in: tuple[Installation, str]) -> str:
    """The id of the good run in `court`."""
    return taken_in[1]


@pytest.fixture
def court(taken_in: tuple[Installation, str], tmp_path: Path) -> Installation:
    """An installation of the test's own, with the good run."""
    return taken_in[0].copied(tmp_path / "court")


def with_model(themis: Installation, model: Model) -> Installation:
    themis.variables = {"THEMIS_MODEL_URL": model.url, "THEMIS_MODEL": "scripted-vlm"}
    return themis


def test_what_is_refused_does_not_stop_the_rest(themis: Installation, runs: Path) -> None:
    result = themis.run("ingest", str(runs), "--json")
    refused, stored = sorted(result.lines, key=len)
    assert result.status == 1
    assert set(stored) == INGESTED
    assert stored["source"] == str(runs / "good")
    assert (stored["format"], stored["steps"], stored["screens"]) == ("themis", 3, 4)
    assert set(refused) == {"source", "error"}
    assert refused["source"] == str(runs / "bad")


def test_the_same_bytes_are_taken_in_once(themis: Installation, runs: Path) -> None:
    (first,) = themis.run("ingest", str(runs / "good"), "--json").lines
    again = themis.run("ingest", str(runs / "good"), "--json")
    assert again.status == 0
    assert again.lines[0]["id"] == first["id"]


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_an_archive_is_read_as_what_it_holds(
    themis: Installation, runs: Path, tmp_path: Path, kind: str
) -> None:
    archive = shutil.make_archive(str(tmp_path / "packed"), kind, runs)
    refused, stored = sorted(themis.run("ingest", archive, "--json").lines, key=len)
    assert (stored["source"], refused["source"]) == ("packed/good", "packed/bad")
    assert list((themis.home / "incoming").iterdir()) == []


def test_a_wrong_use_is_status_2(themis: Installation) -> None:
    wrong = [
        ["ingest"],
        ["ingest", "--format", "scrolls", "."],
        ["ingest", "--tasks", "gone", "."],
        ["judge"],
        ["judge", "--all", "--critic", "nobody"],
        ["show", "000000000000"],
        ["watch", "s3://", "--once"],
    ]
    together = themis.start("check", altered=ONE_BY_ONE.format(json.dumps(wrong)))
    out, _ = together.communicate(timeout=themis.patience)
    assert re.findall(r"ended with (\d+)", out) == ["2"] * len(wrong)
    assert themis.run("judge").status == 2


def test_a_trajectory_is_judged_and_shown(court: Installation, run: str) -> None:
    judged = court.run("judge", run, "--json")
    assert judged.status == 0
    assert set(judged.lines[0]) == JUDGED
    assert judged.lines[0]["critic"] == "evidence-only"
    document = json.loads(court.run("show", run, "--json").out)
    assert document["verdicts"][0]["outcome"] == judged.lines[0]["outcome"]
    assert document["verdicts"][0]["turns"]


def test_with_a_model_the_panel_judges(court: Installation, run: str) -> None:
    with model_server() as model:
        (line,) = with_model(court, model).run("judge", run, "--json").lines
    assert (line["critic"], line["outcome"], line["reward"]) == ("themis", "passed", 1.0)
    assert (line["calls"], line["milestones"], line["prompt_tokens"]) == (6, 3, 600)
    assert not any("failed" in prompt and '"label"' in prompt for prompt in model.prompts)


@pytest.mark.parametrize(
    ("reply", "cause"),
    [("I would rather not say.", "selector"), ('{"milestones": []}', "selector")],
)
def test_a_reply_nobody_can_read_breaks_the_run(
    court: Installation, run: str, reply: str, cause: str
) -> None:
    with model_server() as model:
        model.replies["selector"] = reply
        result = with_model(court, model).run("judge", run, "--json")
    (line,) = result.lines
    assert result.status == 1
    assert set(line) == {"trajectory", "critic", "error"}
    assert cause in str(line["error"])
    assert model.asked["selector"] == 3


def test_a_server_that_refuses_breaks_the_run(court: Installation, run: str) -> None:
    with model_server() as model:
        model.status = 401
        result = with_model(court, model).run("judge", run, "--json")
    assert result.status == 1
    assert "on holiday" in str(result.lines[0]["error"])


def test_judging_again_gives_a_new_verdict(court: Installation, run: str) -> None:
    court.run("judge", run, "--json")
    court.run("judge", "--all", "--json")
    document: dict[str, Json] = json.loads(court.run("show", run, "--json").out)
    assert len(document["verdicts"]) == 2  # type: ignore[arg-type]


def test_one_unknown_id_does_not_stop_the_rest(court: Installation, run: str) -> None:
    result = court.run("judge", "000000000000", run, "--json")
    assert result.status == 1
    assert [sorted(line)[-1] for line in result.lines] == ["trajectory", "trajectory"]
    assert ["error" in line for line in result.lines] == [True, False]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("THEMIS_MODEL_CONCURRENCY", "many", "THEMIS_MODEL_CONCURRENCY: expected a whole number"),
        ("THEMIS_MODEL_URL", "http://127.0.0.1:9", "THEMIS_MODEL: not set"),
        (
            "THEMIS_MODEL_PRICES",
            "cheap",
            "THEMIS_MODEL_PRICES: expected what a million",
        ),
        ("THEMIS_MODELS_FILE", "/nowhere", "THEMIS_MODELS_FILE: /nowhere cannot be read"),
        ("DATABASE_URL", "postgres://a:b@127.0.0.1:1/c", "Connection refused"),
    ],
)
def test_a_setting_that_cannot_work_is_one_sentence(
    themis: Installation, variable: str, value: str, says: str
) -> None:
    themis.variables = {variable: value}
    result = themis.run("judge", "--all")
    assert result.status in {1, 2}
    assert says in result.err
    assert "Traceback" not in result.err


def test_a_port_in_use_is_one_sentence(themis: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = themis.run("serve", "--port", str(taken.getsockname()[1]))
    assert result.status != 0
    assert "take another port" in result.err
    assert "Traceback" not in result.err


def test_tables_are_for_people(themis: Installation, runs: Path) -> None:
    ingested = themis.run("ingest", str(runs))
    assert "1 stored, 0 known before, 1 refused" in ingested.out
    assert "evidence-only" in themis.run("judge", "--all").out


def test_a_watched_folder_is_read_once(themis: Installation, runs: Path) -> None:
    first = themis.run("watch", str(runs), "--once", "--json")
    assert [len(line["stored"]) for line in first.lines if line["item"] == "good"] == [1]  # type: ignore[arg-type]
    assert themis.run("watch", str(runs), "--once", "--json").lines == []
