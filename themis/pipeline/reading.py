"""Uploads that are whole: laid out, read item by item, queued for judging; again after a kill."""

from __future__ import annotations

import dataclasses
import errno
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from themis.domain.errors import UnreadableTrajectory
from themis.formats import registry
from themis.pipeline import flow, owner, progress
from themis.pipeline.models import Run
from themis.trajectories import uploads as folders
from themis.trajectories.incoming.unpack import Kept, unopened
from themis.trajectories.ingest import WHOLE, Bringer, How, PassedOver, Refused, Stored, ingest
from themis.trajectories.models import Trajectory
from themis.uploads import desk, services, store
from themis.uploads.desk import Result
from themis.uploads.models import UNDER_WAY, Kind, Status, Upload

log = logging.getLogger(__name__)

BATCH = 8  # recordings stored at a time: somebody looks on
QUIET = 0.4  # seconds between two hints to pages


class _Gone(Exception):
    """The upload was cancelled, or another process has it."""


def read(upload: Upload, *, queue: Callable[[Run], None]) -> None:
    """Take a waiting upload to its end, if no other process has it; what breaks is written down.

    `queue` tells a worker of a new run.
    """
    me = owner.this_process()
    if not desk.claim(upload=upload, owner=me, at=timezone.now()):
        return
    cause = ""
    with _beating(upload, me):
        try:
            _Reading(upload, me, queue).read()
        except _Gone:
            return
        except OSError as error:
            if error.errno != errno.ENOSPC:
                log.exception("upload %s broke", upload.pk)
            cause = f"the server's disk did not take it ({error.strerror}); tell who runs it"
        except Exception as error:
            log.exception("upload %s broke", upload.pk)
            cause = f"{type(error).__name__} inside Themis; its log says where"
    desk.finish(upload=upload, at=timezone.now(), cause=cause)
    progress.announce_upload_now(upload.pk, upload.team_id)


def sweep(*, at: datetime) -> None:
    """Put uploads whose process died back in the queue; end those that nobody goes on with."""
    for upload in Upload.objects.filter(status=Status.READING):
        if owner.is_gone(upload.owner, beat_at=upload.beat_at, at=at):
            desk.give_back(upload=upload, at=at)
    services.expire(before=at - timedelta(seconds=settings.UPLOAD_KEEP), at=at)
    under_way = Upload.objects.filter(status__in=UNDER_WAY).values_list("pk", flat=True)
    store.sweep(keep=set(under_way), older_than=settings.UPLOAD_KEEP)


class _Reading:
    """One passage through the items of an upload."""

    def __init__(self, upload: Upload, me: str, queue: Callable[[Run], None]) -> None:
        self._upload = upload
        self._me = me
        self._told = 0.0
        self._queue = queue
        self._number = 0
        self._names: list[str] = []

    def read(self) -> None:
        upload = self._upload
        with folders.kept(_parts(upload), store.folder_of(upload.pk)) as (folder, complaints):
            self._names = [""] * len(complaints) + _found(folder)
            for complaint in complaints:
                self._go_on()
                source = complaint.partition(":")[0]
                self._note(Result(kind=Kind.REFUSED, source=source, error=complaint))
            if any(folder.iterdir()):
                self._ingest(folder)

    def _ingest(self, folder: Path) -> None:
        upload = self._upload
        # The same moment at every attempt: by it a second one knows what the first has stored.
        at = upload.closed_at or upload.created_at
        bringer = Bringer(team=upload.team, by=upload.created_by, at=at, root=folder)
        self._go_on()
        for result in ingest(folder, bringer, How(batch=BATCH)):
            self._note(_explained(self._judged(result, at), folder))
            self._go_on()

    def _judged(self, result: Stored | Refused, at: datetime) -> Result:
        if isinstance(result, Refused):
            kind = Kind.PASSED_OVER if isinstance(result, PassedOver) else Kind.REFUSED
            return Result(kind=kind, source=result.source, error=result.error)
        row = result.trajectory
        is_ours = result.is_new or _is_of(row, self._upload, result.source, at)
        if is_ours and not Run.objects.filter(trajectory=row).exists():
            self._queue(flow.submit(trajectory=row, at=timezone.now()))
        kind = Kind.STORED if is_ours else Kind.KNOWN
        return Result(kind=kind, source=result.source, trajectory=row)

    def _note(self, result: Result) -> None:
        number = self._upload.n_unsafe + self._number
        desk.record(upload=self._upload, number=number, result=result)
        self._number += 1

    def _go_on(self) -> None:
        """Say which item comes; pages are told now and then."""
        current = self._names[self._number] if self._number < len(self._names) else ""
        is_ours = desk.going_on(
            upload=self._upload,
            owner=self._me,
            n_read=self._number,
            current=current,
            found=max(len(self._names), self._number) or None,
        )
        if not is_ours:
            raise _Gone
        if time.monotonic() - self._told > QUIET:
            self._told = time.monotonic()
            progress.announce_upload_now(self._upload.pk, self._upload.team_id)


def _parts(upload: Upload) -> list[Kept]:
    kept = []
    for part in upload.parts.all():
        path = store.path_of(upload.pk, part.number)
        if part.size == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        kept.append(Kept(part.name, path))
    return kept


def _found(folder: Path) -> list[str]:
    """The items in the order in which they will be read, for show; empty if they cannot be told."""
    try:
        return [str(each.source.relative_to(folder)) for each in registry.find(folder)]
    except UnreadableTrajectory:
        return []


def _is_of(row: Trajectory, upload: Upload, source: str, at: datetime) -> bool:
    """Whether an attempt that died has stored this row from the same item."""
    is_same = row.created_at == at and row.created_by_id == upload.created_by_id
    return is_same and row.source == source[-1000:]


def _explained(result: Result, folder: Path) -> Result:
    """A refusal of everything, with the archives that nobody opened, if there are any."""
    inside = unopened(folder) if result.source == WHOLE and result.error else []
    if not inside:
        return result
    hint = f"{', '.join(inside)} stayed packed: archives within archives are not opened"
    return dataclasses.replace(result, error=f"{result.error}. {hint}; bring them by themselves")


@contextmanager
def _beating(upload: Upload, me: str) -> Iterator[None]:
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(owner.BEAT.total_seconds()):
            close_old_connections()
            desk.beat(upload=upload, owner=me, at=timezone.now())
        connections.close_all()

    thread = threading.Thread(target=beat, name=f"beat of {upload.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
