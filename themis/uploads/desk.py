"""Writes of uploads while they are read: who reads, how far, and what became of each item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from themis.domain import wire
from themis.trajectories.models import Trajectory
from themis.uploads import services
from themis.uploads.models import Item, Kind, Status, Upload

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one item."""

    kind: Kind
    source: str
    trajectory: Trajectory | None = None
    error: str = ""


def claim(*, upload: Upload, owner: str, at: datetime) -> bool:
    """Take a waiting upload for a process; False if another came first."""
    taken = Upload.objects.filter(pk=upload.pk, status=Status.WAITING).update(
        status=Status.READING, owner=owner, beat_at=at, attempts=upload.attempts + 1, n_read=0
    )
    return taken == 1


def beat(*, upload: Upload, owner: str, at: datetime) -> bool:
    """Say that a process still reads; False if the upload was cancelled or taken away."""
    reading = Upload.objects.filter(pk=upload.pk, status=Status.READING, owner=owner)
    return reading.update(beat_at=at) == 1


def give_back(*, upload: Upload, at: datetime) -> bool:
    """Put an upload whose process died back in the queue; ended if it died of it time and again."""
    reading = Upload.objects.filter(pk=upload.pk, status=Status.READING, owner=upload.owner)
    if upload.attempts >= MOST_ATTEMPTS:
        return services.end(
            upload_id=upload.pk,
            status=Status.DONE,
            was=(Status.READING,),
            at=at,
            cause=f"Themis ended {upload.attempts} times while it read this; "
            "bring in less at a time, or leave out the item that was read last",
        )
    return reading.update(status=Status.WAITING, owner="", beat_at=None) == 1


def going_on(*, upload: Upload, owner: str, n_read: int, current: str, found: int | None) -> bool:
    """Note how far the reading is; False if the upload was cancelled or taken away."""
    reading = Upload.objects.filter(pk=upload.pk, status=Status.READING, owner=owner)
    moved = reading.update(n_read=n_read, current=wire.clean(current)[-1000:], n_found=found)
    return moved == 1


def record(*, upload: Upload, number: int, result: Result) -> None:
    """Keep what became of an item; the first word on a number stands."""
    Item.objects.get_or_create(
        upload=upload,
        number=number,
        defaults={
            "kind": result.kind,
            "source": wire.clean(result.source)[-1000:],
            "trajectory": result.trajectory,
            "error": wire.clean(result.error),
        },
    )


def finish(*, upload: Upload, at: datetime, cause: str = "") -> bool:
    """Mark an upload as read and delete its files; False if it was cancelled meanwhile."""
    return services.end(
        upload_id=upload.pk, status=Status.DONE, was=(Status.READING,), at=at, cause=cause
    )
