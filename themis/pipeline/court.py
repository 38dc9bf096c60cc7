"""Judging one run, and the one event loop of a process on which all judging happens.

One loop a process keeps an endpoint's slots, its connections and its cache of encoded screens in
one place, whether a worker's threads or a command ask.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.utils import timezone

from themis.critic import loader
from themis.critic.contract import Case, Critic, VisionModel
from themis.critic.models.absent import Absent
from themis.domain.errors import ThemisError
from themis.domain.verdict import Finding
from themis.pipeline import critics, endpoints, flow, owner, paying, progress, standings
from themis.pipeline.clerk import Clerk
from themis.pipeline.clients import Clients
from themis.pipeline.docket import DatabaseDocket
from themis.pipeline.models import Run
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts
from themis.verdicts.models import Verdict

log = logging.getLogger(__name__)
T = TypeVar("T")


class Court:
    """The judging loop of this process, in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self.clerk = Clerk(self._loop)
        self._clients = Clients()
        self._thread = threading.Thread(target=self._loop.run_forever, name="court", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run something on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Let go of connections and end the loop. What was judging stays open in the database."""
        self.run(self._let_go())
        self.clerk.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def judge(self, run: Run) -> None:
        """Take a claimed run to its end; what breaks is written down, not raised."""
        beating = asyncio.create_task(self._beat(run))
        try:
            await self._judge(run)
        except ThemisError as error:
            await self._break(run, str(error))
        except Exception as error:
            log.exception("run %s broke", run.pk)
            await self._break(run, f"{type(error).__name__} inside Themis; its log says where")
        finally:
            beating.cancel()
        await self._paid(run)
        await self._announce(run)

    async def _judge(self, run: Run) -> None:
        seat = await self.clerk.do(partial(_seated, run))
        docket = DatabaseDocket(seat.verdict, clerk=self.clerk, changed=lambda: self._announce(run))
        model = await self._model_of(seat)
        try:
            finding = await seat.critic.judge(seat.case, model, docket)
        finally:
            await docket.close()
        await self.clerk.do(partial(_concluded, run, seat.verdict, finding, docket.seconds))

    async def _break(self, run: Run, cause: str) -> None:
        await self.clerk.do(partial(_write_down, run, cause))

    async def _model_of(self, seat: _Seat) -> VisionModel:
        """The models a critic may ask, once one takes calls: an outage must not break the queue."""
        if not seat.models or not seat.critic.uses_model:
            return Absent()
        roster = self._clients.roster_of(seat.models)
        await roster.ready(seat.asked)
        return roster

    async def _paid(self, run: Run) -> None:
        """Settle what waited for the run; what breaks here, the next sweep goes on with."""
        try:
            await self.clerk.do(partial(paying.run_ended, run.pk, timezone.now()))
        except Exception:
            log.exception("requests that waited for run %s are left to the sweep", run.pk)

    async def _beat(self, run: Run) -> None:
        while True:
            await asyncio.sleep(owner.BEAT.total_seconds())
            await self.clerk.do(partial(flow.beat, run=run, at=timezone.now()))

    async def _announce(self, run: Run) -> None:
        await progress.announce(run, run.trajectory.team_id)

    async def _let_go(self) -> None:
        await self._clients.aclose()


_courts: list[Court] = []
_opening = threading.Lock()


def court() -> Court:
    """This process's court, opened when it is first asked for."""
    with _opening:
        if not _courts:
            _courts.append(Court())
        return _courts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seat:
    """Who judges what with whose help, and the verdict it is written to."""

    critic: Critic
    models: endpoints.Models
    asked: tuple[str, ...]  # the names of those that it asks
    case: Case
    verdict: Verdict


def _seated(run: Run) -> _Seat:
    run.refresh_from_db(fields=["verdict"])  # what was written may have been undone since
    team = run.trajectory.team
    models = endpoints.models_of(team)
    name = run.critic or loader.default_name(endpoints.DEFAULT in models)
    given = critics.given(team)
    critic = loader.critic(name, given)
    asked = loader.models_asked(name, given)
    served = endpoints.served(models, asked)
    case, sight = _called(run)
    bench = flow.bench_of(critic, served)
    run.verdict = flow.seat(run=run, bench=bench, sight=sight, at=timezone.now())
    return _Seat(critic=critic, models=models, asked=asked, case=case, verdict=run.verdict)


def _called(run: Run) -> tuple[Case, verdicts.Sight]:
    """The case as it stands now that the run is claimed, and how much of it that is."""
    # Not kept on the run: what was read is large, and of it the case alone is needed.
    row = Trajectory.objects.get(pk=run.trajectory_id)
    case = trajectories.case_of(row)
    return case, verdicts.Sight(
        n_steps=len(case.trajectory.steps),
        digest=trajectories.digest_of_case(case),
        provisional=row.is_open,
    )


def _concluded(run: Run, verdict: Verdict, finding: Finding, seconds: float) -> None:
    at = timezone.now()
    with standings.once():
        verdicts.give(verdict=verdict, finding=finding, seconds=seconds, at=at)
        flow.finish(run=run, at=at)


def _write_down(run: Run, cause: str) -> None:
    verdict: Verdict | None = run.verdict
    if verdict is not None:
        verdicts.break_off(verdict=verdict, cause=cause, at=timezone.now())
    flow.fail(run=run, cause=cause, at=timezone.now())
