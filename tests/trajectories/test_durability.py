"""A row never refers to a picture that a crash could take."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.trajectories import blobs, services
from themis.trajectories.models import Screen

pytestmark = pytest.mark.django_db


def test_files_and_folders_are_synced_before_the_row(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    fsync = os.fsync
    at_insert: list[bool] = []

    def note(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        fsync(handle)

    def are_safe(rows: object, **_: object) -> None:
        paths = [blobs.path_of(screen.digest) for screen in Screen.objects.all()]
        needed = {*paths, *(path.parent for path in paths), blobs.folder_of("screens")}
        at_insert.append(bool(paths) and {path.stat().st_ino for path in needed} <= synced)

    monkeypatch.setattr(os, "fsync", note)
    services.stored.connect(are_safe)
    try:
        stories.stored(team)
    finally:
        services.stored.disconnect(are_safe)
    assert at_insert == [True]


def test_a_draft_is_nowhere_until_it_is_published(tmp_path: Path) -> None:
    digest = blobs.digest_of(b"picture")
    draft = blobs.draft(b"picture", tmp_path)
    assert not blobs.path_of(digest).exists()
    blobs.publish({digest: draft})
    assert blobs.read(digest) == b"picture"
    assert not draft.exists()
