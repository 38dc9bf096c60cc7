"""The worker of the embedded shape: Celery's own, in threads of this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from celery.worker import WorkController
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from themis.celery import app
from themis.pipeline import deliveries, hints, paying, tasks

log = logging.getLogger(__name__)

SWEEP = 3.0  # seconds between looks for work that nobody hinted at


def start_worker(*, threads: int) -> None:
    """Judge in this process until it ends.

    A verdict that the end interrupts is gone on with at the next start.
    """
    app.finalize()
    controller = WorkController(
        app=app,
        pool="threads",
        concurrency=threads,
        hostname="embedded@themis",
        without_heartbeat=True,
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    threading.Thread(target=controller.start, name="worker", daemon=True).start()


def start_reading() -> None:
    """Read uploads in this process, one at a time, until it ends."""
    look = (hints.to_read, tasks.read_waiting, "reading")
    threading.Thread(target=_work_for_ever, args=look, name="reading", daemon=True).start()


def start_measuring() -> None:
    """Have judges measured from this process, one work at a time, until it ends."""
    look = (hints.to_measure, tasks.measure_waiting, "measuring")
    threading.Thread(target=_work_for_ever, args=look, name="measuring", daemon=True).start()


def start_filling() -> None:
    """Fill queues of the review room in this process until it ends."""
    look = (hints.to_fill, tasks.fill_queues, "filling")
    threading.Thread(target=_work_for_ever, args=look, name="filling", daemon=True).start()


def start_lettering() -> None:
    """Read pictures that somebody searches in this process, one at a time, until it ends."""
    look = (hints.to_letter, tasks.letter_waiting, "lettering")
    threading.Thread(target=_work_for_ever, args=look, name="lettering", daemon=True).start()


def start_sending() -> None:
    """Send messages to webhooks from this process until it ends."""
    look = (hints.to_send, deliveries.send_waiting, "sending")
    threading.Thread(target=_work_for_ever, args=look, name="sending", daemon=True).start()


def start_sweeping() -> None:
    """Look for waiting and abandoned runs now and every few seconds, until the process ends."""
    look = (_sweep, SWEEP, "sweep")
    threading.Thread(target=_look_for_ever, args=look, name="sweep", daemon=True).start()


def start_keeping_deadlines() -> None:
    """Answer at its deadline what RL jobs asked for, until the process ends."""
    look = (_keep_deadlines, paying.LOOK, "deadlines")
    threading.Thread(target=_look_for_ever, args=look, name="deadlines", daemon=True).start()


def _sweep() -> float:
    tasks.sweep()
    return SWEEP


def _keep_deadlines() -> float:
    return paying.keep_deadlines(at=timezone.now())


def _look_for_ever(work: Callable[[], float], pause: float, name: str) -> None:
    """Do work that says when to do it again; after `pause` seconds where the database failed."""
    ended = threading.Event()
    while True:
        wait = pause
        try:
            close_old_connections()
            wait = work()
        except DatabaseError as error:
            log.warning("%s failed, trying again: %s", name, error)
        ended.wait(wait)


def _work_for_ever(hinted: threading.Event, work: Callable[[], None], name: str) -> None:
    while True:
        hinted.wait(SWEEP)
        hinted.clear()
        try:
            close_old_connections()
            work()
        except DatabaseError as error:
            log.warning("%s failed, trying again: %s", name, error)


def reading_arguments() -> list[str]:
    """The command line of the process that reads uploads in the grown shape."""
    return _one_at_a_time(tasks.INTAKE)


def sending_arguments() -> list[str]:
    """The command line of the process that tells webhooks in the grown shape."""
    return _one_at_a_time(tasks.SENDING)


def _one_at_a_time(queue: str) -> list[str]:
    return [
        *("--quiet", "-A", "themis.crewed", "worker"),
        *("--without-mingle", "--without-gossip"),
        *("--queues", queue),
        *("--pool", "threads", "--concurrency", "1"),
        *("--hostname", f"{queue}@%h"),
        *("--loglevel", "warning"),
    ]


def celery_arguments(number: int) -> list[str]:
    """The command line of one worker process of the grown shape."""
    return [
        *("--quiet", "-A", "themis.crewed", "worker"),
        *("--without-mingle", "--without-gossip"),  # workers need not know each other
        *("--queues", f"{tasks.QUEUE},{tasks.MEASURING}"),
        *("--pool", "threads"),
        *("--concurrency", str(settings.WORKER_THREADS)),
        *("--hostname", f"critic{number}@%h"),
        *("--loglevel", "warning"),
    ]
