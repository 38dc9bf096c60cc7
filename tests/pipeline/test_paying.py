"""Requests for rewards: joined, settled once, broken with a cause, amended by people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import queueing, stories
from tests.paying import NOW, answer, asked, job_of, judged, now
from themis.accounts.models import Team, User
from themis.domain.errors import UnfitPolicy
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.pipeline import paying
from themis.pipeline.models import RulingToPay, Run
from themis.reviews import signals
from themis.reviews.models import ItemState, Override, Queue, QueueItem
from themis.rewards import jobs, requests
from themis.rewards.jobs import Budget
from themis.rewards.models import Job, RewardEvent, RewardRequest
from themis.trajectories.models import State, Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


def kinds(job: Job) -> list[tuple[int, str]]:
    return list(RewardEvent.objects.filter(job=job).values_list("number", "kind"))


def ruled(trajectory: Trajectory, ruling: str, state: ItemState = ItemState.RESOLVED) -> QueueItem:
    queue = queueing.queue_of(trajectory.team)
    return QueueItem.objects.create(
        queue=queue,
        trajectory=trajectory,
        position=0,
        state=state,
        ruling=ruling,
        settled_at=NOW,
    )


def test_the_same_request_is_one_row_and_one_run(trajectory: Trajectory, team: Team) -> None:
    job = job_of(team)
    first, second = asked(trajectory, job), asked(trajectory, job)
    assert (first.pk, first.status) == (second.pk, "running")
    assert Run.objects.count() == 1


def test_two_jobs_share_a_run_and_are_told_apart(trajectory: Trajectory, team: Team) -> None:
    mine, other = job_of(team), job_of(team, "other", policy={"dense": True})
    rows = [asked(trajectory, mine), asked(trajectory, other)]
    judged(trajectory, Outcome.PASSED)
    assert [now(row).reward for row in rows] == [1.0, 1.0]
    assert ("step_rewards" in answer(rows[0]), "step_rewards" in answer(rows[1])) == (False, True)
    assert (kinds(mine), kinds(other)) == ([(1, "final")], [(1, "final")])


@pytest.mark.parametrize(
    ("policy", "outcome", "status", "reward", "source"),
    [
        ({}, Outcome.PASSED, "final", 1.0, "verdict"),
        ({}, Outcome.FAILED, "final", 0.0, "verdict"),
        ({}, Outcome.UNDECIDED, "undecided", None, "verdict"),
        (
            {"undecided": "value", "undecided_value": 0.25},
            Outcome.UNDECIDED,
            "undecided",
            0.25,
            "policy",
        ),
    ],
)
def test_a_verdict_pays_what_the_policy_says(
    trajectory: Trajectory,
    team: Team,
    policy: dict[str, Json],
    outcome: Outcome,
    status: str,
    reward: float | None,
    source: str,
) -> None:
    row = asked(trajectory, job_of(team, policy=policy))
    judged(trajectory, outcome)
    told = answer(row)
    assert (told["status"], told["reward"], told["source"]) == (status, reward, source)
    assert (told["mask"], told["meta"]) == (reward is None, {"n": 1})


def test_what_was_judged_so_is_settled_at_once(trajectory: Trajectory, team: Team) -> None:
    asked(trajectory, job_of(team))
    run = judged(trajectory, Outcome.FAILED)
    other = job_of(team, "later")
    bench = {"settings_hash": "", "model": "", "critic": "evidence-only", "critic_version": "2"}
    jobs.change(job=other, policy=other.terms.model_copy(update={"critics": ()}), budget=Budget())
    asked(trajectory, other)
    last = Run.objects.latest("pk")
    assert last.pk != run.pk  # another critic: judged anew
    assert bench["critic"] == last.critic


def test_a_broken_run_is_no_reward_and_begun_anew_by_asking(
    trajectory: Trajectory, team: Team
) -> None:
    row = asked(trajectory, job := job_of(team))
    judged(trajectory, None)
    broken = now(row)
    assert (broken.status, broken.reward, broken.code) == ("broken", None, "judging_broke")
    assert "model is away" in broken.cause
    again = asked(trajectory, job, at=NOW + timedelta(minutes=1))
    assert (again.pk, again.status) == (row.pk, "running")
    judged(trajectory, Outcome.PASSED, after=90)
    assert now(row).reward == 1.0
    assert kinds(job) == [(1, "broken"), (2, "final")]


def test_who_waited_when_it_broke_is_told_so(trajectory: Trajectory, team: Team) -> None:
    job = job_of(team)
    row = asked(trajectory, job)
    judged(trajectory, None, after=5)
    wish = requests.Wish(
        team=team, job=job, policy=job.terms, trajectory=trajectory, meta={}, since=NOW
    )
    assert paying.ask(wish=wish, at=NOW + timedelta(seconds=9)).status == "broken"
    assert now(row).status == "broken"


@pytest.mark.parametrize(
    ("quorum", "outcomes", "status", "reward"),
    [
        (None, (Outcome.PASSED, Outcome.PASSED, Outcome.PASSED), "final", 1.0),
        (None, (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED), "undecided", None),
        (2, (Outcome.FAILED, Outcome.PASSED, Outcome.FAILED), "final", 0.0),
        (2, (Outcome.PASSED, Outcome.PASSED, None), "final", 1.0),
        (2, (Outcome.PASSED, Outcome.FAILED, None), "broken", None),
    ],
)
def test_several_critics_have_to_agree(
    trajectory: Trajectory,
    team: Team,
    quorum: int | None,
    outcomes: tuple[Outcome | None, ...],
    status: str,
    reward: float | None,
) -> None:
    names = ("themis", "zerogui", "rubric")
    row = asked(trajectory, job_of(team, policy={"critics": list(names), "quorum": quorum}))
    for number, (name, outcome) in enumerate(zip(names, outcomes, strict=True)):
        judged(trajectory, outcome, critic=name, after=10 * number + 1)
    assert (now(row).status, now(row).reward) == (status, reward)


def test_a_floor_that_nobody_measured_is_broken_and_never_paid(
    trajectory: Trajectory, team: Team
) -> None:
    row = asked(trajectory, job_of(team, policy={"floor": 0.9}))
    judged(trajectory, Outcome.PASSED)
    assert (now(row).status, now(row).code, now(row).reward) == ("broken", "not_measured", None)


def test_a_correction_that_nobody_measured_is_broken(trajectory: Trajectory, team: Team) -> None:
    row = asked(trajectory, job_of(team, policy={"corrected": True}))
    judged(trajectory, Outcome.FAILED)
    assert (now(row).status, now(row).code) == ("broken", "not_measured")


@pytest.mark.parametrize(
    ("policy", "status", "reward", "source"),
    [
        ({}, "undecided", None, "deadline"),
        ({"at_deadline": "value", "deadline_value": -1.0}, "undecided", -1.0, "deadline"),
        ({"at_deadline": "broken"}, "broken", None, ""),
    ],
)
def test_a_deadline_is_answered_as_the_policy_says(
    trajectory: Trajectory,
    team: Team,
    policy: dict[str, Json],
    status: str,
    reward: float | None,
    source: str,
) -> None:
    row = asked(trajectory, job := job_of(team, policy={"deadline": 60, **policy}))
    assert paying.expire(at=NOW + timedelta(seconds=59)) == 0
    assert paying.expire(at=NOW + timedelta(seconds=60)) == 1
    late = now(row)
    assert (late.status, late.reward, late.source) == (status, reward, source)
    judged(trajectory, Outcome.PASSED, after=70)
    assert (now(row).status, now(row).reward) == (status, reward)  # one answer only
    assert len(kinds(job)) == 1


def test_deadlines_are_looked_for_when_the_next_one_comes(
    trajectory: Trajectory, team: Team
) -> None:
    assert paying.keep_deadlines(at=NOW) == paying.LOOK
    row = asked(trajectory, job_of(team, policy={"deadline": 60}))
    assert paying.keep_deadlines(at=NOW) == paying.LOOK
    shortly = NOW + timedelta(seconds=59.7)
    assert paying.keep_deadlines(at=shortly) == pytest.approx(0.3)
    assert now(row).status == "running"
    assert paying.keep_deadlines(at=NOW + timedelta(seconds=60)) == paying.LOOK
    assert now(row).source == "deadline"


def test_an_undecided_run_goes_before_people_first(trajectory: Trajectory, team: Team) -> None:
    row = asked(trajectory, job := job_of(team, policy={"undecided": "review"}))
    judged(trajectory, Outcome.UNDECIDED)
    assert (now(row).status, kinds(job)) == ("review", [])
    item = QueueItem.objects.get(trajectory=trajectory)
    assert item.queue.name == "Undecided in grpo"
    QueueItem.objects.filter(pk=item.pk).update(
        state=ItemState.DECIDED, ruling="passed", settled_at=NOW
    )
    paying.ruled(trajectory.pk, NOW + timedelta(hours=1))
    told = answer(row)
    assert (told["status"], told["reward"], told["source"]) == ("final", 1.0, "person")
    other = stories.stored(team, instruction="Another")
    asked(other, job)
    judged(other, Outcome.UNDECIDED)
    assert Queue.objects.count() == 1


def test_what_a_person_ruled_is_paid_without_asking_a_model(
    trajectory: Trajectory, team: Team
) -> None:
    ruled(trajectory, "failed")
    row = asked(trajectory, job_of(team))
    assert (row.status, row.reward, row.source) == ("final", 0.0, "person")
    assert not Run.objects.exists()


@pytest.mark.parametrize(("redeliver", "expected"), [(True, 0.0), (False, 1.0)])
def test_a_ruling_afterwards_amends_the_reward_where_the_policy_wants_it(
    trajectory: Trajectory, team: Team, redeliver: bool, expected: float
) -> None:
    row = asked(trajectory, job := job_of(team, policy={"redeliver": redeliver}))
    judged(trajectory, Outcome.PASSED)
    item = ruled(trajectory, "failed")
    paying.ruled(trajectory.pk, NOW + timedelta(hours=1))
    paying.ruled(trajectory.pk, NOW + timedelta(hours=2))
    assert now(row).reward == expected
    assert [kind for _, kind in kinds(job)] == ["final", "amended"][: 1 + redeliver]
    if redeliver:
        assert (answer(row)["version"], answer(row)["amended"]) == (2, True)
        QueueItem.objects.filter(pk=item.pk).update(state=ItemState.OPEN, ruling="")
        paying.ruled(trajectory.pk, NOW + timedelta(hours=3))
        assert (now(row).reward, now(row).version) == (1.0, 3)  # taken back


def test_a_run_that_goes_on_is_judged_when_it_has_ended(trajectory: Trajectory, team: Team) -> None:
    Trajectory.objects.filter(pk=trajectory.pk).update(state=State.OPEN)
    trajectory.refresh_from_db()
    row = asked(trajectory, job_of(team))
    assert not Run.objects.exists()
    Trajectory.objects.filter(pk=trajectory.pk).update(state=State.CLOSED)
    paying.sweep(at=NOW)
    assert Run.objects.count() == 1
    judged(trajectory, Outcome.PASSED)
    assert now(row).reward == 1.0


def test_what_a_run_cost_is_on_its_jobs_bill_once(trajectory: Trajectory, team: Team) -> None:
    asked(trajectory, job := job_of(team))
    run = judged(trajectory, Outcome.PASSED)
    Verdict.objects.filter(trajectory=trajectory).update(price=0.5)
    paying.run_ended(run.pk, NOW)
    paying.sweep(at=NOW)
    job.refresh_from_db()
    assert (job.spent_calls, job.spent_tokens) == (1, 120)


def test_a_spent_budget_starts_nothing_and_says_so(trajectory: Trajectory, team: Team) -> None:
    job = job_of(team, budget=Budget(calls=1))
    asked(trajectory, job)
    judged(trajectory, Outcome.PASSED)
    other = stories.stored(team, instruction="Another")
    job.refresh_from_db()
    row = asked(other, job)
    assert (row.status, row.code) == ("broken", "budget_spent")
    assert "the 1 calls it may" in row.cause
    assert asked(trajectory, job).reward == 1.0  # what is known costs nothing


def test_an_ended_job_takes_nothing(trajectory: Trajectory, team: Team) -> None:
    job = job_of(team)
    jobs.end(job=job, at=NOW)
    job.refresh_from_db()
    with pytest.raises(UnfitPolicy, match="grpo has ended"):
        asked(trajectory, job)


def test_a_killed_process_leaves_nothing_that_the_sweep_does_not_go_on_with(
    trajectory: Trajectory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(trajectory, job := job_of(team))
    with monkeypatch.context() as killed:
        killed.setattr(paying, "run_ended", lambda *_: None)
        judged(trajectory, Outcome.PASSED)
    assert now(row).status == "running"
    paying.sweep(at=NOW)
    paying.sweep(at=NOW)
    assert now(row).reward == 1.0
    job.refresh_from_db()
    assert (kinds(job), job.spent_calls) == ([(1, "final")], 1)


def test_somebody_elses_job_is_told_nothing(
    trajectory: Trajectory, team: Team, stranger: User
) -> None:
    other = stranger.teams.get()
    theirs = stories.stored(other)
    asked(theirs, job_of(other, "grpo"))
    asked(trajectory, mine := job_of(team))
    judged(theirs, Outcome.PASSED)
    assert kinds(mine) == []
    assert RewardRequest.objects.filter(team=team, status="running").count() == 1


def test_a_ruling_is_kept_until_everybody_is_answered(trajectory: Trajectory, team: Team) -> None:
    row = asked(trajectory, job_of(team))
    judged(trajectory, Outcome.PASSED)
    item = ruled(trajectory, "failed")
    override = Override.objects.create(
        item=item,
        by=None,
        why="Never saved.",
        before={"ruling": "", "state": "open"},
        after={"ruling": "failed", "state": "resolved"},
        at=NOW,
    )
    signals.settled.send(sender=Override, override=override)
    assert RulingToPay.objects.get().trajectory_id == trajectory.pk
    paying.sweep(at=NOW)
    assert (now(row).reward, RulingToPay.objects.exists()) == (0.0, False)
