"""Pulls of what is settled: one look in the database for all who ask at the same moment.

A key that was revoked opens nothing, an answer that was amended is the new one: what was read is
told again only where the database says that nobody has written since.
Whatever is not a settled answer for its owner is left to the view, which says what it is.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from asgiref.typing import ASGISendCallable, HTTPScope

from themis import callers
from themis.accounts.services import hash_of
from themis.api import limits
from themis.api.front import desk, ledger
from themis.api.front.ledger import Pulled

LOOKS = 2  # at a time: while one is waited for, what the other found is told


@dataclass(frozen=True, slots=True)
class _Asked:
    key: str  # its hash
    request: str
    told: asyncio.Future[Pulled | None]


class _Desk:
    """Gathers what is asked while LOOKS are under way, for the next one."""

    def __init__(self) -> None:
        self._waiting: list[_Asked] = []
        self._n_looking = 0
        self._at_work: set[asyncio.Task[None]] = set()

    async def ask(self, key: str, request: str) -> Pulled | None:
        if self._n_looking < LOOKS:
            return await self._alone(key, request)
        asked = _Asked(key, request, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        return await asked.told

    async def _alone(self, key: str, request: str) -> Pulled | None:
        self._n_looking += 1
        try:
            found = await ledger.pulled((key, request))
            return None if found is None or await _is_too_often(found, 1) else found
        finally:
            if self._waiting:  # whose turn it is now
                task = asyncio.create_task(self._work())
                self._at_work.add(task)
                task.add_done_callback(self._at_work.discard)
            else:
                self._n_looking -= 1

    async def _work(self) -> None:
        try:
            await self._look_for_all()
        finally:
            self._n_looking -= 1

    async def _look_for_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                found = await _looked_up([(each.key, each.request) for each in batch])
            except Exception as error:  # noqa: BLE001  raised again for each who asked
                for each in batch:
                    if not each.told.done():
                        each.told.set_exception(error)
                continue
            for each in batch:
                if not each.told.done():
                    each.told.set_result(found.get((each.key, each.request)))


async def _looked_up(asked: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Pulled]:
    """What is there of what is asked; nothing of a key that asks too often, which the view says."""
    found = await ledger.all_pulled(set(asked))
    one_of = {key: each for (key, _), each in found.items()}
    counts = Counter(key for key, request in asked if (key, request) in found)
    for key, n in counts.items():
        if await _is_too_often(one_of[key], n):
            found = {each: held for each, held in found.items() if each[0] != key}
    return found


async def _is_too_often(held: Pulled, n: int) -> bool:
    return await limits.spend(held.caller.key, held.caller.rate, n) > 0


_counters: dict[asyncio.AbstractEventLoop, _Desk] = {}


async def pull(scope: HTTPScope, request: str, send: ASGISendCallable) -> bool:
    """Send the settled answer of a request; False where there is none for this caller to have."""
    key = callers.key_of(scope)
    if not key:
        return False
    loop = asyncio.get_running_loop()
    counter = _counters.get(loop) or _counters.setdefault(loop, _Desk())
    found = await counter.ask(hash_of(key), request)
    if found is None:
        return False
    if ledger.is_to_be_noted(found.caller.key):
        await desk.read(partial(ledger.note, found.caller.key))
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
