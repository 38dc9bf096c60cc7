"""Messages to webhooks, from rows that wait: tried, tried again later, given up at last.

A row is leased for one try. Whoever sends can be killed at any moment: the row comes due again,
and the receiver knows a message that came twice by its id.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from themis.domain.errors import Misconfigured
from themis.notices import outbox, tidying
from themis.notices.models import Delivery, HookKind, Webhook
from themis.notices.outbox import Outcome
from themis.pipeline import pauses, progress, sealing, signing, telling
from themis.pipeline.lanes import AT_ONCE, Lanes
from themis.pipeline.posting import Answer, Message, post

log = logging.getLogger(__name__)

LOOK = 0.25  # seconds between looks for more while some are under way
GATHER = 0.02  # seconds in which what ends is written down together
LOOKUPS = 256  # names that are looked up at a time: name servers can be silent, too
KEPT = timedelta(days=30)  # messages, whatever became of them
BOUNDED_EACH = 60.0  # seconds between counts of what waits

Send = Callable[[Message], Coroutine[None, None, Answer]]

_sending = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A try that ended."""

    delivery: Delivery
    at: datetime  # it began
    answer: Answer


async def send_once(message: Message) -> Answer:
    """The real way out; tests put another in its place."""
    return await post(message)


def send_waiting(send: Send = send_once) -> None:
    """Send what is due until nothing is. One thread of a process does it, for all who ask."""
    if not _sending.acquire(blocking=False):
        return
    try:
        with _loop() as loop:
            _Sender(loop, send).run()
    finally:
        _sending.release()


def has_waiting(at: datetime) -> bool:
    """Whether a message is due."""
    return outbox.ready(at).exists()


def sweep(*, at: datetime) -> None:
    """Forget messages that are old, and now and then give up what waits beyond a bound."""
    tidying.forget(before=at - KEPT)
    if cache.add("what-waits-was-bounded", True, timeout=BOUNDED_EACH):
        tidying.bound()


class _Sender:
    """Tries on the loop, rows in this thread: what comes of tries is written down in portions."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self._loop, self._send = loop, send
        self._lanes = Lanes()
        self._landed: queue.SimpleQueue[Landed] = queue.SimpleQueue()

    def run(self) -> None:
        """Until nothing is due and nothing under way."""
        while True:
            self._start_some()
            if not self._lanes.flying:
                return
            if landed := self._gathered():
                for each in landed:
                    self._lanes.landed(each.delivery.webhook, each.answer.seconds)
                _note(landed, at=timezone.now())

    def _start_some(self) -> None:
        if self._lanes.flying >= AT_ONCE:
            return
        now = timezone.now()
        ready = outbox.ready(now, full=self._lanes.full())
        for delivery in outbox.claim(places=self._lanes.places(ready), at=now):
            self._lanes.started(delivery.webhook)
            flight = asyncio.run_coroutine_threadsafe(self._try(delivery), self._loop)
            flight.add_done_callback(_complain)

    def _gathered(self) -> list[Landed]:
        """What has ended: of the next moments, once there is one."""
        landed: list[Landed] = []
        try:
            landed.append(self._landed.get(timeout=LOOK))
            until = time.monotonic() + GATHER
            while len(landed) < AT_ONCE:
                landed.append(self._landed.get(timeout=max(0.0, until - time.monotonic())))
        except queue.Empty:
            pass
        return landed

    async def _try(self, delivery: Delivery) -> None:
        at = timezone.now()
        answer = Answer(status=None, trouble="not sent: Themis broke; its log says where")
        try:
            answer = await self._send(_message(delivery, at))
        except Misconfigured as error:
            answer = Answer(status=None, trouble=f"not sent: {error}")
        finally:
            self._landed.put(Landed(delivery=delivery, at=at, answer=answer))


def _complain(flight: Future[None]) -> None:
    if not flight.cancelled() and (error := flight.exception()) is not None:
        log.error("a message could not be tried", exc_info=error)


def _message(delivery: Delivery, at: datetime) -> Message:
    hook = delivery.webhook
    return Message(
        url=hook.url.rstrip("/") + delivery.path if delivery.path else hook.url,
        team=hook.team.slug,
        body=delivery.body,
        headers=_headers(delivery, at),
    )


def _headers(delivery: Delivery, at: datetime) -> dict[str, str]:
    hook = delivery.webhook
    if hook.kind != HookKind.STANDARD:
        bearer = sealing.unseal(delivery.sealed_bearer or hook.sealed_secret)
        return {"Authorization": f"Bearer {bearer}"} if bearer else {}
    sealed = [hook.sealed_secret]
    if hook.before_until is not None and hook.before_until > at:
        sealed.append(hook.sealed_before)
    valid = [sealing.unseal(each) for each in sealed]
    return signing.headers(valid=valid, key=str(delivery.key), body=delivery.body, at=at)


@transaction.atomic
def _note(landed: list[Landed], *, at: datetime) -> None:
    outcomes = [_outcome(each, at) for each in landed]
    for webhook in outbox.note(outcomes=outcomes, at=at):
        telling.endpoint_disabled(webhook)
    teams = {each.delivery.webhook.team_id for each in landed}
    transaction.on_commit(lambda: progress.tell_deliveries_now(teams))


def _outcome(landed: Landed, at: datetime) -> Outcome:
    delivery, answer = landed.delivery, landed.answer
    pause = quiet = None
    if not answer.is_taken and answer.status != pauses.GONE:
        asked = None if answer.retry_after is None else timedelta(seconds=answer.retry_after)
        pause = pauses.pause_after(delivery.tries, random.random(), asked)  # noqa: S311
        quiet = pauses.quiet_after(answer, *_failing(delivery.webhook, at))
    return Outcome(
        delivery=delivery,
        at=landed.at,
        seconds=answer.seconds,
        is_taken=answer.is_taken,
        again_at=None if pause is None else at + pause,
        quiet_until=None if quiet is None else at + quiet,
        is_gone=answer.status == pauses.GONE,
        status=answer.status,
        trouble=answer.trouble,
        answer=answer.said,
    )


def _failing(hook: Webhook, at: datetime) -> tuple[int, timedelta]:
    """How many tries in a row have failed, and for how long."""
    since = hook.failing_since or at
    return hook.failures, at - since


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own, so that this one can write down what comes of it."""
    loop = asyncio.new_event_loop()
    lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")
    loop.set_default_executor(lookups)
    thread = threading.Thread(target=loop.run_forever, name="sending", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_let_go())
        lookups.shutdown(wait=False, cancel_futures=True)
        loop.close()


async def _let_go() -> None:
    """End what is under way still, where writing down what ended has failed."""
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
