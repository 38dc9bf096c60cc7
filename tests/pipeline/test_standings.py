"""Where trajectories stand is current after every change, without anybody asking for it."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from tests import stories
from themis.accounts.models import Team
from themis.domain.verdict import Finding, Outcome
from themis.pipeline import flow, standings
from themis.pipeline.models import Run, Standing
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db
LATER = stories.NOW + timedelta(hours=1)


def stands(trajectory: Trajectory, critic: str = "") -> tuple[str, str, str]:
    """Outcome, critic and status as lists have them; the same as derived anew."""
    kept = everything()
    standings.rebuild()
    assert everything() == kept
    row = Standing.objects.select_related("shelf").get(trajectory=trajectory, critic=critic)
    return row.shelf.outcome, row.judged_by, row.shelf.status


def everything() -> set[tuple[object, ...]]:
    columns = ("trajectory", "critic", "shelf", "created_at", "judged_by", "confidence")
    return set(Standing.objects.values_list(*columns))


def claimed(trajectory: Trajectory) -> Run:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    assert flow.claim(run=run, at=stories.NOW)
    run.refresh_from_db()
    return run


def test_what_is_stored_is_unjudged(trajectory: Trajectory) -> None:
    assert stands(trajectory) == ("", "", "")


def test_what_is_submitted_waits(trajectory: Trajectory) -> None:
    flow.submit(trajectory=trajectory, at=stories.NOW)
    assert stands(trajectory) == ("", "", "waiting")


def test_what_is_claimed_is_judged(trajectory: Trajectory) -> None:
    claimed(trajectory)
    assert stands(trajectory) == ("", "", "running")


def test_what_a_dead_process_left_waits(trajectory: Trajectory) -> None:
    run = claimed(trajectory)
    Run.objects.filter(pk=run.pk).update(owner="another-host/1/1", beat_at=None)
    flow.recover(at=stories.NOW)
    assert stands(trajectory) == ("", "", "waiting")


def test_what_is_finished_is_done(trajectory: Trajectory) -> None:
    flow.finish(run=claimed(trajectory), at=stories.NOW)
    assert stands(trajectory) == ("", "", "done")


def test_what_fails_is_broken(trajectory: Trajectory) -> None:
    flow.fail(run=claimed(trajectory), cause="the model is away", at=stories.NOW)
    assert stands(trajectory) == ("", "", "broken")


def test_a_verdict_counts_once_it_is_given(trajectory: Trajectory) -> None:
    verdict = stories.opened(trajectory)
    assert stands(trajectory) == ("", "", "")
    verdicts.break_off(verdict=verdict, cause="away", at=LATER)
    assert stands(trajectory) == ("", "", "")
    stories.given(trajectory, Outcome.PASSED)
    assert stands(trajectory) == ("passed", "themis", "")
    assert stands(trajectory, critic="themis") == ("passed", "themis", "")


def test_a_second_critic_stands_beside_the_first(trajectory: Trajectory) -> None:
    stories.given(trajectory, Outcome.FAILED)
    later = stories.given(trajectory, Outcome.PASSED, at=LATER)
    Verdict.objects.filter(pk=later.pk).update(critic="evidence-only")
    standings.refresh([trajectory.pk])
    assert stands(trajectory) == ("passed", "evidence-only", "")
    assert stands(trajectory, critic="themis") == ("failed", "themis", "")


def test_the_run_at_work_comes_before_a_newer_one(trajectory: Trajectory) -> None:
    run = flow.submit(trajectory=trajectory, critic="themis", at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    flow.submit(trajectory=trajectory, at=LATER)
    assert stands(trajectory) == ("", "", "running")


def test_a_change_that_is_taken_back_changes_nothing(trajectory: Trajectory) -> None:
    run = claimed(trajectory)
    Run.objects.filter(pk=run.pk).update(owner="another-host/1/1")
    assert not flow.finish(run=run, at=stories.NOW)
    assert stands(trajectory)[2] == "running"


def test_others_keep_their_places(team: Team, trajectory: Trajectory) -> None:
    other = stories.stored(team, instruction="Play a song")
    flow.submit(trajectory=other, at=stories.NOW)
    stories.given(trajectory)
    assert stands(other) == ("", "", "waiting")


def test_more_than_one_statement_holds_are_refreshed(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "CHUNK", 2)
    rows = [stories.stored(team, instruction=f"Note {number}") for number in range(5)]
    Standing.objects.all().delete()
    standings.refresh([row.pk for row in rows])
    assert Standing.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_are_both_seen(trajectory: Trajectory) -> None:
    verdict, run = stories.opened(trajectory), claimed(trajectory)
    finding = Finding(outcome=Outcome.PASSED, confidence=0.9, reason="It is there.", rounds=())

    def finish() -> None:
        flow.finish(run=run, at=LATER)
        connection.close()

    other = Thread(target=finish)
    with transaction.atomic():
        verdicts.give(verdict=verdict, finding=finding, seconds=1.0, at=LATER)
        other.start()  # waits for this transaction, or comes after it
    other.join()
    assert stands(trajectory) == ("passed", "themis", "done")
