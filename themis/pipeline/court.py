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
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import connections
from django.utils import timezone

from themis.critic.contract import Case, Critic, VisionModel
from themis.critic.models.absent import Absent
from themis.domain.errors import ThemisError
from themis.pipeline import critics, endpoints, flow, owner, progress
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
        self._clients = Clients()
        self._thread = threading.Thread(target=self._loop.run_forever, name="court", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run something on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Let go of connections and end the loop. What was judging stays open in the database."""
        self.run(self._let_go())
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
        await self._announce(run)

    async def _judge(self, run: Run) -> None:
        sitting = await database_sync_to_async(_who_sits)(run)
        critic = sitting.critic
        model = await self._model_of(critic, sitting.models)
        case, sight = await database_sync_to_async(_called)(run)
        verdict = await database_sync_to_async(flow.seat)(
            run=run, bench=flow.bench_of(critic, sitting.served), sight=sight, at=timezone.now()
        )
        run.verdict = verdict
        docket = DatabaseDocket(verdict, changed=lambda: self._announce(run))
        finding = await critic.judge(case, model, docket)
        await database_sync_to_async(verdicts.give)(
            verdict=verdict, finding=finding, seconds=docket.seconds, at=timezone.now()
        )
        await database_sync_to_async(flow.finish)(run=run, at=timezone.now())

    async def _break(self, run: Run, cause: str) -> None:
        await database_sync_to_async(_write_down)(run, cause)

    async def _model_of(self, critic: Critic, models: endpoints.Models) -> VisionModel:
        """The models a critic may ask, once one takes calls: an outage must not break the queue."""
        if not models or not critic.uses_model:
            return Absent()
        roster = self._clients.roster_of(models)
        await roster.ready()
        return roster

    async def _beat(self, run: Run) -> None:
        while True:
            await asyncio.sleep(owner.BEAT.total_seconds())
            await database_sync_to_async(flow.beat)(run=run, at=timezone.now())

    async def _announce(self, run: Run) -> None:
        await progress.announce(run, run.trajectory.team_id)

    async def _let_go(self) -> None:
        await self._clients.aclose()
        await database_sync_to_async(connections.close_all)()


_courts: list[Court] = []
_opening = threading.Lock()


def court() -> Court:
    """This process's court, opened when it is first asked for."""
    with _opening:
        if not _courts:
            _courts.append(Court())
        return _courts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Who judges a run, and whom they may ask."""

    critic: Critic
    models: endpoints.Models
    served: str  # the models that it asks, as their servers know them


def _who_sits(run: Run) -> Sitting:
    team = run.trajectory.team
    name = run.critic or flow.default_critic(team)
    models = endpoints.models_of(team)
    asked = critics.models_asked(team, name)
    return Sitting(
        critic=critics.critic_of(team, name),
        models=models,
        served=endpoints.served(models, asked),
    )


def _called(run: Run) -> tuple[Case, verdicts.Sight]:
    """The case as it stands now that the run is claimed, and how much of it that is."""
    run.trajectory = Trajectory.objects.select_related("team").get(pk=run.trajectory_id)
    case = trajectories.case_of(run.trajectory)
    return case, verdicts.Sight(
        n_steps=len(case.trajectory.steps),
        digest=trajectories.digest_of_case(case),
        provisional=run.trajectory.is_open,
    )


def _write_down(run: Run, cause: str) -> None:
    verdict: Verdict | None = run.verdict
    if verdict is not None:
        verdicts.break_off(verdict=verdict, cause=cause, at=timezone.now())
    flow.fail(run=run, cause=cause, at=timezone.now())
