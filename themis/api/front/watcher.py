"""Who waits for what, in one process: woken by hints, and every second in case one was lost."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable

from channels.layers import BaseChannelLayer, get_channel_layer

from themis.pipeline import progress

log = logging.getLogger(__name__)

REJOIN = 10.0  # seconds
TICK = 1.0  # seconds between looks that nobody hinted at; of all who wait, at the same moment


class Watcher:
    """Tells those who wait that something may have changed. What it is, they look up themselves.

    One group of the channel layer serves all who wait in this process; it is left when nobody does.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._watch: asyncio.Task[None] | None = None
        self._join_at = 0.0

    async def changed(self, topics: Iterable[str], seconds: float) -> None:
        """Return when one of them is hinted at, at the next tick, or after so many seconds."""
        woken = asyncio.get_running_loop().create_future()
        topics = list(topics)
        for topic in topics:
            self._waiting[topic].add(woken)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._run())
        try:
            await asyncio.wait([woken], timeout=seconds)
        finally:
            for topic in topics:
                self._waiting[topic].discard(woken)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    async def _run(self) -> None:
        layer = get_channel_layer()
        if layer is None:
            while self._waiting:
                await asyncio.sleep(TICK)
                self._wake(list(self._waiting))
            return
        channel = await layer.new_channel()
        self._join_at = 0.0
        hearing: asyncio.Task[dict[str, str]] | None = None
        try:
            while self._waiting:
                await self._join(layer, channel)
                hearing = hearing or asyncio.create_task(layer.receive(channel))
                await asyncio.wait([hearing], timeout=TICK)
                if hearing.done() and hearing.exception() is not None:
                    await asyncio.sleep(TICK)  # a layer that is away says so at once
                hearing = self._heard(hearing)
        finally:
            if hearing is not None:
                hearing.cancel()
            await self._leave(layer, channel)

    def _heard(self, hearing: asyncio.Task[dict[str, str]]) -> asyncio.Task[dict[str, str]] | None:
        """Wake those that a hint is for; all of them at a tick. The task, if it still listens."""
        if not hearing.done():
            self._wake(list(self._waiting))
            return hearing
        error = hearing.exception()
        if error is not None:
            log.warning("hints are not heard, looking every %s s: %s", TICK, error)
            self._wake(list(self._waiting))
        else:
            self._wake(hearing.result().get("topics", "").split(" "))
        return None

    def _wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for woken in list(self._waiting.get(topic, ())):
                if not woken.done():
                    woken.set_result(None)

    async def _join(self, layer: BaseChannelLayer, channel: str) -> None:
        """Join the group, again and again: a Redis that was started anew knows nobody."""
        now = asyncio.get_running_loop().time()
        if now < self._join_at:
            return
        self._join_at = now + REJOIN
        try:
            await layer.group_add(progress.PAID, channel)
        except progress.AWAY as error:
            log.warning("hints are not heard, looking every %s s: %s", TICK, error)

    async def _leave(self, layer: BaseChannelLayer, channel: str) -> None:
        try:
            await layer.group_discard(progress.PAID, channel)
        except progress.AWAY:
            return


_watchers: dict[asyncio.AbstractEventLoop, Watcher] = {}


def watcher() -> Watcher:
    """That of the running loop."""
    loop = asyncio.get_running_loop()
    for gone in [each for each in _watchers if each.is_closed()]:
        del _watchers[gone]
    return _watchers.setdefault(loop, Watcher())
