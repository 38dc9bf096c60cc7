"""Final rulings: what stood before is kept, and nobody rules over another unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from tests import stories
from tests.reviews import scenes
from themis.accounts.models import Role, Team, User
from themis.domain.errors import NotYours, Stale, UnfitOpinion
from themis.domain.opinion import Opinion, Ruling
from themis.reviews import settling
from themis.reviews.models import ItemState, Override, QueueItem
from themis.trajectories.models import Trajectory

LATER = stories.NOW + timedelta(hours=1)
FAILED = Opinion(ruling=Ruling.FAILED, failing_step=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(team: Team) -> User:
    return scenes.person(team, "ada", Role.ADJUDICATOR)


@pytest.fixture
def item(team: Team, trajectory: Trajectory) -> QueueItem:
    """Two annotators disagree on it."""
    one, other = scenes.person(team, "ann"), scenes.person(team, "bea")
    return scenes.disputed(scenes.queue(team), trajectory, one, other)


def settle(item: QueueItem, by: User, **how: object) -> Override:
    asked: dict[str, object] = {
        "opinion": FAILED,
        "why": "Never saved.",
        "seen_version": item.version,
    }
    return settling.settle(item=item, by=by, at=LATER, **(asked | how))  # type: ignore[arg-type]


def counters(item: QueueItem) -> tuple[int, int, int]:
    item.queue.refresh_from_db()
    return (item.queue.n_done, item.queue.n_disputed, item.queue.n_wanted)


def test_a_settled_item_has_the_final_ruling_and_counts_as_done(item: QueueItem, ada: User) -> None:
    assert counters(item) == (0, 1, 2)
    settle(item, ada)
    item.refresh_from_db()
    assert (item.state, item.ruling) == (ItemState.RESOLVED, Ruling.FAILED)
    assert (item.settled_at, counters(item)) == (LATER, (1, 0, 2))
    final = item.decisions.get(is_final=True)
    assert (final.user, final.ruling, final.failing_step) == (ada, "failed", 1)


def test_an_override_keeps_who_when_why_and_the_value_before(item: QueueItem, ada: User) -> None:
    first = settle(item, ada)
    assert (first.by, first.at, first.why) == (ada, LATER, "Never saved.")
    assert first.before == {"state": "disputed", "ruling": "", "decision": None}
    item.refresh_from_db()
    second = settle(item, ada, opinion=Opinion(ruling=Ruling.PASSED), why="Saved after all.")
    assert second.before == first.after
    assert second.before["ruling"] == "failed"
    item.refresh_from_db()
    assert (item.ruling, counters(item)) == ("passed", (1, 0, 2))
    assert item.decisions.get(is_final=True, is_current=True).pk == second.after["decision"]


def test_another_adjudicators_ruling_is_no_longer_current_once_it_is_overridden(
    team: Team, item: QueueItem, ada: User
) -> None:
    settle(item, ada)
    item.refresh_from_db()
    settle(item, scenes.person(team, "abe", Role.ADJUDICATOR))
    assert item.decisions.filter(is_final=True, is_current=True).count() == 1


def test_what_all_agreed_on_can_be_overridden_too(
    team: Team, trajectory: Trajectory, ada: User
) -> None:
    item = scenes.item(scenes.queue(team, reviewers=1), trajectory)
    scenes.decided(item, scenes.person(team, "ann"))
    override = settle(item, ada)
    assert override.before == {"state": "decided", "ruling": "passed", "decision": None}
    assert counters(item) == (1, 0, 1)


def test_an_item_settled_early_waits_for_nobody_any_more(
    team: Team, trajectory: Trajectory, ada: User
) -> None:
    item = scenes.item(scenes.queue(team, reviewers=3), trajectory)
    scenes.decided(item, scenes.person(team, "ann"))
    settle(item, ada)
    assert counters(item) == (1, 0, 1)
    item.refresh_from_db()
    settling.reopen(item=item, by=ada, why="Too early.", seen_version=item.version, at=LATER)
    item.refresh_from_db()
    assert (item.state, counters(item)) == (ItemState.OPEN, (0, 0, 3))


def test_a_reopened_item_stands_where_its_reviewers_left_it(item: QueueItem, ada: User) -> None:
    settle(item, ada)
    item.refresh_from_db()
    override = settling.reopen(
        item=item, by=ada, why="Wrong run.", seen_version=item.version, at=LATER
    )
    item.refresh_from_db()
    assert (item.state, item.ruling, counters(item)) == (ItemState.DISPUTED, "", (0, 1, 2))
    assert override.before["ruling"] == "failed"
    assert override.after == {"state": "disputed", "ruling": "", "decision": None}
    assert not item.decisions.filter(is_final=True, is_current=True).exists()


def test_only_a_settled_item_can_be_reopened(item: QueueItem, ada: User) -> None:
    with pytest.raises(NotYours, match="No adjudicator"):
        settling.reopen(item=item, by=ada, why="x", seen_version=item.version, at=LATER)


def test_the_second_of_two_adjudicators_is_told_what_the_first_did(
    team: Team, item: QueueItem, ada: User
) -> None:
    seen = item.version
    settle(item, ada)
    with pytest.raises(Stale) as stale:
        settle(item, scenes.person(team, "abe", Role.ADJUDICATOR), seen_version=seen)
    assert "ada settled it as Failed: Never saved." in stale.value.changes[0]
    assert Override.objects.count() == 1


@pytest.mark.parametrize("why", ["", "  \n", "x" * 2_001])
def test_a_ruling_needs_a_reason_that_fits(item: QueueItem, ada: User, why: str) -> None:
    with pytest.raises(UnfitOpinion) as unfit:
        settle(item, ada, why=why)
    assert list(unfit.value.fields) == ["why"]


def test_an_opinion_that_does_not_fit_changes_nothing(item: QueueItem, ada: User) -> None:
    with pytest.raises(UnfitOpinion) as unfit:
        settle(item, ada, opinion=replace(FAILED, failing_step=99))
    assert list(unfit.value.fields) == ["failing_step"]
    item.refresh_from_db()
    assert (item.state, counters(item)) == (ItemState.DISPUTED, (0, 1, 2))


@pytest.mark.parametrize("change", [{"state": "withdrawn"}, {"gold": "passed"}])
def test_withdrawn_and_gold_runs_are_not_settled(
    item: QueueItem, ada: User, change: dict[str, str]
) -> None:
    QueueItem.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(NotYours):
        settle(item, ada)


@pytest.mark.django_db(transaction=True)
def test_of_many_adjudicators_at_once_one_rules(team: Team, trajectory: Trajectory) -> None:
    item = scenes.disputed(
        scenes.queue(team), trajectory, scenes.person(team, "ann"), scenes.person(team, "bea")
    )
    people = [scenes.person(team, f"ada{n}", Role.ADJUDICATOR) for n in range(8)]

    def rule(by: User) -> str:
        try:
            settle(item, by)
        except Stale as stale:
            return stale.changes[0]
        finally:
            connections.close_all()
        return "ruled"

    with ThreadPoolExecutor(len(people)) as pool:
        said = list(pool.map(rule, people))
    assert said.count("ruled") == 1
    winner = Override.objects.get().by
    assert all(f"{winner} settled it" in each for each in said if each != "ruled")
    assert counters(item) == (1, 0, 2)
