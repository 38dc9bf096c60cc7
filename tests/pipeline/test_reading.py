"""Reading uploads: every item once, whoever dies in between, and nothing kept for ever."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import stories
from themis.accounts.models import Team
from themis.formats import native
from themis.pipeline import flow, reading, tasks
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory
from themis.uploads import desk, services, store
from themis.uploads.models import Part, Status, Upload
from themis.uploads.services import Announced

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What a kill would be, if it could be caught."""


@pytest.fixture
def upload(team: Team, tmp_path: Path) -> Upload:
    """Three runs, whole and waiting to be read."""
    folder = tmp_path / "runs"
    for number in range(3):
        native.write(stories.recording(instruction=f"Task {number}"), folder / f"run-{number}")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    announced = [Announced(str(path.relative_to(tmp_path)), path.stat().st_size) for path in files]
    found = services.announce(team=team, by=None, files=announced, at=stories.NOW)
    whole = [
        (number, path.stat().st_size, [path.read_bytes()]) for number, path in enumerate(files)
    ]
    services.receive_whole(upload=found, files=whole, at=stories.NOW)
    found.refresh_from_db()
    return found


def killed_after(monkeypatch: pytest.MonkeyPatch, n: int, name: str, module: object) -> None:
    """Let a function be called so many times, and end the process at the next call."""
    real, calls = getattr(module, name), iter(range(n))

    def counted(*args: object, **how: object) -> object:
        if next(calls, None) is None:
            raise Killed
        return real(*args, **how)

    monkeypatch.setattr(module, name, counted)


def go_on(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next process does."""
    monkeypatch.undo()
    Upload.objects.filter(pk=upload.pk).update(owner="elsewhere/1/1", beat_at=None)
    reading.sweep(at=timezone.now())
    tasks.read_waiting()
    upload.refresh_from_db()


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize(
    ("name", "module"), [("record", desk), ("going_on", desk), ("submit", flow)]
)
def test_a_killed_reading_is_gone_on_with_and_every_item_is_there_once(
    upload: Upload, monkeypatch: pytest.MonkeyPatch, n: int, name: str, module: object
) -> None:
    killed_after(monkeypatch, n, name, module)
    try:
        reading.read(upload, queue=lambda _: None)
    except Killed:
        go_on(upload, monkeypatch)
    upload.refresh_from_db()
    assert upload.status == Status.DONE
    assert [(item.source, item.kind) for item in upload.items.all()] == [
        (f"runs/run-{number}", "stored") for number in range(3)
    ]
    assert Trajectory.objects.count() == 3
    assert Run.objects.count() == 3


def test_a_reading_that_kills_time_and_again_is_given_up(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(desk.MOST_ATTEMPTS):
        upload.refresh_from_db()
        desk.claim(upload=upload, owner="elsewhere/1/1", at=stories.NOW)
        Upload.objects.filter(pk=upload.pk).update(beat_at=None)
        reading.sweep(at=timezone.now())
    upload.refresh_from_db()
    assert upload.status == Status.DONE
    assert "3 times" in upload.cause


def test_results_come_a_few_at_a_time(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)
    real, stored = desk.record, []

    def watched(**how: object) -> None:
        stored.append(Trajectory.objects.count())
        real(**how)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "record", watched)
    reading.read(upload, queue=lambda _: None)
    assert stored == [1, 2, 3]


def test_two_processes_do_not_read_one_upload(upload: Upload) -> None:
    assert desk.claim(upload=upload, owner="one", at=stories.NOW)
    assert not desk.claim(upload=upload, owner="two", at=stories.NOW)


def test_cancelling_stops_the_reading(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    real = desk.record

    def cancelled(**how: object) -> None:
        real(**how)  # type: ignore[arg-type]
        services.cancel(upload=upload, at=stories.NOW)

    monkeypatch.setattr(desk, "record", cancelled)
    reading.read(upload, queue=lambda _: None)
    upload.refresh_from_db()
    assert upload.status == Status.CANCELLED
    assert upload.items.count() == 1


def test_what_breaks_inside_is_a_cause_and_not_a_loop(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(reading, "ingest", breaks)
    reading.read(upload, queue=lambda _: None)
    upload.refresh_from_db()
    assert (upload.status, upload.cause.split()[0]) == (Status.DONE, "ZeroDivisionError")


def test_a_full_disk_is_said(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reading, "ingest", full)
    reading.read(upload, queue=lambda _: None)
    upload.refresh_from_db()
    assert "No space left on device" in upload.cause


def test_an_abandoned_upload_expires(team: Team, settings: Settings) -> None:
    files = [Announced("x.zip", 10)]
    upload = services.announce(team=team, by=None, files=files, at=stories.NOW)
    part = Part.objects.select_related("upload").get()
    services.append(part=part, offset=0, pieces=[b"12"], at=stories.NOW)
    reading.sweep(at=stories.NOW + timedelta(seconds=settings.UPLOAD_KEEP - 1))
    upload.refresh_from_db()
    assert upload.status == Status.RECEIVING
    reading.sweep(at=stories.NOW + timedelta(seconds=settings.UPLOAD_KEEP + 1))
    upload.refresh_from_db()
    assert upload.status == Status.EXPIRED
    assert not store.folder_of(upload.pk).exists()


def test_folders_of_dead_processes_are_swept(settings: Settings) -> None:
    left = settings.HOME / "incoming" / "tmpabcdef"
    fresh = settings.HOME / "incoming" / "tmpfresh"
    left.mkdir(parents=True)
    fresh.mkdir()
    long_ago = timezone.now().timestamp() - settings.UPLOAD_KEEP - 60
    os.utime(left, (long_ago, long_ago))
    reading.sweep(at=timezone.now())
    assert (left.exists(), fresh.exists()) == (False, True)
