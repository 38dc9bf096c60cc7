"""Judging one run, and the one event loop of a process on which all judging happens.

One loop a process keeps the endpoint's concurrency limit, its connections and its cache of
encoded screens in one place, whether a worker's threads or a command ask.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import connections
from django.utils import timezone

from themis.critic import loader
from themis.critic.contract import Case, Critic, VisionModel
from themis.critic.models.absent import Absent
from themis.critic.models.local import LocalModel, is_local, local_from
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.domain.errors import ThemisError
from themis.pipeline import endpoints, flow, owner, progress
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
        self._models: dict[endpoints.Endpoint, OpenAICompatible | LocalModel] = {}
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
        endpoint, critic = await database_sync_to_async(_who_sits)(run)
        case, sight = await database_sync_to_async(_called)(run)
        verdict = await database_sync_to_async(flow.seat)(
            run=run, bench=flow.bench_of(critic, endpoint), sight=sight, at=timezone.now()
        )
        run.verdict = verdict
        docket = DatabaseDocket(verdict, changed=lambda: self._announce(run))
        finding = await critic.judge(case, self._model_of(critic, endpoint), docket)
        await database_sync_to_async(verdicts.give)(
            verdict=verdict, finding=finding, seconds=docket.seconds, at=timezone.now()
        )
        await database_sync_to_async(flow.finish)(run=run, at=timezone.now())

    async def _break(self, run: Run, cause: str) -> None:
        await database_sync_to_async(_write_down)(run, cause)

    def _model_of(self, critic: Critic, endpoint: endpoints.Endpoint | None) -> VisionModel:
        if endpoint is None or not critic.uses_model:
            return Absent()
        if endpoint not in self._models and is_local(endpoint.url):
            self._models[endpoint] = local_from(
                endpoint.url, model=endpoint.model, timeout=endpoint.timeout
            )
        elif endpoint not in self._models:
            self._models[endpoint] = OpenAICompatible(
                url=endpoint.url,
                model=endpoint.model,
                key=endpoint.key or None,
                timeout=endpoint.timeout,
                concurrency=endpoint.concurrency,
            )
        return self._models[endpoint]

    async def _beat(self, run: Run) -> None:
        while True:
            await asyncio.sleep(owner.BEAT.total_seconds())
            await database_sync_to_async(flow.beat)(run=run, at=timezone.now())

    async def _announce(self, run: Run) -> None:
        await progress.announce(run, run.trajectory.team_id)

    async def _let_go(self) -> None:
        for model in self._models.values():
            await model.aclose()
        await database_sync_to_async(connections.close_all)()


_courts: list[Court] = []
_opening = threading.Lock()


def court() -> Court:
    """This process's court, opened when it is first asked for."""
    with _opening:
        if not _courts:
            _courts.append(Court())
        return _courts[0]


def _who_sits(run: Run) -> tuple[endpoints.Endpoint | None, Critic]:
    endpoint = endpoints.endpoint_of(run.trajectory.team)
    return endpoint, loader.critic(run.critic or flow.default_critic(run.trajectory.team))


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
