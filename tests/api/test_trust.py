"""What a reward says of its judge: floors promised or refused, corrected, calibrated, pinned."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import stories
from tests.api.caller import Caller
from tests.api.caller import told as answer_of
from tests.rewards import labels
from tests.rewards.labels import OTHER, Told, told
from themis.accounts.models import User
from themis.critic.trust.demand import Demand
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.rewards import queries
from themis.rewards.models import Measurement
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db

PLENTY = told(right=90, wrong=10, missed=10, refused=90, undecided=10)
FEW = told(right=12, wrong=1, missed=1, refused=12)
LATER = stories.NOW + timedelta(days=1)


def sure(runs: list[Trajectory], wanted: list[Told], outcome: Outcome, confidence: float) -> str:
    """The first run of which that was said."""
    at = next(
        n
        for n, each in enumerate(wanted)
        if (each.outcome, each.confidence) == (outcome, confidence)
    )
    return runs[at].pk


def get(caller: Caller, run: str, query: str = "") -> tuple[int, dict[str, Json]]:
    response = caller.get(f"/rewards/{run}{query}")
    return response.status_code, answer_of(response)


def field(answer: dict[str, Json], name: str) -> dict[str, Json]:
    found = answer[name]
    assert isinstance(found, dict)
    return found


def test_a_floor_that_the_labels_carry_is_promised(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    (row,) = labels.measured(caller.team)
    status, answer = get(caller, sure(runs, PLENTY, Outcome.PASSED, 0.9), "?floor=0.8")
    assert (status, answer["outcome"], answer["reward"]) == (200, "passed", 1.0)
    promise = field(answer, "promise")
    assert (promise["floor"], promise["alpha"], promise["score"]) == (0.8, 0.05, 0.9)
    assert (promise["measurement"], promise["n_labels"], promise["platform"]) == (row.pk, 210, None)
    expected = queries.report_of(row).promise(Demand(floor=0.8))
    assert (promise["threshold"], promise["coverage"]) == (expected.rule.cutoff, expected.coverage)
    assert promise["measured_at"] == row.measured_at.isoformat()


@pytest.mark.parametrize(
    ("outcome", "confidence", "said"),
    [
        (Outcome.PASSED, 0.6, "passed"),
        (Outcome.FAILED, 0.9, "failed"),
        (Outcome.UNDECIDED, 0.9, "undecided"),
    ],
)
def test_below_the_floor_everything_is_undecided(
    caller: Caller, outcome: Outcome, confidence: float, said: str
) -> None:
    runs = labels.judged(caller.team, PLENTY)
    labels.measured(caller.team)
    status, answer = get(caller, sure(runs, PLENTY, outcome, confidence), "?floor=0.9")
    assert (status, answer["outcome"], answer["reward"]) == (200, "undecided", None)
    assert field(answer, "promise")["said"] == said


def test_a_failed_run_is_never_passed_however_low_the_floor(caller: Caller) -> None:
    easy = told(right=5, wrong=0, missed=90, refused=1)
    runs = labels.judged(caller.team, [*easy, *told(60, 0, 0, 0)])
    labels.measured(caller.team)
    _, answer = get(caller, sure(runs, easy, Outcome.FAILED, 0.6), "?floor=0.1")
    assert answer["reward"] is None


def test_too_few_labels_are_an_error_with_their_number(caller: Caller) -> None:
    runs = labels.judged(caller.team, FEW)
    (row,) = labels.measured(caller.team)
    status, answer = get(caller, runs[0].pk, "?floor=0.9&alpha=0.01")
    assert (status, answer["code"], answer["measurement"]) == (409, "not_promised", row.pk)
    needed = answer["labels_needed"]
    assert isinstance(needed, int)
    assert needed > 26
    assert f"{needed} labelled runs" in str(answer["error"])
    assert "reward" not in answer
    assert (answer["floor"], answer["alpha"], answer["n_labels"]) == (0.9, 0.01, 26)


def test_a_floor_above_the_precision_has_no_number(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    labels.measured(caller.team)
    status, answer = get(caller, runs[0].pk, "?floor=0.999")
    assert status == 409
    assert answer["labels_needed"] is None or float(str(answer["labels_needed"])) > 210


def test_a_judge_that_nobody_measured_promises_nothing(caller: Caller) -> None:
    runs = labels.judged(caller.team, FEW)
    status, answer = get(caller, runs[0].pk, "?floor=0.7")
    assert (status, answer["code"]) == (409, "not_measured")
    assert "POST /api/v1/measurements" in str(answer["error"])
    status, answer = get(caller, runs[0].pk)
    assert (status, answer["promise"], answer["calibrated"], answer["corrected"]) == (
        200,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("floor=1", "floor"),
        ("floor=0", "floor"),
        ("floor=nan", "floor"),
        ("floor=inf", "floor"),
        ("floor=high", "floor"),
        ("floor=.8&alpha=0", "alpha"),
        ("floor=.8&alpha=.6", "alpha"),
        ("alpha=.1", "alpha: goes with a floor"),
        ("measurement=0", "measurement"),
        ("measurement=99999999999999999999", "measurement"),
    ],
)
def test_nonsense_is_refused_by_name(caller: Caller, query: str, named: str) -> None:
    (run,) = labels.judged(caller.team, told(1, 0, 0, 0))
    status, answer = get(caller, run.pk, f"?{query}")
    assert (status, answer["code"]) == (422, "invalid")
    assert named in str(answer["error"])


def test_a_later_measurement_changes_nothing_for_a_job_that_pins_one(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    (first,) = labels.measured(caller.team)
    _, before = get(caller, runs[0].pk, f"?floor=0.8&measurement={first.pk}")
    labels.judged(caller.team, [Told(label="failed", outcome=Outcome.PASSED)] * 200)
    (second,) = labels.measured(caller.team, at=LATER)
    _, pinned = get(caller, runs[0].pk, f"?floor=0.8&measurement={first.pk}")
    assert pinned == before
    status, newest = get(caller, runs[0].pk, "?floor=0.8")
    assert (status, newest["measurement"]) == (409, second.pk)


def test_a_measurement_of_another_judge_cannot_be_pinned(caller: Caller) -> None:
    runs = labels.judged(caller.team, FEW)
    labels.judged(caller.team, FEW, OTHER)
    (other,) = labels.measured(caller.team, OTHER)
    status, answer = get(caller, runs[0].pk, f"?measurement={other.pk}")
    assert (status, answer["code"]) == (409, "other_judge")


def test_another_teams_measurement_does_not_exist(caller: Caller, stranger: User) -> None:
    runs = labels.judged(caller.team, FEW)
    theirs = stranger.teams.get()
    labels.judged(theirs, FEW)
    (row,) = labels.measured(theirs)
    assert get(caller, runs[0].pk, f"?measurement={row.pk}")[0] == 404


def on(platform: str, wanted: list[Told]) -> list[Told]:
    return [
        Told(label=w.label, outcome=w.outcome, confidence=w.confidence, platform=platform)
        for w in wanted
    ]


def test_a_platform_with_labels_enough_speaks_for_itself(caller: Caller) -> None:
    web = labels.judged(caller.team, PLENTY)
    ios = labels.judged(caller.team, on("ios", told(2, 0, 0, 0)))
    coin = [Told(label="failed", outcome=Outcome.PASSED)] * 40
    android = labels.judged(caller.team, on("android", [*told(40, 0, 40, 40), *coin]))
    labels.measured(caller.team)
    platforms = set(Measurement.objects.values_list("platform", flat=True))
    assert platforms == {"", "web", "android"}
    _, of_web = get(caller, web[0].pk)
    _, of_ios = get(caller, ios[0].pk)
    status, of_android = get(caller, android[0].pk, "?floor=0.8")
    assert field(of_web, "calibrated")["platform"] == "web"
    assert field(of_ios, "calibrated")["platform"] is None
    assert (status, of_android["platform"]) == (409, "android")
    (whole,) = Measurement.objects.filter(platform="")
    (of_one,) = Measurement.objects.filter(platform="web")
    assert get(caller, android[0].pk, f"?measurement={whole.pk}")[0] == 200
    status, answer = get(caller, android[0].pk, f"?measurement={of_one.pk}")
    assert (status, answer["code"]) == (409, "other_platform")


def test_the_corrected_reward_stands_beside_the_raw_one(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    labels.measured(caller.team)
    _, answer = get(caller, runs[0].pk, "?corrected=1")
    corrected = field(answer, "corrected")
    fpr, fnr = field(corrected, "fpr"), field(corrected, "fnr")
    assert (fpr["value"], fnr["value"]) == (0.1, 0.1)
    assert answer["reward"] == 1.0
    assert corrected["value"] == pytest.approx((1 - 0.1) / (1 - 0.1 - 0.1))
    assert corrected["reason"] is None
    assert 0 < fpr["low"] < 0.1 < fpr["high"] < 0.3  # type: ignore[operator]


def test_an_undecided_verdict_has_no_corrected_reward(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    labels.measured(caller.team)
    _, answer = get(caller, runs[-1].pk)
    corrected = field(answer, "corrected")
    assert (answer["reward"], corrected["value"]) == (None, None)
    assert "undecided" in str(corrected["reason"])


def test_a_coin_is_refused_a_correction_with_the_reason(caller: Caller) -> None:
    runs = labels.judged(caller.team, told(20, 20, 20, 20))
    labels.measured(caller.team)
    _, answer = get(caller, runs[0].pk)
    corrected = field(answer, "corrected")
    assert (answer["reward"], corrected["value"]) == (1.0, None)
    assert "cannot be corrected" in str(corrected["reason"])


def test_calibrated_says_how_often_such_runs_passed(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    (row,) = labels.measured(caller.team)
    high = field(get(caller, runs[0].pk)[1], "calibrated")
    low = field(get(caller, sure(runs, PLENTY, Outcome.FAILED, 0.9))[1], "calibrated")
    assert high["probability"] > 0.8 > 0.2 > low["probability"]  # type: ignore[operator]
    assert (high["n_labels"], high["measurement"]) == (210, row.pk)


def test_too_few_labels_calibrate_nothing(caller: Caller) -> None:
    runs = labels.judged(caller.team, told(3, 1, 1, 3))
    labels.measured(caller.team)
    assert get(caller, runs[0].pk)[1]["calibrated"] is None


def test_a_report_of_another_time_spoils_no_raw_reward(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    (row,) = labels.measured(caller.team)
    Measurement.objects.filter(pk=row.pk).update(report={"version": "themis/trust/0"})
    status, answer = get(caller, runs[0].pk)
    assert (status, answer["reward"], answer["calibrated"]) == (200, 1.0, None)
    assert get(caller, runs[0].pk, "?floor=0.7")[1]["code"] == "not_measured"


def test_a_floor_costs_one_query_more_at_most(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    with CaptureQueriesContext(connection) as raw:
        get(caller, runs[0].pk)
    labels.measured(caller.team)
    with CaptureQueriesContext(connection) as floored:
        get(caller, runs[0].pk, "?floor=0.8")
    assert len(floored) <= len(raw)
    assert not [
        each for each in floored if "instruction" in each["sql"] and "label" not in each["sql"]
    ]


def test_the_same_floor_of_the_same_measurement_is_the_same_threshold(caller: Caller) -> None:
    runs = labels.judged(caller.team, PLENTY)
    (row,) = labels.measured(caller.team)
    kept = json.loads(json.dumps(row.report))
    thresholds = set()
    for floor in ("0.61", "0.713", "0.8"):
        _, answer = get(caller, runs[0].pk, f"?floor={floor}")
        again = get(caller, runs[0].pk, f"?floor={floor}")[1]
        assert answer == again
        thresholds.add(field(answer, "promise")["threshold"])
    row.refresh_from_db()
    assert row.report == kept
    assert thresholds
