"""Nothing that knows the result has a say: labels, scores, limits, parameters, names of folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.evidence_only import judged as judged_files
from tests.critic.evidence_only.stories import click, judged, run
from tests.critic.evidence_only.test_account import ADD, account
from tests.critic.evidence_only.test_stories import FILLED, LIST, LISTED, TASK
from tests.formats.androidworld_files import episode, save
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Trajectory
from themis.domain.verdict import Finding, Outcome

SAVED = run(TASK, LIST, *FILLED, (click("Save"), LISTED))
UNSAVED = run(TASK, LIST, *FILLED)
OPEN = run("Which drink is the cheapest?", LIST, (click("Bicycle"), LIST), answer="Tea")
CONCEDED = account(ADD, "Shoes were there, so I didn't add it.")
RUNS = {"passed": SAVED, "failed": UNSAVED, "undecided": OPEN, "told": CONCEDED}
KNOWING: dict[str, Json] = {
    "is_successful": 1.0,
    "score": 0.0,
    "success": True,
    "verdict": "PASS",
    "verify_detail": "pattern='.*' answer='saved'",
    "verify": [{"contains": "Groceries"}],
    "reward": 0,
    "episode_length": 1,
    "max_steps": 2,
    "task_template": "NotesIsAlwaysRight",
    "task": "b6",
    "params": {"title": "Groceries", "text": "Milk and rye bread"},
    "timed_out": True,
    "agent_exit_code": 1,
}


def told(finding: Finding) -> tuple[Outcome, float, str]:
    return finding.outcome, finding.confidence, finding.reason


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("label", [None, *Label])
async def test_a_label_changes_nothing(name: str, label: Label | None) -> None:
    blind = await judged(RUNS[name])
    assert await judged(replace(RUNS[name], label=label)) == blind


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("key", KNOWING)
async def test_what_the_source_says_beside_the_run_changes_nothing(name: str, key: str) -> None:
    blind = await judged(RUNS[name])
    for value in (KNOWING[key], 0, 1, None):
        assert await judged(replace(RUNS[name], meta={key: value})) == blind


@pytest.mark.parametrize("name", RUNS)
async def test_format_warnings_and_what_is_kept_raw_change_nothing(name: str) -> None:
    blind = await judged(RUNS[name])
    steps = tuple(replace(step, raw=dict(KNOWING), number=7) for step in RUNS[name].steps)
    other = replace(RUNS[name], steps=steps, format="osworld", warnings=("score is 1",))
    assert await judged(other) == blind


CHANGES: dict[str, dict[str, object]] = {
    "passed": {"is_successful": 1.0},
    "failed": {"is_successful": 0.0},
    "limits": {"episode_length": 99, "max_n_steps": 1},
    "parameters": {"params": {"amount": "$79.65"}, "seed": 1, "task_template": "ExpenseAddSingle"},
}


def checkpoint(
    folder: Path, words: str, changes: dict[str, object], name: str = "A_0"
) -> Trajectory:
    """What the benchmark finds of one checkpoint, with its finding compared."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"agent_output": [words], "step_number": [0]}
    saved = episode(goal=ADD, episode_data=data, **changes)
    save(folder / f"{name}.pkl.gz", saved)
    (row,) = judged_files([folder])
    assert told(row.finding) == EXPECTED[words]
    return row.trajectory


OMITS = "Shoes were there, so I didn't add it."
PRAISES = "All of it is added. Success!"
_BLIND = "No UI tree and no picture shows how the run ended."
EXPECTED = {
    OMITS: (Outcome.FAILED, 0.78,
            f"Proof of failure: the agent itself says that it left out a part. {_BLIND}"),
    PRAISES: (Outcome.UNDECIDED, 0.5,
              f"Neither success nor failure is proven; open: as asked: {ADD[:-1]}. {_BLIND}"),
}  # fmt: skip


@pytest.mark.parametrize("words", EXPECTED)
@pytest.mark.parametrize("change", CHANGES)
def test_what_androidworld_knows_of_an_episode_changes_nothing(
    tmp_path: Path, words: str, change: str
) -> None:
    read = checkpoint(tmp_path, words, CHANGES[change])
    assert read.label is (Label.FAILED if change == "failed" else Label.PASSED)


@pytest.mark.parametrize("place", ["passed/run", "failed", "BrowserMaze_0", "is_successful=0"])
def test_where_a_recording_lies_changes_nothing(tmp_path: Path, place: str) -> None:
    checkpoint(tmp_path / place, OMITS, {}, name="SystemBluetoothTurnOn_0")
