"""The client for programs that do other things meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import TypeVar

import httpx

from themis.client import asking, submitting
from themis.client.answers import Answer, Event, Json, Settled
from themis.client.asking import Ask, Trajectory
from themis.client.errors import RewardError, Unreachable
from themis.client.patience import Patience
from themis.client.place import Answering, Place, content_of, lost, timeout
from themis.client.stream import SILENCE, Hearing, refusal
from themis.client.submitting import Source, Submission
from themis.client.wire import Flow, Got, Lost, Pause, Send

T = TypeVar("T")


class AsyncThemis:
    """Rewards from one installation, over connections that are kept. One event loop owns it.

    Every call is over after `deadline` seconds, with all its tries, and raises RewardError.
    """

    def __init__(
        self, place: Place | None = None, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.place = place or Place.from_environment()
        self._http = httpx.AsyncClient(
            headers=self.place.headers, limits=self.place.limits, transport=transport
        )

    async def __aenter__(self) -> AsyncThemis:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def reward(
        self,
        trajectory: Trajectory,
        *,
        job: str | None = None,
        policy: Mapping[str, Json] | None = None,
        meta: Mapping[str, Json] | None = None,
        wait: float | None = None,
    ) -> Answer:
        """Settled, or Running where it is not after `wait` seconds (the deadline, if not said)."""
        ask = Ask(trajectory, job or self.place.job, policy=policy, meta=meta)
        patience = Patience(self.place.deadline)
        return await self._run(
            asking.reward(ask, patience, patience.seconds if wait is None else wait)
        )

    async def settled(self, trajectory: Trajectory, *, job: str | None = None) -> Settled:
        """The settled answer; raises StillRunning where there is none at the deadline."""
        return asking.settled(await self.reward(trajectory, job=job), self.place.deadline)

    async def rewards(
        self, asks: Sequence[Ask | Trajectory], *, wait: float | None = None
    ) -> list[Answer | RewardError]:
        """Of each the answer or its error, in order."""
        patience = Patience(self.place.deadline)
        each = asking.asks_of(asks, self.place.job)
        return await self._run(
            asking.rewards(each, patience, patience.seconds if wait is None else wait)
        )

    async def submit(self, source: Source) -> list[Submission]:
        """Bring in what a path or a document holds; it is judged, and nobody waits for that."""
        patience = Patience(self.place.deadline)
        return await self._run(submitting.submission(source, patience))

    async def events(self, job: str | None = None, *, last: int = 0) -> AsyncIterator[Event]:
        """What the job's stream tells behind number `last`, without end.

        A stream that breaks is taken up where it broke. Raises Unreachable where that fails for
        the length of the deadline, and RewardError for what is no matter of time.
        """
        path = asking.stream_of(job or self.place.job)
        hearing = Hearing(last, self.place.deadline)
        while True:
            try:
                async for event in self._listen(path, hearing):
                    yield event
                broken = Unreachable("the stream of events ended")
            except Unreachable as error:
                broken = error
            await asyncio.sleep(hearing.pause(broken))

    async def _listen(self, path: str, hearing: Hearing) -> AsyncIterator[Event]:
        try:
            async with self._http.stream(
                "GET",
                self.place.address(path),
                headers=hearing.reader.headers,
                timeout=timeout(SILENCE),
            ) as response:
                if response.status_code != 200:
                    answering = Answering(SILENCE)
                    answering.take(await response.aread())
                    raise refusal(answering.got(response))
                async for line in response.aiter_lines():
                    if event := hearing.line(line):
                        yield event
        except httpx.TransportError as error:
            raise Unreachable(lost(error).said) from error

    async def _run(self, flow: Flow[T]) -> T:
        outcome: Got | Lost | None = None
        while True:
            try:
                step = flow.send(outcome)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            outcome = await self._do(step)

    async def _do(self, step: Send | Pause) -> Got | Lost | None:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self._exchange(step)
        except httpx.TransportError as error:
            return lost(error)

    async def _exchange(self, send: Send) -> Got:
        content = content_of(send)
        headers = {**send.headers, **content.pop("headers", {})}
        answering = Answering(send.seconds)
        async with self._http.stream(
            send.method,
            self.place.address(send.path),
            headers=headers,
            timeout=timeout(send.seconds),
            **content,
        ) as response:
            async for part in response.aiter_bytes():
                answering.take(part)
        return answering.got(response)
