"""Jobs are judged by their share; nobody is starved, nobody saves up."""

from __future__ import annotations

from collections import Counter

import pytest

from tests import stories
from tests.paying import NOW, asked, job_of, now
from themis.accounts.models import Team
from themis.pipeline import flow, paying, sharing
from themis.pipeline.models import Run, Share, Status
from themis.rewards.jobs import Budget
from themis.rewards.models import Job
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


def runs(team: Team, name: str, n: int) -> list[Trajectory]:
    return [stories.stored(team, instruction=f"{name} {number}") for number in range(n)]


def taken(n: int) -> list[str]:
    """Whose runs are taken one after the other."""
    found = [sharing.take(NOW) for _ in range(n)]
    return [run.job.name if run.job else "people" for run in found if run is not None]


def test_jobs_are_served_by_weight(team: Team) -> None:
    heavy, light = job_of(team, "heavy", Budget(weight=3)), job_of(team, "light")
    for job in (light, heavy):
        for row in runs(team, job.name, 12):
            asked(row, job)
    assert Counter(taken(8)) == {"heavy": 6, "light": 2}


def test_a_flood_of_one_job_does_not_hold_up_people(team: Team) -> None:
    job = job_of(team, "flood", Budget(weight=2))
    for row in runs(team, "flood", 9):
        asked(row, job)
    mine = stories.stored(team, instruction="Mine")
    flow.submit(trajectory=mine, at=NOW)
    assert "people" in taken(3)


def test_a_job_that_was_idle_has_saved_nothing_up(team: Team) -> None:
    busy, idle = job_of(team, "busy"), job_of(team, "idle")
    for row in runs(team, "busy", 10):
        asked(row, busy)
    taken(6)
    for row in runs(team, "idle", 6):
        asked(row, idle)
    assert Counter(taken(6))["idle"] <= 4


def ended(job: Job | None, trajectory: Trajectory, tokens: int) -> None:
    """A run that took so many tokens."""
    if job is not None:
        sharing.open_share(job)
    run = flow.submit(trajectory=trajectory, at=NOW)
    given = stories.given(trajectory)
    Verdict.objects.filter(pk=given.pk).update(prompt_tokens=tokens, completion_tokens=0)
    Run.objects.filter(pk=run.pk).update(job=job, verdict=given, status=Status.DONE)
    paying.run_ended(run.pk, NOW)


def test_jobs_share_tokens_and_not_runs(team: Team) -> None:
    long, short = job_of(team, "long"), job_of(team, "short")
    for job, tokens in ((long, 60_000), (short, 20_000)):
        ended(job, stories.stored(team, instruction=f"Ended of {job.name}"), tokens)
        for row in runs(team, job.name, 12):
            asked(row, job)
    assert Counter(taken(8)) == {"short": 6, "long": 2}


def test_a_mean_follows_what_runs_take(team: Team, trajectory: Trajectory) -> None:
    job = job_of(team)
    for tokens in (10_000, 20_000, 0):
        ended(job, trajectory, tokens)
    assert Share.objects.get(job=job).a_run == pytest.approx(9_600)
    ended(None, trajectory, 5_000)
    assert Share.objects.get(job=job).a_run == pytest.approx(9_600)


def test_who_asks_no_model_counts_all_the_same(team: Team) -> None:
    free, other = job_of(team, "free"), job_of(team, "other")
    Share.objects.filter(job=free).update(a_run=0)
    Share.objects.filter(job=other).update(a_run=0)
    for job in (free, other):
        for row in runs(team, job.name, 6):
            asked(row, job)
    assert Counter(taken(6)) == {"free": 3, "other": 3}


def test_the_oldest_run_of_a_job_is_first(team: Team) -> None:
    job = job_of(team)
    rows = [asked(row, job) for row in runs(team, "run", 3)]
    first = sharing.take(NOW)
    assert first is not None
    assert first.trajectory_id == rows[0].trajectory_id


def test_what_waits_for_a_spent_budget_is_ended_with_the_cause(team: Team) -> None:
    job = job_of(team, "poor", Budget(calls=5))
    rows = [asked(row, job) for row in runs(team, "poor", 2)]
    Job.objects.filter(pk=job.pk).update(spent_calls=5)
    assert sharing.take(NOW) is None
    assert set(Run.objects.values_list("status", flat=True)) == {Status.BROKEN}
    paying.sweep(at=NOW)
    assert [now(row).code for row in rows] == ["budget_spent"] * 2


def test_a_run_that_another_job_waits_for_goes_to_it(team: Team, trajectory: Trajectory) -> None:
    poor, rich = job_of(team, "poor", Budget(calls=5)), job_of(team, "rich")
    asked(trajectory, poor)
    asked(trajectory, rich)
    Job.objects.filter(pk=poor.pk).update(spent_calls=5)
    assert taken(1) == ["rich"]
