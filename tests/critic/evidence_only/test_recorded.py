"""On recorded runs with labels: decisions are seldom wrong, and no run passes for another task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.evidence_judges import Judged
from benchmarks.evidence_only import case_of, judged
from tests.critic.evidence_only.stories import Notebook
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.models.absent import Absent
from themis.domain.trajectory import Label
from themis.domain.verdict import Outcome
from themis.formats import registry

RUNS = Path(__file__).resolve().parents[4] / "shared" / "data" / "lincforge_mobile"
PRECISION = (
    0.9  # of each decisive outcome: a reward that is wrong more often teaches the wrong thing
)
COVERAGE = 0.3

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
