"""Doorways for Celery: ids in, one call, safe to run twice."""

from __future__ import annotations

import logging

from django.utils import timezone
from kombu.exceptions import OperationalError

from themis.celery import app
from themis.pipeline import flow, streams
from themis.pipeline.court import court
from themis.pipeline.models import Run, Status

log = logging.getLogger(__name__)

QUEUE = "critic"  # the default queue of the settings
BATCH = 200  # hints at a time


@app.task
def judge_run(run_id: int) -> None:
    """Judge one waiting run; nothing to do if somebody else has it."""
    run = Run.objects.select_related("trajectory__team", "verdict").get(pk=run_id)
    if flow.claim(run=run, at=timezone.now()):
        court().run(court().judge(run))


def sweep() -> None:
    """Pick up what a dead process, a lost message or a silent recorder left behind.

    Hints are repeated only while the queue is empty: a hint for a run that somebody has taken
    costs one query, but they must not pile up.
    """
    flow.recover(at=timezone.now())
    streams.close_abandoned(at=timezone.now())
    waiting = Run.objects.filter(status=Status.WAITING).order_by("created_at")
    run_ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    if run_ids and _queued() == 0:
        for run_id in run_ids:
            hint(run_id)


def hint(run_id: int) -> None:
    """Tell a worker of a waiting run. If no broker can be reached, the next sweep finds it."""
    try:
        judge_run.delay(run_id)
    except OperationalError as error:
        log.warning("broker away, run %s waits for the next sweep: %s", run_id, error)


def _queued() -> int:
    try:
        with app.connection_for_write() as connection:
            queue = app.amqp.queues[QUEUE](connection.default_channel)
            declared = queue.queue_declare()
            return int(getattr(declared, "message_count", BATCH))
    except OperationalError as error:
        log.warning("broker away: %s", error)
        return BATCH
