"""Messages to webhooks, from rows that wait: tried, tried again later, given up at last.

A row is leased for one try. Whoever sends can be killed at any moment: the row comes due again,
and the receiver knows a message that came twice by its id.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from themis.domain.errors import Misconfigured
from themis.notices import outbox, queries
from themis.notices.models import Delivery
from themis.pipeline import sealing
from themis.pipeline.posting import Answer, Message, post

log = logging.getLogger(__name__)

AT_ONCE = 16  # messages under way in one process
EACH = 4  # of one webhook: a slow one does not hold up the others
LOOK = 1.0  # seconds between looks for more while some are under way
MAX_TRIES = 9
FIRST_WAIT = timedelta(seconds=10)  # and four times as long after each try
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=30)  # messages that are through

Send = Callable[[Message, datetime], Coroutine[None, None, Answer]]
Flight = tuple[Delivery, "Future[Answer]"]

_sending = threading.Lock()


async def send_once(message: Message, at: datetime) -> Answer:
    """The real way out; tests put another in its place."""
    return await post(message, at=at)


def send_waiting(send: Send = send_once) -> None:
    """Send what is due until nothing is. One thread of a process does it, for all who ask."""
    if not _sending.acquire(blocking=False):
        return
    try:
        with _loop() as loop:
            _send_all(partial(_start, loop, send))
    finally:
        _sending.release()


def has_waiting(at: datetime) -> bool:
    """Whether a message is due."""
    return queries.due(at).exists()


def sweep(*, at: datetime) -> None:
    """Forget messages that have long been through."""
    outbox.forget(before=at - KEPT)


def pause_after(tries: int, chance: float) -> timedelta | None:
    """How long until the next try, give or take a fifth by `chance` (0 to 1); None: no more."""
    if tries >= MAX_TRIES:
        return None
    pause: timedelta = min(FIRST_WAIT * 4 ** (tries - 1), LONGEST_WAIT)
    return pause * (0.8 + 0.4 * chance)


def _send_all(start: Callable[[Delivery], Flight]) -> None:
    flights: list[Flight] = []
    while True:
        flights += [start(delivery) for delivery in _claimed(flights)]
        if not flights:
            return
        wait([future for _, future in flights], timeout=LOOK, return_when=FIRST_COMPLETED)
        landed = [flight for flight in flights if flight[1].done()]
        flights = [flight for flight in flights if flight not in landed]
        for delivery, future in landed:
            _note(delivery, future.result(), at=timezone.now())


def _claimed(flights: list[Flight]) -> list[Delivery]:
    flying = Counter(delivery.webhook_id for delivery, _ in flights)
    free = AT_ONCE - len(flights)
    return outbox.claim(limit=free, each=EACH, flying=flying, at=timezone.now()) if free else []


def _start(loop: asyncio.AbstractEventLoop, send: Send, delivery: Delivery) -> Flight:
    try:
        sent = send(_message(delivery), timezone.now())
    except Misconfigured:
        sent = _unsent("not sent: its secret was sealed with another THEMIS_SECRET_KEY; make a new")
    return delivery, asyncio.run_coroutine_threadsafe(sent, loop)


async def _unsent(trouble: str) -> Answer:
    return Answer(status=None, trouble=trouble)


def _message(delivery: Delivery) -> Message:
    return Message(
        url=delivery.webhook.url,
        key=str(delivery.key),
        event=delivery.event,
        body=delivery.body,
        secret=sealing.unseal(delivery.webhook.sealed_secret),
    )


def _note(delivery: Delivery, answer: Answer, *, at: datetime) -> None:
    if answer.is_taken:
        outbox.arrived(delivery=delivery, status=answer.status or 0, at=at)
        return
    pause = pause_after(delivery.tries, random.random())  # noqa: S311  spreads the load
    again_at = None if pause is None else at + pause
    outbox.failed(
        delivery=delivery, status=answer.status, trouble=answer.trouble, again_at=again_at
    )


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own, so that this one can write down what comes of it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sending", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
