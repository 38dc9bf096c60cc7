"""Every figure of a small story, worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import stories
from tests.pipeline.figures import story
from tests.pipeline.figures.story import JUDGE, OTHER
from themis.accounts.models import Team
from themis.pipeline.figures import counted
from themis.pipeline.figures.asked import Against, Asked
from themis.pipeline.figures.counted import Figures, JudgeFigures, Share
from themis.reviews.models import Queue

EVERYTHING = Asked()


@pytest.fixture(autouse=True)
def told(team: Team) -> story.Story:
    return story.told(team)


def of(figures: Figures, judge: object = JUDGE) -> JudgeFigures:
    return next(each for each in figures.judges if each.judge == judge)


def test_a_ruling_counts_before_the_label(team: Team) -> None:
    assert of(counted.figures(team, EVERYTHING)).matrix == Counter(
        {
            ("passed", "passed"): 3,  # 0, 1, and 8 that people ruled on
            ("passed", "undecided"): 1,  # 3
            ("failed", "passed"): 1,  # 4
            ("failed", "failed"): 3,  # 5, 6, and 2 whose label people overruled
            ("undecided", "failed"): 1,  # 7: unusable
            ("", "failed"): 1,  # 9
        }
    )


def test_against_labels_rulings_do_not_count(team: Team) -> None:
    matrix = of(counted.figures(team, Asked(against=Against.LABELS))).matrix
    assert matrix == Counter(
        {
            ("passed", "passed"): 2,
            ("passed", "failed"): 1,
            ("passed", "undecided"): 1,
            ("failed", "passed"): 1,
            ("failed", "failed"): 3,
            ("", "passed"): 1,
            ("", "failed"): 1,
        }
    )


def test_against_people_only_their_rulings_count(team: Team) -> None:
    matrix = of(counted.figures(team, Asked(against=Against.PEOPLE))).matrix
    assert {key: n for key, n in matrix.items() if key[0]} == {
        ("failed", "failed"): 1,
        ("undecided", "failed"): 1,
        ("passed", "passed"): 1,
    }


def test_recalls_are_of_what_both_decide(team: Team) -> None:
    found = of(counted.figures(team, EVERYTHING))
    assert (found.recall("passed"), found.recall("failed")) == (Share(3, 3), Share(3, 4))
    assert (found.accuracy, found.decides) == (Share(6, 7), Share(7, 8))
    assert found.balanced == (1 + 3 / 4) / 2


def test_another_judge_is_counted_by_itself(team: Team) -> None:
    assert of(counted.figures(team, EVERYTHING), OTHER).matrix == Counter(
        {
            ("passed", "passed"): 2,  # 0, 3
            ("passed", "failed"): 1,  # 1
            ("failed", "passed"): 1,  # 2, as people ruled
            ("failed", "failed"): 2,  # 4, 5
            ("undecided", "undecided"): 1,  # 7
        }
    )


def test_a_price_is_of_the_verdicts_that_have_one(team: Team) -> None:
    cost = of(counted.figures(team, EVERYTHING)).cost
    assert cost.n == 10
    assert cost.price_each == pytest.approx((0 + 0.02 + 0.04 + 0.06 + 0.08) / 5)
    assert (cost.tokens_each, cost.seconds_each) == (100, 2)


def test_who_asks_no_model_costs_nothing_and_who_has_no_price_is_unknown(team: Team) -> None:
    figures = counted.figures(team, replace(EVERYTHING, platform="android"))
    assert of(figures).cost.price_each is None
    assert of(figures, OTHER).cost.price_each == 0.0


def test_scores_are_binned_as_trust_reads_them(team: Team) -> None:
    bins = of(counted.figures(team, EVERYTHING)).bins
    # Passed 0.95 and 0.9 and 0.85 and 0.6; failed 0.7, 0.9, 0.8 score 0.3, 0.1, 0.2.
    assert {at: (each.passed, each.n) for at, each in bins.items()} == {
        9: (2, 2),
        8: (1, 1),
        6: (0, 1),
        3: (0, 1),
        2: (0, 1),
        1: (0, 1),
    }
    assert bins[9].score == pytest.approx((0.95 + 0.9) / 2)


def test_classes_are_of_failures_and_of_what_is_named(team: Team) -> None:
    figures = counted.figures(team, EVERYTHING)
    assert of(figures).classes == Counter(
        {"task_incomplete": 2, "wrong_action": 1, "strict_on_path": 1, "": 2}
    )
    assert figures.people_classes == Counter({"wrong_action": 1})


def test_a_run_counts_once_by_its_newest_verdict(team: Team) -> None:
    outcomes = counted.figures(team, EVERYTHING).outcomes
    assert outcomes["platform"] == {
        "web": Counter(passed=3, failed=2, undecided=1),
        "android": Counter(passed=1, failed=3),
    }
    assert outcomes["app"]["Shop"] == Counter(passed=2, failed=1)
    assert outcomes["agent"][""] == Counter(passed=3, failed=2)
    assert {name: counts.total() for name, counts in outcomes["length"].items()} == {
        "1-5": 2, "6-10": 2, "11-20": 2, "21-50": 1, "51-100": 2, "101-": 1,
    }  # fmt: skip


def test_weeks_begin_on_monday(team: Team) -> None:
    figures = counted.figures(team, EVERYTHING)  # stories.NOW is a Sunday
    assert figures.weeks == {
        "2026-02-23": Counter(passed=3, failed=1, undecided=1),
        "2026-03-02": Counter(passed=1, failed=4),
    }
    assert of(figures).agreement("2026-02-23") == Share(3, 4)
    assert of(figures).agreement("2026-03-02") == Share(3, 3)


def test_critics_days_platforms_and_queues_narrow(team: Team, told: story.Story) -> None:
    def runs(**how: object) -> int:
        return counted.figures(team, replace(EVERYTHING, **how)).n_runs  # type: ignore[arg-type]

    day = stories.NOW.date()
    assert runs(critics=("zerogui",)) == 7
    assert runs(platform="android") == 4
    assert runs(since=day, until=day) == 5
    assert runs(since=day + timedelta(days=1)) == 5
    assert runs(queue=told.queue.pk) == 4
    assert runs(queue=told.queue.pk + 1) == 0


def test_of_a_queue_only_its_own_rulings_count(team: Team, told: story.Story) -> None:
    other = Queue.objects.create(team=team, name="Later", created_at=stories.NOW)
    story.settled(other, told.runs[2], "passed", at=stories.NOW + timedelta(hours=1))
    newest = of(counted.figures(team, EVERYTHING)).matrix
    assert newest["passed", "failed"] == 1
    own = of(counted.figures(team, Asked(queue=told.queue.pk))).matrix
    assert own["passed", "failed"] == 0


def test_another_team_sees_nothing(stranger: object) -> None:
    other = Team.objects.get(slug="other")
    assert counted.figures(other, EVERYTHING) == Figures(
        outcomes={name: {} for name in counted.DIMENSIONS}
    )
