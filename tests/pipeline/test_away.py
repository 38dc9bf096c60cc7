"""A database that is away for a moment: what was under way is done once it answers again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, transaction
from kombu.exceptions import OperationalError as BrokerAway

from tests import stories
from themis.celery import app
from themis.pipeline import clerk, flow, hints, sharing, tasks
from themis.pipeline import court as courts
from themis.pipeline.away import is_away
from themis.pipeline.court import Court
from themis.pipeline.models import Run, Status
from themis.trajectories.models import Trajectory
from themis.verdicts import services
from themis.verdicts.models import Verdict

GONE = OperationalError("the server closed the connection unexpectedly")


def caused(kind: type[Exception], cause: Exception) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def busy(code: int) -> Exception:
    cause = sqlite3.OperationalError("no")
    cause.sqlite_errorcode = code
    return caused(OperationalError, cause)


@pytest.mark.once
@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (GONE, True),
        (caused(InterfaceError, psycopg.InterfaceError("the connection is closed")), True),
        (caused(OperationalError, psycopg.errors.AdminShutdown("terminating")), True),
        (caused(OperationalError, psycopg.errors.CannotConnectNow("starting up")), True),
        (caused(OperationalError, psycopg.errors.DeadlockDetected("deadlock")), True),
        (caused(OperationalError, psycopg.errors.StatementTooComplex("too deep")), False),
        (busy(sqlite3.SQLITE_BUSY), True),
        (busy(sqlite3.SQLITE_ERROR), False),
        (ValueError("no database at all"), False),
    ],
)
def test_only_what_passes_is_waited_for(error: Exception, is_so: bool) -> None:
    assert is_away(error) is is_so


def fails_first(work: Callable[..., object], error: Exception = GONE) -> Callable[..., object]:
    """The same work, which the database dies over at first: it is done, and then undone."""
    left = [error]

    def dies(*arguments: object, **named: object) -> object:
        with transaction.atomic():
            done = work(*arguments, **named)
            if left:
                raise left.pop()
        return done

    return dies


@pytest.fixture
def court(monkeypatch: pytest.MonkeyPatch) -> Iterator[Court]:
    """The process's court; it does not wait long for a database."""
    monkeypatch.setattr(clerk, "PAUSE", 0.01)
    opened = Court()
    monkeypatch.setattr(courts, "_courts", [opened])
    yield opened
    opened.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "dies", [(flow, "seat"), (services, "record_turns"), (services, "give"), (flow, "finish")]
)
def test_a_run_is_judged_to_its_end_although_the_database_died_over_it(
    trajectory: Trajectory,
    court: Court,
    dies: tuple[object, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(*dies, fails_first(getattr(*dies)))
    run = flow.submit(trajectory=trajectory, critic="evidence-only", at=stories.NOW)
    tasks.judge_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.cause) == (Status.DONE, "")
    assert Verdict.objects.get().status == "given"


@pytest.mark.django_db(transaction=True)
def test_a_run_that_the_database_died_over_the_taking_of_waits_again(
    trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    take = sharing.take

    def taken_unheard(*arguments: object) -> None:
        take(*arguments)  # type: ignore[arg-type]
        raise GONE

    monkeypatch.setattr(sharing, "take", taken_unheard)
    with pytest.raises(OperationalError):
        tasks.judge_run(run.pk)
    assert Run.objects.get().status == Status.WAITING


@pytest.mark.django_db
def test_runs_that_a_process_is_at_are_not_put_back(trajectory: Trajectory) -> None:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    assert flow.put_back(but={run.pk}) == 0
    assert flow.put_back(but=set()) == 1


@pytest.mark.once
def test_a_broker_that_is_away_is_not_waited_for_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def refuse(name: str, arguments: object) -> None:
        tried.append((name, arguments))
        raise BrokerAway

    monkeypatch.setattr(app, "send_task", refuse)
    broker = hints.Broker()
    broker.send("judge_run", (1,))
    broker.send("judge_run", (2,))
    assert len(tried) == 1
