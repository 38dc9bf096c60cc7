"""The runs behind a count are the ones that were counted."""

from __future__ import annotations

import pytest

from tests.pipeline.figures import story
from tests.pipeline.figures.story import JUDGE, OTHER
from themis.accounts.models import Team
from themis.pipeline.figures import behind, counted
from themis.pipeline.figures.asked import Against, Asked, Pick


@pytest.fixture
def told(team: Team) -> story.Story:
    return story.told(team)


def numbers(team: Team, told: story.Story, pick: Pick, asked: Asked | None = None) -> set[int]:
    ids = [run.pk for run in told.runs]
    rows = behind.runs(team, asked or Asked(), pick).rows
    found = [ids.index(each.trajectory.pk) for each in rows]
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize(
    ("pick", "expected"),
    [
        (Pick(judge=JUDGE, truth="passed", said="passed"), {0, 1, 8}),
        (Pick(judge=JUDGE, truth="failed", said="passed"), {4}),
        (Pick(judge=JUDGE, truth="none"), {9}),
        (Pick(judge=OTHER, truth="failed", said="passed"), {2}),
        (Pick(judge=JUDGE, is_right=False), {4}),
        (Pick(judge=JUDGE, is_right=True, week="2026-03-02"), {5, 6, 8}),
        (Pick(judge=JUDGE, bin=9), {0, 8}),
        (Pick(judge=JUDGE, bin=2), {6}),
        (Pick(judge=JUDGE, error_class=""), {7, 9}),
        (Pick(judge=JUDGE, error_class="strict_on_path"), {0}),
        (Pick(people_class="wrong_action"), {2}),
        (Pick(app="Shop", said="failed"), {2}),
        (Pick(agent="", said="undecided"), set()),
        (Pick(length="51-100"), {7, 8}),
        (Pick(week="2026-02-23", said="undecided"), {3}),
        (Pick(), set(range(10))),
    ],
)
def test_a_pick_leads_to_its_runs(
    team: Team, told: story.Story, pick: Pick, expected: set[int]
) -> None:
    assert numbers(team, told, pick) == expected


def test_the_same_filters_narrow_the_runs(team: Team, told: story.Story) -> None:
    pick = Pick(judge=JUDGE, truth="passed", said="failed")
    assert numbers(team, told, pick, Asked(against=Against.LABELS)) == {2}
    assert numbers(team, told, pick, Asked(against=Against.LABELS, platform="android")) == set()


def test_pages_hold_everything_once(
    team: Team, told: story.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind, "PER_PAGE", 4)
    pages = [behind.runs(team, Asked(), Pick(), page) for page in (1, 2, 3)]
    assert [len(each.rows) for each in pages] == [4, 4, 2]
    assert {each.total for each in pages} == {10}
    assert len({row.trajectory.pk for page in pages for row in page.rows}) == 10
    assert behind.runs(team, Asked(), Pick(), 99).page == 3


def test_every_count_is_as_long_as_its_list(team: Team, told: story.Story) -> None:
    for judge in counted.figures(team, Asked()).judges:
        for (truth, said), n in judge.matrix.items():
            pick = Pick(judge=judge.judge, truth=truth or "none", said=said)
            assert behind.runs(team, Asked(), pick).total == n
