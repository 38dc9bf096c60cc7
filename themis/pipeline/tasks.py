"""Doorways for Celery: ids in, one call, safe to run twice."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from themis.celery import app
from themis.pipeline import (
    agreement,
    deliveries,
    flow,
    lettering,
    measuring,
    progress,
    queues,
    reading,
    streams,
)
from themis.pipeline.court import court
from themis.pipeline.models import Run, Status
from themis.reviews import agreements, holding
from themis.reviews.models import Agreement, Queue
from themis.rewards import queries as rewards
from themis.rewards.models import Measuring
from themis.trajectories import drafts, texts
from themis.uploads import queries as uploads

log = logging.getLogger(__name__)
to_read = threading.Event()  # an upload waits, in the embedded shape
to_measure = threading.Event()  # likewise work on measurements
to_fill = threading.Event()  # likewise a queue of the review room
to_letter = threading.Event()  # likewise pictures that somebody searches
to_send = threading.Event()  # likewise a message to a webhook

QUEUE = "critic"  # the default queue of the settings
INTAKE = "intake"  # for reading, by the routes of the settings: verdicts must not hold it up
MEASURING = "measuring"  # of its own, by the same routes: runs that wait must not hold it up
SENDING = "sending"  # of its own, by the same routes: a webhook may be slow to answer
BATCH = 200  # hints at a time
STALLED = timedelta(seconds=60)  # without a picture being read: one takes half of that at most


@app.task
def judge_run(run_id: int) -> None:
    """Judge one waiting run; nothing to do if somebody else has it."""
    run = Run.objects.select_related("trajectory__team", "verdict").get(pk=run_id)
    if flow.claim(run=run, at=timezone.now()):
        court().run(court().judge(run))


@app.task
def read_uploads() -> None:
    """Read what waits to be read; nothing to do if somebody else has it."""
    read_waiting()


def read_waiting() -> None:
    """Read uploads, the one that has waited longest first, until none waits."""
    while upload := uploads.next_to_read():
        reading.read(upload, queue=queue)


def hint_upload() -> None:
    """Tell a worker of a waiting upload. In the embedded shape its thread looks by itself."""
    if settings.EMBEDDED:
        to_read.set()
        return
    try:
        read_uploads.delay()
    except OperationalError as error:
        log.warning("broker away, uploads wait for the next sweep: %s", error)


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
        hint_lettering()


def letter_waiting() -> None:
    """Read pictures that are searched until none is left."""
    while lettering.read_portion():
        pass


def hint_lettering() -> None:
    """Tell a worker of pictures to read, as `hint_upload` does."""
    if settings.EMBEDDED:
        to_letter.set()
        return
    try:
        letter.delay()
    except OperationalError as error:
        log.warning("broker away, pictures wait for the next sweep: %s", error)


def queue_measuring(row: Measuring | Agreement) -> None:
    """Tell a worker and the open pages of waiting work, once its row can be seen by others."""
    name, team_id = row.pk, row.team_id

    def tell() -> None:
        hint_measuring()
        progress.announce_measuring_now(name, team_id)

    transaction.on_commit(tell)


def hint_measuring() -> None:
    """Tell a worker of waiting work, as `hint_upload` does."""
    if settings.EMBEDDED:
        to_measure.set()
        return
    try:
        measure.delay()
    except OperationalError as error:
        log.warning("broker away, measuring waits for the next sweep: %s", error)


@app.task
def fill_queues() -> None:
    """Fill the queues that wait for it; what somebody else puts in meanwhile is passed over."""
    queues.fill_waiting(timezone.now())


def queue_filling(row: Queue) -> None:
    """Tell a worker of a queue that is to be filled, once its row can be seen by others."""
    name = row.pk

    def tell() -> None:
        hint_filling()
        progress.announce_queue_now(name)

    transaction.on_commit(tell)


def hint_filling() -> None:
    """Tell a worker of queues to be filled, as `hint_upload` does."""
    if settings.EMBEDDED:
        to_fill.set()
        return
    try:
        fill_queues.delay()
    except OperationalError as error:
        log.warning("broker away, filling waits for the next sweep: %s", error)


@app.task
def send_messages() -> None:
    """Send what is due to webhooks; nothing to do if this process is at it."""
    deliveries.send_waiting()


def queue_messages() -> None:
    """Tell a worker of messages to webhooks, once their rows can be seen by others."""
    transaction.on_commit(hint_sending)


def hint_sending() -> None:
    """Tell a worker of messages that are due, as `hint_upload` does."""
    if settings.EMBEDDED:
        to_send.set()
        return
    try:
        send_messages.delay()
    except OperationalError as error:
        log.warning("broker away, webhooks wait for the next sweep: %s", error)


def sweep() -> None:
    """Pick up what a dead process, a lost message or a silent recorder left behind.

    Hints are repeated only while the queue is empty: a hint for a run that somebody has taken
    costs one query, but they must not pile up.
    """
    flow.recover(at=timezone.now())
    reading.sweep(at=timezone.now())
    if uploads.next_to_read() is not None:
        hint_upload()
    measuring.sweep(at=timezone.now())
    agreement.sweep(at=timezone.now())
    if rewards.next_to_measure() is not None or agreements.next_to_count() is not None:
        hint_measuring()
    holding.sweep(at=timezone.now())
    if queues.left(timezone.now()):
        hint_filling()
    if texts.is_stalled(since=timezone.now() - STALLED):
        hint_lettering()
    deliveries.sweep(at=timezone.now())
    if deliveries.has_waiting(timezone.now()):
        hint_sending()
    streams.close_abandoned(at=timezone.now())
    drafts.sweep(Path(settings.BLOBS))
    waiting = Run.objects.filter(status=Status.WAITING).order_by("created_at")
    run_ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    if run_ids and _queued() == 0:
        for run_id in run_ids:
            hint(run_id)


def queue(run: Run) -> None:
    """Tell a worker and the open pages of a run, once its row can be seen by others."""
    run_id, team_id = run.pk, run.trajectory.team_id

    def tell() -> None:
        hint(run_id)
        progress.announce_now(run, team_id)

    transaction.on_commit(tell)


def hint(run_id: int) -> None:
    """Tell a worker of a waiting run. If no broker can be reached, the next sweep finds it."""
    try:
        judge_run.delay(run_id)
    except OperationalError as error:
        log.warning("broker away, run %s waits for the next sweep: %s", run_id, error)


def _queued() -> int:
    try:
        with app.connection_for_write() as connection:
            declared_queue = app.amqp.queues[QUEUE](connection.default_channel)
            declared = declared_queue.queue_declare()
            return int(getattr(declared, "message_count", BATCH))
    except OperationalError as error:
        log.warning("broker away: %s", error)
        return BATCH
