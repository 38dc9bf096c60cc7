"""Queues made from any filter, filled in portions, gone on with after a kill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests import stories
from tests.reviews import rooms
from tests.reviews.rooms import NOW
from themis.accounts.models import Team
from themis.domain.errors import EmptyQueue, QueueIsClosed, UnfitPlan
from themis.domain.verdict import Finding, Outcome
from themis.pipeline import hints, plans, queues, standings, tasks
from themis.pipeline.plans import Plan, Source
from themis.reviews import services
from themis.reviews.models import GOLD_FROM, Queue, QueueItem, QueueState
from themis.trajectories.models import Label, Trajectory
from themis.uploads.models import Item, Kind, Upload
from themis.verdicts import services as verdicts

pytestmark = pytest.mark.django_db


def judged(run: Trajectory, outcome: Outcome, confidence: float = 0.9, critic: str = "a") -> None:
    bench = verdicts.Bench(critic=critic, critic_version="1", settings_hash="0" * 64, model="m")
    verdict = verdicts.open_verdict(trajectory=run, bench=bench, at=NOW)
    finding = Finding(outcome=outcome, confidence=confidence, reason="So it is.")
    verdicts.give(verdict=verdict, finding=finding, seconds=1.0, at=NOW + timedelta(seconds=1))


@pytest.fixture
def runs(team: Team) -> list[Trajectory]:
    """Two that passed, two that failed, one undecided, one not judged."""
    made = rooms.runs(team, 6)
    standings.refresh([run.pk for run in made])
    passed, failed = Outcome.PASSED, Outcome.FAILED
    for number, outcome in enumerate((passed, passed, failed, failed, Outcome.UNDECIDED)):
        judged(made[number], outcome)
    return made


def made(team: Team, **fields: object) -> Queue:
    """A queue of a plan, filled."""
    plan = Plan(**({"name": "Q", "seed": 1} | fields))  # type: ignore[arg-type]
    queue = queues.make_queue(team=team, by=None, plan=plan, at=NOW)
    queues.fill(queue, NOW)
    queue.refresh_from_db()
    return queue


def numbers(queue: Queue, runs: list[Trajectory]) -> set[int]:
    """Which of the runs stand in a queue."""
    at = {run.pk: number for number, run in enumerate(runs)}
    return {at[item.trajectory_id] for item in queue.items.all()}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {0, 1, 2, 3, 4, 5}),
        ({"outcome": "failed"}, {2, 3}),
        ({"text": "note 3"}, {3}),
        ({"source": Source.UNDECIDED}, {4}),
        ({"source": Source.RANDOM}, {0, 1, 2, 3, 4}),
        ({"outcome": "failed", "critic": "a"}, {2, 3}),
    ],
)
def test_a_queue_holds_what_fits(
    team: Team, runs: list[Trajectory], fields: dict[str, object], expected: set[int]
) -> None:
    queue = made(team, **fields)
    assert numbers(queue, runs) == expected
    assert (queue.state, queue.n_items, queue.n_wanted) == ("open", len(expected), len(expected))


def test_unsure_verdicts_come_from_the_least_sure_on(team: Team, runs: list[Trajectory]) -> None:
    for number, confidence in ((0, 0.55), (2, 0.3), (3, 0.4)):
        judged(runs[number], Outcome.FAILED, confidence)
    assert numbers(made(team, source=Source.LOW_CONFIDENCE), runs) == {0, 2, 3}
    assert numbers(made(team, source=Source.LOW_CONFIDENCE, limit=2), runs) == {2, 3}
    assert numbers(made(team, source=Source.LOW_CONFIDENCE, confidence_below=0.35), runs) == {2}


def test_critics_that_disagree_are_found(team: Team, runs: list[Trajectory]) -> None:
    judged(runs[0], Outcome.FAILED, critic="b")
    judged(runs[1], Outcome.PASSED, critic="b")
    assert numbers(made(team, source=Source.CRITICS_DISAGREE), runs) == {0}


def test_failures_of_an_app_are_found(team: Team, runs: list[Trajectory]) -> None:
    for number in (0, 2):
        Trajectory.objects.filter(pk=runs[number].pk).update(payload={"meta": {"app": "Notes"}})
    plan = {"source": Source.FAILURES_OF_APP, "app": "notes"}
    assert numbers(made(team, **plan), runs) == {2}
    counted = queues.count(team=team, plan=Plan(name="Q", **plan))  # type: ignore[arg-type]
    assert (counted.n, counted.is_many) == (1, False)


def test_the_runs_of_an_upload_are_found(team: Team, runs: list[Trajectory]) -> None:
    upload = Upload.objects.create(
        team=team, name="u", n_files=1, n_bytes=1, created_at=NOW, touched_at=NOW
    )
    Item.objects.create(upload=upload, number=0, kind=Kind.STORED, source="s", trajectory=runs[5])
    assert numbers(made(team, source=Source.UPLOAD, upload=upload.pk), runs) == {5}


def test_a_sample_depends_on_its_seed_alone(team: Team, runs: list[Trajectory]) -> None:
    first = [item.trajectory_id for item in made(team, limit=3).items.all()]
    rooms.runs(team, 1)
    assert [item.trajectory_id for item in made(team, limit=3).items.all()] == first
    orders = {tuple(plans.shuffled([run.pk for run in runs], seed)) for seed in range(5)}
    assert len(orders) > 1


def test_nothing_of_another_team_gets_in(team: Team, runs: list[Trajectory]) -> None:
    other = Team.objects.create(slug="other", name="Other")
    with pytest.raises(EmptyQueue, match="Widen"):
        made(other)


def test_a_run_that_still_goes_on_is_left_out(team: Team, runs: list[Trajectory]) -> None:
    Trajectory.objects.filter(pk=runs[0].pk).update(state="open")
    assert 0 not in numbers(made(team), runs)


@pytest.mark.parametrize(("overlap", "both"), [(0, 0), (50, 3), (34, 2), (100, 6)])
def test_overlap_is_a_share_of_the_items(
    team: Team, runs: list[Trajectory], overlap: int, both: int
) -> None:
    queue = made(team, reviewers=2, overlap=overlap)
    assert queue.items.filter(wanted=2).count() == both
    assert queue.n_wanted == 6 + both


def test_runs_with_a_label_are_mixed_in_as_gold(team: Team, runs: list[Trajectory]) -> None:
    Trajectory.objects.filter(pk=runs[0].pk).update(label=Label.FAILED)
    standings.refresh([runs[0].pk])
    queue = made(team, outcome="failed", gold_percent=10)
    (gold,) = queue.items.exclude(gold="")
    assert (gold.trajectory_id, gold.gold, gold.position) == (runs[0].pk, "failed", GOLD_FROM)
    assert (queue.n_items, queue.n_wanted) == (2, 2)


def test_gold_without_anything_known_is_refused(team: Team, runs: list[Trajectory]) -> None:
    with pytest.raises(UnfitPlan, match="label"):
        made(team, gold_percent=10)


def test_each_item_shows_the_newest_verdict(team: Team, runs: list[Trajectory]) -> None:
    judged(runs[0], Outcome.UNDECIDED, critic="b")
    item = made(team).items.get(trajectory=runs[0])
    assert item.verdict is not None
    assert item.verdict.critic == "b"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"reviewers": 0}, "reviewers"),
        ({"overlap": 101}, "overlap"),
        ({"source": Source.UPLOAD}, "upload"),
        ({"upload": "nowhere"}, "upload"),
        ({"source": Source.FAILURES_OF_APP}, "app"),
        ({"named": ("nobody",)}, "named"),
        ({"named": ("ann",), "reviewers": 2}, "named"),
        ({"confidence_below": 1.5}, "confidence_below"),
    ],
)
def test_a_plan_that_cannot_be_names_the_field(
    team: Team, runs: list[Trajectory], fields: dict[str, object], wrong: str
) -> None:
    rooms.person(team, "ann")
    with pytest.raises(UnfitPlan) as refused:
        made(team, **fields)
    assert list(refused.value.fields) == [wrong]


def test_named_people_get_a_seat(team: Team, runs: list[Trajectory]) -> None:
    rooms.person(team, "ann")
    queue = made(team, named=("ann",))
    assert queue.is_named
    assert [seat.user.username for seat in queue.seats.all()] == ["ann"]


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "PORTION", 2)


@pytest.mark.usefixtures("small_portions")
def test_filling_that_broke_off_goes_on_to_the_same_queue(
    team: Team, runs: list[Trajectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [item.trajectory_id for item in made(team, reviewers=2, overlap=50).items.all()]
    plan = Plan(name="Q", seed=1, reviewers=2, overlap=50)
    queue = queues.make_queue(team=team, by=None, plan=plan, at=NOW)
    breaks_at(monkeypatch, 2)
    with pytest.raises(KeyboardInterrupt):
        queues.fill(queue, NOW)
    monkeypatch.undo()
    queue.refresh_from_db()
    assert (queue.state, queue.n_items) == (QueueState.FILLING, 2)
    queues.fill_waiting(NOW)
    queue.refresh_from_db()
    assert (queue.state, queue.n_items, queue.n_wanted) == (QueueState.OPEN, 6, 9)
    assert [item.trajectory_id for item in queue.items.all()] == whole


def breaks_at(monkeypatch: pytest.MonkeyPatch, portion: int) -> None:
    """Have the process end in the midst of a portion."""
    add: Callable[..., int] = services.add
    calls = []

    def added(**how: object) -> int:
        calls.append(1)
        put_in = add(**how)
        if len(calls) == portion:
            raise KeyboardInterrupt
        return put_in

    monkeypatch.setattr(services, "add", added)


def test_the_sweep_has_what_was_left_filled(
    team: Team, runs: list[Trajectory], settings: Settings
) -> None:
    settings.EMBEDDED = True
    queue = queues.make_queue(team=team, by=None, plan=Plan(name="Q"), at=NOW)
    assert not queues.left(NOW)
    assert queues.left(NOW + queues.SILENT * 2)
    hints.to_fill.clear()
    tasks.sweep()
    assert hints.to_fill.is_set()
    hints.to_fill.clear()
    tasks.fill_queues()
    queue.refresh_from_db()
    assert queue.state == QueueState.OPEN


def test_a_queue_that_was_closed_while_it_filled_stays_closed(
    team: Team, runs: list[Trajectory]
) -> None:
    queue = queues.make_queue(team=team, by=None, plan=Plan(name="Q"), at=NOW)
    services.close(queue=queue, at=NOW)
    assert queues.fill(queue, NOW) == 0
    queue.refresh_from_db()
    assert (queue.state, queue.n_items) == (QueueState.CLOSED, 0)


def test_a_queue_is_extended_by_what_is_not_in_it(team: Team, runs: list[Trajectory]) -> None:
    queue = made(team, outcome="failed")
    queues.extend(queue=queue, plan=Plan(name="Q", platform="web"))
    queues.fill(queue, NOW)
    queue.refresh_from_db()
    assert (queue.state, queue.n_items) == (QueueState.OPEN, 6)
    assert sorted(item.position for item in queue.items.all()) == list(range(6))
    services.close(queue=queue, at=NOW)
    with pytest.raises(QueueIsClosed):
        queues.extend(queue=queue, plan=Plan(name="Q", platform="web"))


@pytest.mark.parametrize(
    ("is_blind", "is_had", "shown"), [(False, True, 1), (True, True, 0), (True, False, 1)]
)
def test_a_new_verdict_is_shown_and_said_unless_that_would_change_the_questions(
    team: Team, is_blind: bool, is_had: bool, shown: int
) -> None:
    run = stories.stored(team)
    stories.given(run)
    queue = made(team, is_blind=is_blind)
    if is_had:
        rooms.taken(queue, rooms.person(team, "ann"))
    second = stories.given(run, Outcome.PASSED, at=NOW + timedelta(hours=1))
    item = QueueItem.objects.get()
    assert (item.version, item.verdict_id == second.pk) == (1 + shown, bool(shown))
    assert item.changed == ("A new verdict on this run has come in." if shown else "")
