"""Judging many trajectories from one command: each gets a run of its own, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.utils import timezone

from themis.pipeline import flow, owner, standings
from themis.pipeline.court import Court
from themis.pipeline.models import Run, Status
from themis.trajectories.models import Trajectory

LOOK_AGAIN = 0.5  # seconds between looks at a run that another process works on


async def judge_each(
    trajectories: Iterable[str],
    *,
    critic: str,
    court: Court,
    at_a_time: int,
    ended: Callable[[Run], None],
) -> None:
    """Judge trajectories by id, at most so many at a time, and tell of each run as it ends."""
    places = asyncio.Semaphore(at_a_time)

    async def judge(trajectory_id: str) -> None:
        async with places:
            ended(await _judge(trajectory_id, critic, court))

    async with asyncio.TaskGroup() as group:
        for trajectory_id in trajectories:
            group.create_task(judge(trajectory_id))


async def _judge(trajectory_id: str, critic: str, court: Court) -> Run:
    run, is_ours = await court.clerk.do(partial(_take, trajectory_id, critic, timezone.now()))
    if is_ours:
        await court.judge(run)
    run = await court.clerk.do(partial(_reload, run))
    while run.is_active:
        await asyncio.sleep(LOOK_AGAIN)
        if run.status == Status.WAITING or owner.is_gone(
            run.owner, beat_at=run.beat_at, at=timezone.now()
        ):
            await court.clerk.do(partial(flow.recover, at=timezone.now()))
            return await _judge(trajectory_id, critic, court)
        run = await court.clerk.do(partial(_reload, run))
    return run


def _take(trajectory_id: str, critic: str, at: datetime) -> tuple[Run, bool]:
    """The run to wait for, the waiting one or a new one, and whether it is this process's now."""
    row = Trajectory.objects.select_related("team").defer("payload").get(pk=trajectory_id)
    with standings.once():
        run = flow.submit(trajectory=row, critic=critic, at=at)
        is_ours = flow.claim(run=run, at=at)
    run.trajectory = row
    return run, is_ours


def _reload(run: Run) -> Run:
    rows = Run.objects.select_related("trajectory__team", "verdict")
    return rows.defer("trajectory__payload", "verdict__finding").get(pk=run.pk)
