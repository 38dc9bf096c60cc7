"""What is no recording is said once, with what to bring; what is nothing is not spoken of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.recordings import DATA, NO_DATA, native, touch, write_json, write_lines
from themis.domain.jsontypes import Json
from themis.formats.aside.heap import Aside
from themis.formats.registry import find


def told(root: Path) -> dict[str, str]:
    aside = Aside()
    list(find(root, aside=aside))
    found = list(aside.told(root))
    assert all(sentence.startswith(f"{source}: ") for source, sentence in found)
    return {str(source.relative_to(root)): sentence for source, sentence in found}


def prose(folder: Path) -> None:
    touch(folder, "step_01.png", "step_02.png")
    steps = "".join(f"### Step {n}\nClick it.\n![Step](step_0{n}.png)\n" for n in (1, 2))
    (folder / "README.md").write_text(f"# A run\n{steps}", "utf-8")


JUDGED: Json = {"benchmark": "webarena", "judge": "webjudge", "judge_model_name": "o4"}
LABELLED: Json = [{"task_id": "1", "confirmed_task": "x", "Claude_human_label": "1"}]
ITEM: Json = {"images": ["1.png"], "problem": "Is it right?", "solution": "correct"}


def test_a_run_in_prose_is_told(tmp_path: Path) -> None:
    prose(tmp_path / "run")
    assert "tells a run in prose" in told(tmp_path)["run/README.md"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "ID,Task,Human Label\n1,x,Success\n", "in people's eyes"),
        ("a.csv", 'ID,"Task, in full",Claude_Eval\n', "in people's eyes"),
        ("a.csv", "judge,benchmark,accuracy\n", "what a judge said"),
        ("a.json", json.dumps(LABELLED), "in people's eyes"),
        ("a.json", json.dumps(JUDGED), "what a judge said"),
        ("a.json", '{"webjudge": {"all": {"y_human": [0], "y_judge": [1]}}}', "what a judge said"),
        ("a.jsonl", json.dumps(ITEM) + "\n", "questions about single steps"),
    ],
)
def test_a_table_about_runs_is_told(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    native(tmp_path / "run")
    assert words in told(tmp_path)[name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", "# Pictures\n![one](step_1.png) ![two](step_2.png)\n"),
        ("README.md", "# How to\n### Step 1\nInstall it.\n### Step 2\nRun it.\n"),
        ("LICENSE.txt", "Apache"),
        ("prices.csv", "item,price\nx,1\n"),
        ("a.csv", "\0\x01,\n"),
        ("a.csv", '"' * 9_000),
        ("a.json", '{"judge": '),
        ("a.jsonl", "{" * 2_000),
        ("a.json", "[1, 2]"),
        ("a.yaml", "prompt: x\n"),
    ],
)
def test_nothing_is_said_of_what_is_nothing(tmp_path: Path, name: str, content: str) -> None:
    touch(tmp_path, "step_1.png", "step_2.png")
    (tmp_path / name).write_text(content, "utf-8")
    assert told(tmp_path) == {}


def test_things_of_one_kind_are_told_once_where_nothing_else_lies(tmp_path: Path) -> None:
    for name in ("o4/web/a/1.json", "o4/web/a/2.json", "o4/web/b/3.json", "gpt/web/4.json"):
        write_json(tmp_path / "site" / "judged" / name, JUDGED)
    write_json(tmp_path / "site" / "labels.json", LABELLED)
    assert sorted(told(tmp_path)) == ["site/judged", "site/labels.json"]


def test_a_recording_is_not_covered_by_what_lies_beside_it(tmp_path: Path) -> None:
    native(tmp_path / "site" / "runs" / "1")
    for name in ("1.json", "2.json"):
        write_json(tmp_path / "site" / "judged" / name, JUDGED)
    assert list(told(tmp_path)) == ["site/judged"]


def test_what_lies_with_a_recording_belongs_to_it(tmp_path: Path) -> None:
    write_json(native(tmp_path / "run") / "verdict.json", JUDGED)
    assert told(tmp_path) == {}


TASKS: dict[str, str] = {
    "tasks.jsonl": '{"id": "1", "ques": "Find it"}\n',
    "answers.json": '{"Shop": {"answers": [{"id": 0, "type": "possible", "ans": "x"}]}}',
    "task.json": '{"id": "1", "instruction": "x", "evaluator": {}}',
    "a1.yaml": "id: a1\nprompt: |\n  Launch it.\n",
}


@pytest.mark.parametrize("name", TASKS)
def test_tasks_alone_are_told_and_beside_runs_are_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / name).write_text(TASKS[name], "utf-8")
    assert "no run of one" in told(tmp_path)[f"tasks/{name}"]
    native(tmp_path / "run")
    assert told(tmp_path) == {}


def test_a_file_that_is_named_is_told(tmp_path: Path) -> None:
    write_lines(tmp_path / "items.jsonl", ITEM, ITEM)
    aside = Aside()
    assert list(find(tmp_path / "items.jsonl", aside=aside)) == []
    assert [each.source for each in aside.told(tmp_path / "items.jsonl")] == [
        tmp_path / "items.jsonl"
    ]


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA)
@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("openadapt_windows_trace", "tells a run in prose"),
        ("webbench_human_eval", "in people's eyes"),
        ("gui_critic_r1", "questions about single steps"),
        ("online_mind2web/human_label.json", "in people's eyes"),
        ("online_mind2web/webjudge", "what a judge said"),
        ("online_mind2web/example_result", "what a judge said"),
    ],
)
def test_the_real_things_that_are_no_recordings(folder: str, words: str) -> None:
    found = told(DATA)
    (sentence,) = [sentence for source, sentence in found.items() if source.startswith(folder)]
    assert words in sentence
    assert len(found) == 6
