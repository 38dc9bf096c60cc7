"""The benchmark's figures: who is compared, how tasks are split, what is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.evidence_judges import ALWAYS, CRITIC, STATUS, WORDS, Judged, believed, table
from benchmarks.evidence_only import SEED, by_data_set, is_held_out
from benchmarks.evidence_report import report
from tests.critic.evidence_only.stories import click, run
from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Step, Trajectory
from themis.domain.verdict import Finding, Outcome

DONE = run("Save it.", 'button "Save"', (click("Save"), 'text "Saved"'))


def row(label: Label, outcome: Outcome, *, task: str = "a", **changes: Json) -> Judged:
    meta: Json = {"task": task, **changes}
    told = replace(DONE, label=label, meta=meta, format="mcp-stream")
    finding = Finding(outcome=outcome, confidence=0.9, reason="so")
    return Judged(source=task, trajectory=told, finding=finding, seconds=0.0)


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        (DONE, Outcome.PASSED, Outcome.PASSED),
        (replace(DONE, ending=Ending(claim=Claim.FAILURE)), Outcome.FAILED, Outcome.FAILED),
        (replace(DONE, ending=Ending(answer="Saved.")), Outcome.PASSED, Outcome.PASSED),
        (replace(DONE, ending=Ending(answer="I could not do it.")), Outcome.PASSED, Outcome.FAILED),
        (replace(DONE, ending=Ending(answer="Which one should I use?")), Outcome.PASSED,
         Outcome.FAILED),
        (replace(DONE, ending=Ending()), Outcome.FAILED, Outcome.FAILED),
        (replace(DONE, steps=(Step(thought="All is saved."),), ending=Ending()), Outcome.PASSED,
         Outcome.PASSED),
        (replace(DONE, steps=(Step(actions=(Action(type=ActionType.TERMINATE,
                                                   status="infeasible"),)),),
                 ending=Ending()), Outcome.FAILED, Outcome.FAILED),
        (replace(DONE, steps=()), Outcome.PASSED, Outcome.PASSED),
    ],
    ids=["success", "failure", "answer", "concedes", "asks back", "cut off", "account",
         "infeasible", "no steps"],
)  # fmt: skip
def test_what_believing_the_agent_means(told: Trajectory, status: Outcome, words: Outcome) -> None:
    assert believed(told, words=False) is status
    assert believed(told, words=True) is words


def test_every_judge_is_heard_on_the_same_runs() -> None:
    rows = [row(Label.PASSED, Outcome.UNDECIDED), row(Label.FAILED, Outcome.FAILED, task="b")]
    (first, second) = table(rows).rows
    assert (first.said[CRITIC], second.said[CRITIC]) == (Outcome.UNDECIDED, Outcome.FAILED)
    assert first.said[ALWAYS] is first.said[STATUS] is first.said[WORDS] is Outcome.PASSED
    assert (first.task, second.task) == ("a", "b")


def test_tasks_are_split_by_name_alone_and_always_alike() -> None:
    names = [f"task {number}" for number in range(300)]
    held = {name for name in names if is_held_out(name, every=3, seed=SEED)}
    assert 70 < len(held) < 130
    assert held == {name for name in reversed(names) if is_held_out(name, every=3, seed=SEED)}
    assert held != {name for name in names if is_held_out(name, every=3, seed="another")}


def test_runs_of_a_task_stay_together_and_every_set_is_told() -> None:
    rows = [row(Label.PASSED, Outcome.PASSED, task=f"t{n % 9}", tool="maestro") for n in range(36)]
    rows.append(row(Label.FAILED, Outcome.FAILED, task="x", tool="linc"))
    sets = by_data_set(rows, every=3, seed=SEED)
    looked = {each.task for each in sets["maestro, looked at"]}
    held = {each.task for each in sets["maestro, held out"]}
    assert looked
    assert held
    assert not looked & held
    assert sets["all"] == rows
    assert set(by_data_set(rows, every=0, seed=SEED)) == {"maestro", "linc", "all"}


def test_the_report_counts_what_is_right_and_what_is_left_open() -> None:
    rows = [row(Label.PASSED, Outcome.PASSED, task=f"p{n}") for n in range(8)]
    rows += [row(Label.FAILED, Outcome.FAILED, task=f"f{n}") for n in range(4)]
    rows += [row(Label.FAILED, Outcome.PASSED, task="wrong")]
    rows += [row(Label.PASSED, Outcome.UNDECIDED, task=f"u{n}") for n in range(7)]
    told = "\n".join(report("mine", rows))
    assert "mine: 20 labelled runs of 20 tasks, 15 passed" in told
    assert "(13 of 20)" in told
    assert "passed: 8 of 9 right" in told
    assert "failed: 4 of 4 right" in told
    (decided, whole) = [line for line in told.splitlines() if line.startswith(f"    {CRITIC}")]
    assert ".923 [" in decided  # accuracy: 12 of 13
    assert ".900 [" in decided  # balanced: (1 + 4/5) / 2
    assert ".533 [" in whole  # recall: 8 of 15
    assert "right 0.923, ECE 0.023" in told


def test_a_data_set_of_one_label_says_what_it_cannot_tell() -> None:
    told = "\n".join(report("mine", [row(Label.PASSED, Outcome.PASSED)]))
    assert "balanced accuracy needs runs of both labels" in told


def test_nothing_decided_is_reported_too() -> None:
    told = "\n".join(report("mine", [row(Label.PASSED, Outcome.UNDECIDED)]))
    assert "where it decides: 0 runs" in told
