"""Runs as one process takes them, one at a time, and none of them lost to it.

The database may die over the taking of a run, and nobody knows then whether the run is this
process's. As long as the process lives no other would take it: it is put back once that can be.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections
from django.utils import timezone

from themis.pipeline import away, flow, sharing
from themis.pipeline.models import Run

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds until a database that is away is asked again

_in_turn = threading.Lock()
_mine: set[int] = set()  # runs that this process is at


@contextmanager
def taken() -> Iterator[Run | None]:
    """The run that is next, this process's while the block lasts; None where none waits.

    Raises OperationalError or InterfaceError where the database died over it.
    """
    with _in_turn:
        run = _take()
        if run is not None:
            _mine.add(run.pk)
    try:
        yield run
    finally:
        if run is not None:
            _mine.discard(run.pk)


def _take() -> Run | None:
    try:
        return sharing.take(timezone.now())
    except away.ERRORS:
        _put_back()
        raise


def _put_back() -> None:
    ended = threading.Event()
    while True:
        try:
            close_old_connections()
            flow.put_back(but=_mine)
        except away.ERRORS as error:
            log.warning("the database is away, trying again: %s", error)
            ended.wait(PAUSE)
        else:
            return
