"""Telling whoever watches that something changed. A hint only: the database is the truth."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from redis.exceptions import RedisError

from themis.pipeline.models import Run

log = logging.getLogger(__name__)

AWAY = (OSError, RedisError)  # what a channel layer that cannot be reached raises
PAID = "paid"  # the channel group of those who wait for reward requests
QUIET = 1.0  # seconds between two hints to a queue, of one process


def group_of_trajectory(trajectory_id: str) -> str:
    """The channel group of one trajectory's page."""
    return f"trajectory.{trajectory_id}"


def group_of_team(team_id: int) -> str:
    """The channel group of a team's lists."""
    return f"team.{team_id}"


def group_of_queue(queue_id: int) -> str:
    """The channel group of a queue of the review room."""
    return f"queue.{queue_id}"


def group_of_person(user_id: int) -> str:
    """The channel group of one person's open pages."""
    return f"user.{user_id}"


def group_of_talk(trajectory_id: str) -> str:
    """The channel group of those who look at one trajectory, and of what they say."""
    return f"talk.{trajectory_id}"


async def announce(run: Run, team_id: int) -> None:
    """Tell the pages of a run's trajectory and its team's lists; never raises."""
    await tell(run.trajectory_id, team_id)


async def tell(trajectory_id: str, team_id: int) -> None:
    """Tell the page of a trajectory and its team's lists; never raises."""
    layer = get_channel_layer()
    if layer is None:
        return
    message = {"type": "changed", "trajectory": trajectory_id}
    try:
        for group in (group_of_trajectory(trajectory_id), group_of_team(team_id)):
            await layer.group_send(group, message)
    except AWAY as error:  # the layer is away; pages look for themselves now and then
        log.warning("live update not sent: %s", error)


async def announce_upload(upload_id: str, team_id: int) -> None:
    """Tell a team's lists, and its pages of uploads, that an upload went on; never raises."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.group_send(group_of_team(team_id), {"type": "uploaded", "upload": upload_id})
    except AWAY as error:
        log.warning("live update not sent: %s", error)


async def announce_measuring(measuring_id: int, team_id: int) -> None:
    """Tell a team's pages that work on measurements went on; never raises."""
    layer = get_channel_layer()
    if layer is None:
        return
    message = {"type": "measured", "measuring": str(measuring_id)}
    try:
        await layer.group_send(group_of_team(team_id), message)
    except AWAY as error:
        log.warning("live update not sent: %s", error)


async def announce_queue(queue_id: int) -> None:
    """Tell the pages of a queue that something in it changed; never raises."""
    layer = get_channel_layer()
    if layer is None:
        return
    message = {"type": "reviewed", "queue": str(queue_id)}
    try:
        await layer.group_send(group_of_queue(queue_id), message)
    except AWAY as error:
        log.warning("live update not sent: %s", error)


def announce_queue_now(queue_id: int) -> None:
    """`announce_queue`, from code that is not asynchronous; not again within QUIET seconds.

    Who watches a queue waits at least as long before they look, and so sees what came meanwhile.
    """
    if cache.add(f"queue-told-{queue_id}", True, timeout=QUIET):
        async_to_sync(announce_queue)(queue_id)


def announce_measuring_now(measuring_id: int, team_id: int) -> None:
    """`announce_measuring`, from code that is not asynchronous."""
    async_to_sync(announce_measuring)(measuring_id, team_id)


def announce_upload_now(upload_id: str, team_id: int) -> None:
    """`announce_upload`, from code that is not asynchronous."""
    async_to_sync(announce_upload)(upload_id, team_id)


def announce_now(run: Run, team_id: int) -> None:
    """`announce`, from code that is not asynchronous."""
    async_to_sync(announce)(run, team_id)


def tell_now(trajectory_id: str, team_id: int) -> None:
    """`tell`, from code that is not asynchronous."""
    async_to_sync(tell)(trajectory_id, team_id)


def tell_people_now(user_ids: Iterable[int]) -> None:
    """Tell people's pages that their notices changed; never raises."""
    for user_id in user_ids:
        async_to_sync(_send)(group_of_person(user_id), {"type": "noticed"})


def tell_talk_now(trajectory_id: str) -> None:
    """Tell those who look at a trajectory that the talk about it went on; never raises."""
    async_to_sync(_send)(group_of_talk(trajectory_id), {"type": "commented"})


def topic_of_job(job_id: int | None) -> str:
    """What waits for a job's next event waits for this."""
    return f"job:{job_id}"


def tell_paid_now(rows: Iterable[tuple[str, int | None, int]]) -> None:
    """Tell who waits for reward requests, and the pages of their jobs; never raises.

    Each is a request, its job and its team.
    """
    rows = list(rows)
    if not rows:
        return
    jobs = {(row[1], row[2]) for row in rows if row[1] is not None}
    topics = [*(row[0] for row in rows), *(topic_of_job(job) for job, _ in jobs)]
    async_to_sync(_send)(PAID, {"type": "paid", "topics": " ".join(topics)})
    for job, team in jobs:
        async_to_sync(_send)(group_of_team(team), {"type": "paid", "job": str(job)})


async def _send(group: str, message: dict[str, str]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.group_send(group, message)
    except AWAY as error:
        log.warning("live update not sent: %s", error)
