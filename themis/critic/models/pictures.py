"""Screens in base64: encoded once per digest, off the event loop, in bounded memory."""

from __future__ import annotations

import asyncio
import base64
from collections import OrderedDict

from themis.critic.contract import Image
from themis.domain.errors import CriticFailed

MAX_PICTURE_BYTES = 20 * 1024 * 1024
KEPT_BYTES = 64 * 1024 * 1024


class Pictures:
    """The encoded screens that were asked for last."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._room = kept_bytes
        self._under_way: dict[str, asyncio.Task[bytes]] = {}

    async def encoded(self, image: Image) -> bytes:
        """The screen's file in base64; raises CriticFailed when it cannot be read."""
        digest = image.id
        kept = self._kept.get(digest)
        if kept is not None:
            self._kept.move_to_end(digest)
            return kept
        task = self._under_way.get(digest)
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(_encode, image))
            self._under_way[digest] = task
            task.add_done_callback(lambda done: self._done(digest, done))
        # Several calls may wait for one picture: one that gives up must not take it from others.
        return await asyncio.shield(task)

    def _done(self, digest: str, task: asyncio.Task[bytes]) -> None:
        del self._under_way[digest]
        if task.cancelled() or task.exception() is not None:
            return
        self._kept[digest] = task.result()
        self._room -= len(task.result())
        while self._room < 0:
            self._room += len(self._kept.popitem(last=False)[1])


def _encode(image: Image) -> bytes:
    where = f"screen {image.position + 1}"
    try:
        content = image.read()
    except OSError as error:
        raise CriticFailed(f"{where} cannot be read from the store: {error}") from error
    if len(content) > MAX_PICTURE_BYTES:
        raise CriticFailed(f"{where} is larger than {MAX_PICTURE_BYTES} bytes")
    return base64.b64encode(content)
