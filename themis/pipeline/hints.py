"""Hints to workers that there is work. Losing one costs time only: the next sweep finds the work.

In the embedded shape a thread of this process is woken, in the grown one a task is sent by its
name. Nothing here knows how the work is done (`tasks`): who only says that there is some does not
wait for critics and readers to be loaded.
"""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from themis.celery import app
from themis.pipeline import progress
from themis.pipeline.models import Run
from themis.reviews.models import Agreement, Queue
from themis.rewards.models import Measuring

log = logging.getLogger(__name__)
AWAY = 2.0  # seconds in which a broker that did not answer is sent nothing

to_read = threading.Event()  # an upload waits, in the embedded shape
to_measure = threading.Event()  # likewise work on measurements
to_fill = threading.Event()  # likewise a queue of the review room
to_letter = threading.Event()  # likewise pictures that somebody searches
to_send = threading.Event()  # likewise a message to a webhook


def run(run_id: int) -> None:
    """A run waits to be judged."""
    _send("judge_run", run_id)


def upload() -> None:
    """An upload waits to be read."""
    _wake(to_read, "read_uploads")


def lettering() -> None:
    """Pictures wait to be read."""
    _wake(to_letter, "letter")


def measuring() -> None:
    """A measurement, or agreement, waits to be counted."""
    _wake(to_measure, "measure")


def filling() -> None:
    """A queue waits to be filled."""
    _wake(to_fill, "fill_queues")


def sending() -> None:
    """Messages to webhooks are due."""
    _wake(to_send, "send_messages")


def queue(run_of: Run) -> None:
    """Tell a worker and the open pages of a run, once its row can be seen by others."""
    run_id, team_id = run_of.pk, run_of.trajectory.team_id

    def tell() -> None:
        run(run_id)
        progress.announce_now(run_of, team_id)

    transaction.on_commit(tell)


def queue_measuring(row: Measuring | Agreement) -> None:
    """The same of a measurement, or of agreement."""
    name, team_id = row.pk, row.team_id

    def tell() -> None:
        measuring()
        progress.announce_measuring_now(name, team_id)

    transaction.on_commit(tell)


def queue_filling(row: Queue) -> None:
    """The same of a queue that is to be filled."""
    name = row.pk

    def tell() -> None:
        filling()
        progress.announce_queue_now(name)

    transaction.on_commit(tell)


def queue_messages() -> None:
    """Tell a worker of messages to webhooks, once their rows can be seen by others."""
    transaction.on_commit(sending)


def queue_rulings() -> None:
    """Tell a worker that people ruled on what RL jobs asked for, once that can be seen."""
    transaction.on_commit(rulings)


def rulings() -> None:
    """Rulings wait to be paid."""
    _send("pay_rulings")


def _wake(thread: threading.Event, task: str) -> None:
    if settings.EMBEDDED:
        thread.set()
    else:
        _send(task)


class Broker:
    """Remembers for a while that the broker is away: who asks must not wait for it each time."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def send(self, task: str, arguments: tuple[int, ...]) -> None:
        """Send a task, unless that has just failed. Never raises for a broker that is away."""
        if time.monotonic() < self._away_until:
            return
        try:
            app.send_task(f"themis.pipeline.tasks.{task}", arguments)
        except OperationalError as error:
            self._away_until = time.monotonic() + AWAY
            log.warning("broker away, %s waits for the next sweep: %s", task, error)


_broker = Broker()


def _send(task: str, *arguments: int) -> None:
    _broker.send(task, arguments)
