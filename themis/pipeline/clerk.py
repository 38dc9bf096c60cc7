"""The clerk of a court: all its reading and writing, in one thread that keeps its connection.

Turns that end at about the same time are written in one transaction, and whoever handed one in
goes on once that has been committed. Everything else is done in the order it came.

While the database is away, the clerk waits for it, and whoever asked for the clerk: what is handed
in must be safe to do twice, for nobody knows what came of a transaction that was cut off.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar, cast

from django.db import connection, connections

from themis.pipeline.away import is_away
from themis.verdicts import services
from themis.verdicts.services import Entry

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds until a database that is away is asked again
IDLE = 1.0  # seconds without work, after which the connection is let go of
TOGETHER = 64  # jobs looked at in one go: the most turns of one transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Entry | Callable[[], object]
    told: asyncio.Future[object]


class Clerk:
    """Works for one event loop, from whose coroutines alone it is asked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._desk: SimpleQueue[_Job | None] = SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="clerk", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[], T]) -> T:
        """What `work`, which may read and write the database, comes to; raises what it raises."""
        return cast("T", await self._handed_in(work))

    async def record(self, entry: Entry) -> None:
        """Keep a turn; returns once it is safe from a crash."""
        await self._handed_in(entry)

    def close(self) -> None:
        """Do what was handed in before, let go of the connection, and end.

        What the database is away for is raised to whoever waits for it.
        """
        self._closing.set()
        self._desk.put(None)
        self._thread.join()

    def _handed_in(self, work: Entry | Callable[[], object]) -> asyncio.Future[object]:
        told: asyncio.Future[object] = self._loop.create_future()
        self._desk.put(_Job(work, told))
        return told

    def _serve(self) -> None:
        is_open = True
        while is_open:
            jobs = self._taken()
            _outcome(_reconnect)
            self._record([job for job in jobs if job])
            for job in jobs:
                if job and not isinstance(job.work, Entry):
                    self._tell([(job.told, self._outcome(job.work))])
            is_open = None not in jobs
        connections.close_all()

    def _taken(self) -> list[_Job | None]:
        """The jobs on the desk; waits for the first."""
        try:
            jobs = [self._desk.get(timeout=IDLE)]
        except Empty:
            connections.close_all()
            jobs = [self._desk.get()]
        while len(jobs) < TOGETHER and not self._desk.empty():
            jobs.append(self._desk.get())
        return jobs

    def _record(self, jobs: Sequence[_Job]) -> None:
        entries = [job.work for job in jobs if isinstance(job.work, Entry)]
        if not entries:
            return
        together = self._outcome(partial(services.record_turns, entries=entries))
        outcomes = [together] * len(entries)
        if isinstance(outcomes[0], _Failed):  # by one of them, who must not take the others along
            outcomes = [self._outcome(partial(_record_alone, each)) for each in entries]
        waiting = (job.told for job in jobs if isinstance(job.work, Entry))
        self._tell(list(zip(waiting, outcomes, strict=True)))

    def _outcome(self, work: Callable[[], object]) -> object:
        """What work comes to, or the error it raises, once the database answers."""
        while True:
            outcome = _outcome(work)
            if not isinstance(outcome, _Failed) or not is_away(outcome.error):
                return outcome
            log.warning("the database is away, trying again: %s", outcome.error)
            if self._closing.wait(PAUSE):
                return outcome
            _outcome(_reconnect)

    def _tell(self, outcomes: list[tuple[asyncio.Future[object], object]]) -> None:
        self._loop.call_soon_threadsafe(_tell, outcomes)


def _record_alone(entry: Entry) -> bool:
    return services.record_turn(
        verdict=entry.verdict, turn=entry.turn, seconds=entry.seconds, at=entry.at
    )


def _outcome(work: Callable[[], object]) -> object:
    """What work comes to, or the error it raises, for whoever waits to raise it there."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001  raised again on the other side
        return _Failed(error)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


def _tell(outcomes: Sequence[tuple[asyncio.Future[object], object]]) -> None:
    for told, outcome in outcomes:
        if told.done():  # whoever asked has been cancelled
            continue
        if isinstance(outcome, _Failed):
            told.set_exception(outcome.error)
        else:
            told.set_result(outcome)


def _reconnect() -> None:
    """A server that was started again meanwhile gets a new connection."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()
