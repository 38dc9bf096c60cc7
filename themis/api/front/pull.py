"""Pulls of what is settled: one look in the database for all who ask at the same moment.

Nothing is cached: a key that was revoked opens nothing, an answer that was amended is the new one.
Whatever is not a settled answer for its owner is left to the view, which says what it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from asgiref.typing import ASGISendCallable, HTTPScope

from themis import callers
from themis.accounts.services import hash_of
from themis.api.front import desk, ledger
from themis.api.front.ledger import Pulled


@dataclass(frozen=True, slots=True)
class _Asked:
    key: str  # its hash
    request: str
    told: asyncio.Future[Pulled | None]


class _Counter:
    """Gathers what is asked while a look is under way, for the next one."""

    def __init__(self) -> None:
        self._waiting: list[_Asked] = []
        self._at_work: asyncio.Task[None] | None = None

    async def ask(self, key: str, request: str) -> Pulled | None:
        asked = _Asked(key, request, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())
        return await asked.told

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                found = await desk.read(partial(_looked_up, batch))
            except Exception as error:  # noqa: BLE001  raised again for each who asked
                for each in batch:
                    if not each.told.done():
                        each.told.set_exception(error)
                continue
            for each in batch:
                if not each.told.done():
                    each.told.set_result(found.get((each.key, each.request)))


def _looked_up(batch: Sequence[_Asked]) -> dict[tuple[str, str], Pulled]:
    return ledger.pulled({(each.key, each.request) for each in batch})


_counters: dict[asyncio.AbstractEventLoop, _Counter] = {}


async def pull(scope: HTTPScope, request: str, send: ASGISendCallable) -> bool:
    """Send the settled answer of a request; False where there is none for this caller to have."""
    key = callers.key_of(scope)
    if not key:
        return False
    loop = asyncio.get_running_loop()
    counter = _counters.get(loop) or _counters.setdefault(loop, _Counter())
    found = await counter.ask(hash_of(key), request)
    if found is None:
        return False
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(found.answer)).encode()),
                (b"etag", found.etag),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
            ],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": found.answer, "more_body": False})
    return True
