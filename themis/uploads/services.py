"""Writes of uploads while they come in. State moves by conditional update."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from themis.accounts.models import Team, User
from themis.domain.errors import UnreadableTrajectory
from themis.trajectories.incoming import names
from themis.uploads import store
from themis.uploads.models import UNDER_WAY, Item, Kind, Part, Status, Upload

BATCH = 1000  # rows at a time


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is to come."""

    name: str  # with its folders
    size: int  # bytes
    stamp: int = 0  # milliseconds, as the browser says


class TakesNoMore(UnreadableTrajectory):
    """The upload is whole, or has ended."""


class OffsetMoved(Exception):
    """Bytes came for another place than where the part ends; it holds where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(f"the part ends at {received}")
        self.received = received


@transaction.atomic
def announce(*, team: Team, by: User | None, files: Sequence[Announced], at: datetime) -> Upload:
    """Open an upload of those files.

    A file whose name cannot be stored is an item that is refused, and is not waited for. Raises
    UnreadableTrajectory where it is too much altogether.
    """
    _check(team, files)
    upload = Upload(
        team=team,
        created_by=by,
        name=_title(files),
        created_at=at,
        touched_at=at,
        n_files=0,
        n_bytes=0,
    )
    parts: list[Part] = []
    refused: list[Item] = []
    for each in files:
        if error := _unsafe(each.name):
            refused.append(_refused(upload, len(refused), names.shown(each.name), error))
        else:
            parts.append(_part(upload, len(parts), each))
    upload.n_files, upload.n_bytes = len(parts), sum(part.size for part in parts)
    upload.n_unsafe = len(refused)
    upload.save(force_insert=True)
    Part.objects.bulk_create(parts, batch_size=BATCH)
    Item.objects.bulk_create(refused, batch_size=BATCH)
    _close_if_whole(upload.pk, at)
    return upload


def receive_whole(
    *, upload: Upload, files: Iterable[tuple[int, int, Iterable[bytes]]], at: datetime
) -> int:
    """Keep whole files by number, size and content; how many were expected and are here now.

    Raises UnreadableTrajectory for a number that was not announced or another size.
    """
    given = list(files)
    _check_takes(upload)
    expected = {
        part.number: part
        for part in Part.objects.filter(upload=upload, number__in=[each[0] for each in given])
    }
    for number, size, pieces in given:
        part = expected.get(number)
        if part is None or part.size != size:
            raise UnreadableTrajectory(
                f"file {number}: not one of {size} bytes that was announced; choose the files again"
            )
        if not part.is_whole:
            store.write(store.path_of(upload.pk, number), offset=0, pieces=pieces)
    with transaction.atomic():
        _touch(upload, at)
        here = Part.objects.filter(upload=upload, number__in=list(expected))
        here.update(received=F("size"), is_whole=True)
        _close_if_whole(upload.pk, at)
    return len(expected)


def append(*, part: Part, offset: int, pieces: Iterable[bytes], at: datetime) -> int:
    """Keep bytes at the end of a part; where it ends now.

    `pieces` may raise at their end what makes them void. Raises OffsetMoved, and
    UnreadableTrajectory for bytes beyond the announced size.
    """
    _check_takes(part.upload)
    if offset != part.received:
        raise OffsetMoved(part.received)
    bounded = _no_more_than(part.size - offset, pieces)
    end = offset + store.write(
        store.path_of(part.upload_id, part.number), offset=offset, pieces=bounded
    )
    with transaction.atomic():
        _touch(part.upload, at)
        moved = Part.objects.filter(pk=part.pk, received=offset).update(
            received=end, is_whole=end == part.size
        )
        if not moved:
            raise _elsewhere(part)
        _close_if_whole(part.upload_id, at)
    return end


@transaction.atomic
def withdraw(*, part: Part, at: datetime) -> None:
    """Do without one part; without its last one, an upload is cancelled."""
    upload = part.upload
    _touch(upload, at)
    store.forget_part(part.upload_id, part.number)
    part.delete()
    if upload.parts.exists():
        upload.n_files, upload.n_bytes = upload.n_files - 1, upload.n_bytes - part.size
        upload.save(update_fields=["n_files", "n_bytes"])
        _close_if_whole(upload.pk, at)
    else:
        cancel(upload=upload, at=at)


def cancel(*, upload: Upload, at: datetime) -> bool:
    """End an upload that is under way; what was stored of it stays. False if it had ended."""
    return end(upload_id=upload.pk, status=Status.CANCELLED, was=UNDER_WAY, at=at)


def expire(*, before: datetime, at: datetime) -> int:
    """End uploads of which no byte has come since; how many there were."""
    silent = Upload.objects.filter(status=Status.RECEIVING, touched_at__lt=before)
    ended = [
        end(upload_id=pk, status=Status.EXPIRED, was=(Status.RECEIVING,), at=at)
        for pk in silent.values_list("pk", flat=True)[:BATCH]
    ]
    return sum(ended)


def end(
    *, upload_id: str, status: Status, was: Sequence[Status], at: datetime, cause: str = ""
) -> bool:
    """Move an upload to its end and delete its files; False if it was not where it `was`."""
    moved = Upload.objects.filter(pk=upload_id, status__in=was).update(
        status=status, ended_at=at, current="", owner="", cause=cause
    )
    if moved:
        Part.objects.filter(upload_id=upload_id).delete()
        store.forget(upload_id)
    return moved == 1


def _check(team: Team, files: Sequence[Announced]) -> None:
    total = sum(each.size for each in files)
    if not files:
        raise UnreadableTrajectory("nothing arrived; choose files or a folder again")
    if len(files) > settings.UPLOAD_FILES:
        raise UnreadableTrajectory(
            f"{len(files):,} files, and at most {settings.UPLOAD_FILES:,} are taken in one go; "
            "bring them in parts, or with `manage.py ingest` on the server"
        )
    if total > settings.UPLOAD_TOTAL:
        raise UnreadableTrajectory(
            f"{total // 2**20:,} MB, and at most {settings.UPLOAD_TOTAL // 2**20:,} MB are taken "
            "in one go; bring it in parts, or with `manage.py ingest` on the server"
        )
    if Upload.objects.filter(team=team, status__in=UNDER_WAY).count() >= settings.UPLOAD_OPEN:
        raise UnreadableTrajectory(
            f"{settings.UPLOAD_OPEN} uploads of the team are under way; finish or cancel one first"
        )


def _title(files: Sequence[Announced]) -> str:
    tops = list(dict.fromkeys(each.name.strip("/").split("/")[0] for each in files))
    first = names.shown(tops[0]) or "files"
    return (first if len(tops) == 1 else f"{first[:150]} and {len(tops) - 1} more")[:200]


def _unsafe(name: str) -> str:
    try:
        names.parts_of(name)
    except UnreadableTrajectory as error:
        return str(error)
    return ""


def _part(upload: Upload, number: int, announced: Announced) -> Part:
    return Part(
        upload=upload,
        number=number,
        name=announced.name,
        size=announced.size,
        stamp=announced.stamp,
        is_whole=announced.size == 0,
    )


def _refused(upload: Upload, number: int, source: str, error: str) -> Item:
    return Item(upload=upload, number=number, kind=Kind.REFUSED, source=source[-1000:], error=error)


def _touch(upload: Upload, at: datetime) -> None:
    """Note that bytes came; refuses them where the upload takes no more."""
    touched = Upload.objects.filter(pk=upload.pk, status=Status.RECEIVING).update(touched_at=at)
    if not touched:
        # They were written after its end had deleted everything: nobody else would.
        if not Upload.objects.filter(pk=upload.pk, status__in=UNDER_WAY).exists():
            store.forget(upload.pk)
        raise _takes_no_more(upload)


def _elsewhere(part: Part) -> OffsetMoved | TakesNoMore:
    """Why bytes found no place: others came first, or the part was withdrawn meanwhile."""
    now = Part.objects.filter(pk=part.pk).first()
    if now is not None:
        return OffsetMoved(now.received)
    store.forget_part(part.upload_id, part.number)
    return TakesNoMore(f"file {part.number} of upload {part.upload_id} was withdrawn")


def _check_takes(upload: Upload) -> None:
    if upload.status != Status.RECEIVING:
        raise _takes_no_more(upload)


def _takes_no_more(upload: Upload) -> TakesNoMore:
    return TakesNoMore(f"upload {upload.pk} takes no more files; it is whole, or it has ended")


def _close_if_whole(upload_id: str, at: datetime) -> None:
    """Hand an upload on to be read when its last byte is here."""
    # Two last parts may come at once: the row's lock lets the second see the first.
    Upload.objects.select_for_update().get(pk=upload_id)
    if not Part.objects.filter(upload_id=upload_id, is_whole=False).exists():
        Upload.objects.filter(pk=upload_id, status=Status.RECEIVING).update(
            status=Status.WAITING, closed_at=at
        )


def _no_more_than(count: int, pieces: Iterable[bytes]) -> Iterable[bytes]:
    for piece in pieces:
        count -= len(piece)
        if count < 0:
            raise UnreadableTrajectory("more bytes than were announced; begin the file anew")
        yield piece
