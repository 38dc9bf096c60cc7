"""Doorways for Celery: ids in, one call, safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from themis.celery import app
from themis.pipeline import (
    agreement,
    deliveries,
    flow,
    hints,
    lettering,
    measuring,
    paying,
    queues,
    reading,
    streams,
    taking,
)
from themis.pipeline.court import court
from themis.pipeline.models import Run, Status
from themis.reviews import agreements, holding
from themis.rewards import queries as rewards
from themis.trajectories import drafts, texts
from themis.uploads import queries as uploads

log = logging.getLogger(__name__)

QUEUE = "critic"  # the default queue of the settings
INTAKE = "intake"  # for reading, by the routes of the settings: verdicts must not hold it up
MEASURING = "measuring"  # of its own, by the same routes: runs that wait must not hold it up
SENDING = "sending"  # of its own, by the same routes: a webhook may be slow to answer
BATCH = 200  # hints at a time
STALLED = timedelta(seconds=60)  # without a picture being read: one takes half of that at most


@app.task
def judge_run(run_id: int) -> None:  # noqa: ARG001  a hint: which run is next, shares decide
    """Judge the waiting run that is next; nothing to do if none waits."""
    with taking.taken() as run:
        if run is not None:
            court().run(court().judge(run))


@app.task
def pay_rulings() -> None:
    """Answer whom rulings concern; twice is as once."""
    paying.pay_rulings(at=timezone.now())


@app.task
def read_uploads() -> None:
    """Read what waits to be read; nothing to do if somebody else has it."""
    read_waiting()


def read_waiting() -> None:
    """Read uploads, the one that has waited longest first, until none waits."""
    while upload := uploads.next_to_read():
        reading.read(upload, queue=hints.queue)


@app.task
def measure() -> None:
    """Measure what waits to be measured; nothing to do if somebody else has it."""
    measure_waiting()


def measure_waiting() -> None:
    """Do the work on measurements and on agreement that has waited longest, until none waits."""
    while waiting := rewards.next_to_measure():
        measuring.work(waiting)
    while asked := agreements.next_to_count():
        agreement.work(asked)


@app.task
def letter() -> None:
    """Read some pictures that are searched; the rest is another task: uploads come between."""
    if lettering.read_portion():
        hints.lettering()


def letter_waiting() -> None:
    """Read pictures that are searched until none is left."""
    while lettering.read_portion():
        pass


@app.task
def fill_queues() -> None:
    """Fill the queues that wait for it; what somebody else puts in meanwhile is passed over."""
    queues.fill_waiting(timezone.now())


@app.task
def send_messages() -> None:
    """Send what is due to webhooks; nothing to do if this process is at it."""
    deliveries.send_waiting()


def sweep() -> None:
    """Pick up what a dead process, a lost message or a silent recorder left behind.

    Hints are repeated only while the queue is empty: a hint for a run that somebody has taken
    costs one query, but they must not pile up.
    """
    flow.recover(at=timezone.now())
    reading.sweep(at=timezone.now())
    if uploads.next_to_read() is not None:
        hints.upload()
    measuring.sweep(at=timezone.now())
    agreement.sweep(at=timezone.now())
    if rewards.next_to_measure() is not None or agreements.next_to_count() is not None:
        hints.measuring()
    holding.sweep(at=timezone.now())
    if queues.left(timezone.now()):
        hints.filling()
    if texts.is_stalled(since=timezone.now() - STALLED):
        hints.lettering()
    deliveries.sweep(at=timezone.now())
    if deliveries.has_waiting(timezone.now()):
        hints.sending()
    streams.close_abandoned(at=timezone.now())
    paying.sweep(at=timezone.now())
    drafts.sweep(Path(settings.BLOBS))
    waiting = Run.objects.filter(status=Status.WAITING).order_by("created_at")
    run_ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    if run_ids and _queued() == 0:
        for run_id in run_ids:
            hints.run(run_id)


def _queued() -> int:
    try:
        with app.connection_for_write() as connection:
            declared_queue = app.amqp.queues[QUEUE](connection.default_channel)
            declared = declared_queue.queue_declare()
            return int(getattr(declared, "message_count", BATCH))
    except OperationalError as error:
        log.warning("broker away: %s", error)
        return BATCH
