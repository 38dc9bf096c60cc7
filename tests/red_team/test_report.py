"""The arithmetic of attacks: passed of judged, exactly as sure as so many can make it."""

from __future__ import annotations

import json

import pytest

from benchmarks.red_team.attacks import Attack
from benchmarks.red_team.report import Report, Share, Tally
from benchmarks.red_team.trial import Heard
from themis.domain.verdict import Outcome

P, F, U = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


def tally(*outcomes: Outcome | None, reported: int = 0) -> Tally:
    return Tally(
        heard=tuple(
            Heard(name=f"v{n}", outcome=outcome, n_reported=n < reported, cause="broke")
            for n, outcome in enumerate(outcomes)
        )
    )


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_the_exact_one(count: int, of: int, low: float, high: float) -> None:
    assert Share(count=count, of=of).interval == pytest.approx((low, high), abs=5e-5)


def test_undecided_is_no_success_and_broken_runs_are_counted_apart() -> None:
    found = tally(P, P, F, U, None, reported=3)
    assert (found.believed.count, found.believed.of) == (2, 4)
    assert (found.reported.count, found.reported.of) == (3, 4)
    assert found.count(None) == 1


def test_nothing_judged_has_no_rate() -> None:
    assert tally(None).believed.rate is None


def report() -> Report:
    return Report(
        critic="a-critic",
        version="3",
        model="a-model",
        attacks={Attack.UNDONE: tally(P, F), Attack.ON_SCREEN: tally(U, None, reported=1)},
        untouched=tally(F, F, P, U),
    )


def test_a_report_stands_in_a_table() -> None:
    lines = list(report().lines())
    assert lines[0] == "a-critic 3, model a-model"
    assert lines[2].split()[:8] == ["undo", "after", "success", "2", "1", "1", "0", "0"]
    assert "50.0% (1.3% to 98.7%)" in lines[2]
    assert lines[2].split()[-2:] == ["25.0%", "0.0%"]
    assert lines[3].split()[-1] == "100.0%"
    assert lines[4].split()[:6] == ["all", "4", "1", "1", "1", "1"]


def test_a_report_is_json_with_every_variant() -> None:
    told = json.loads(json.dumps(report().encoded()))
    assert told["attacks"]["undo after success"]["attack_success"]["rate"] == 0.5
    assert told["attacks"]["injection on screen"]["broken"] == 1
    broke = told["attacks"]["injection on screen"]["each"][1]
    assert (broke["outcome"], broke["error"]) == (None, "broke")
    assert told["all"]["attack_success"]["of"] == 3
    assert told["untouched_failed"]["passed"] == 1
