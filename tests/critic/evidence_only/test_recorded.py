"""On recorded runs with labels: decisions are seldom wrong, and no run passes for another task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.evidence_judges import ALWAYS, CRITIC, STATUS, Judged, table
from benchmarks.evidence_only import case_of, judged
from tests.critic.evidence_only.stories import Notebook
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.models.absent import Absent
from themis.critic.trust.combine import alone
from themis.critic.trust.metrics import confusion
from themis.domain.trajectory import Label
from themis.domain.verdict import Outcome
from themis.formats import registry

RUNS = Path(__file__).resolve().parents[4] / "shared" / "data" / "lincforge_mobile"
ACCOUNTS = RUNS.parent / "androidworld_gbox"
PRECISION = (
    0.9  # of each decisive outcome: a reward that is wrong more often teaches the wrong thing
)
COVERAGE = 0.5

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not RUNS.is_dir(), reason=f"no recorded runs beside the checkout at {RUNS}"),
]


@pytest.fixture(scope="module")
def rows() -> list[Judged]:
    return list(judged([RUNS]))


@pytest.mark.parametrize(
    ("outcome", "label"), [(Outcome.PASSED, Label.PASSED), (Outcome.FAILED, Label.FAILED)]
)
def test_decisions_are_seldom_wrong(rows: list[Judged], outcome: Outcome, label: Label) -> None:
    said = [row for row in rows if row.finding.outcome is outcome]
    right = [row for row in said if row.trajectory.label is label]
    assert said
    assert len(right) / len(said) >= PRECISION


def test_a_useful_share_is_decided(rows: list[Judged]) -> None:
    decided = [row for row in rows if row.finding.outcome is not Outcome.UNDECIDED]
    assert len(decided) / len(rows) >= COVERAGE


def test_where_it_decides_it_beats_passing_always_and_the_status_of_the_agent(
    rows: list[Judged],
) -> None:
    runs = table(rows)
    decided = [r for r in runs.rows if r.outcome(CRITIC) is not Outcome.UNDECIDED]
    same = replace(runs, rows=tuple(decided))
    own, always, status = (
        confusion(same, alone(judge)).balanced_accuracy for judge in (CRITIC, ALWAYS, STATUS)
    )
    assert own is not None
    assert always is not None
    assert status is not None
    assert own > max(always, status) + 0.3


@pytest.mark.skipif(not ACCOUNTS.is_dir(), reason=f"no recorded episodes at {ACCOUNTS}")
def test_episodes_that_are_told_and_not_shown_never_pass() -> None:
    told = list(judged([ACCOUNTS]))
    outcomes = {row.finding.outcome for row in told}
    wrong = [r for r in told if r.finding.outcome is Outcome.FAILED]
    assert len(told) > 100
    assert Outcome.PASSED not in outcomes
    assert all(row.trajectory.label is Label.FAILED for row in wrong)
    assert len(wrong) < len(told) * 0.1


async def test_no_passed_run_passes_for_another_task(rows: list[Judged]) -> None:
    critic = EvidenceOnly()
    others = {" ON": " OFF", "Quinn": "Quinne", "073": "074", "channel": "date", "Submit": "Delete"}
    tried = 0
    for row in rows:
        if row.finding.outcome is not Outcome.PASSED:
            continue
        case = case_of(next(iter(registry.find(Path(row.source)))).read())
        asked = case.trajectory.instruction
        for old, new in others.items():
            if old in asked:
                other = replace(case.trajectory, instruction=asked.replace(old, new))
                docket = Notebook()
                finding = await critic.judge(replace(case, trajectory=other), Absent(), docket)
                assert finding.outcome is not Outcome.PASSED, f"{row.source}: {new}"
                tried += 1
    assert tried
