"""Bringing files in by a page."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests import stories
from themis.accounts.models import Team
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db

RUN = {
    "themis": "trajectory/2",
    "instruction": "Open the <b>settings</b>",
    "platform": "web",
    "screens": ["1.png"],
    "steps": [{"before": 0, "actions": [{"type": "click", "point": {"x": 3, "y": 4}}]}],
}
FILES = {"run/trajectory.json": json.dumps(RUN).encode(), "run/1.png": stories.png()}


def bring(client: Client, files: dict[str, bytes]) -> tuple[int, str]:
    uploads = [SimpleUploadedFile(path.split("/")[-1], data) for path, data in files.items()]
    url = reverse("trajectories:upload")
    response = client.post(url, {"files": uploads, "paths": list(files)})
    return response.status_code, response.content.decode()


def test_a_folder_is_stored_and_waits_to_be_judged(as_mate: Client, team: Team) -> None:
    status, body = bring(as_mate, FILES)
    row = Trajectory.objects.get(team=team)
    assert status == 200
    assert f"/trajectories/{row.pk}/" in body
    assert "Open the &lt;b&gt;settings" in body
    assert Run.objects.filter(trajectory=row).exists()


def test_the_same_again_is_known(as_mate: Client) -> None:
    bring(as_mate, FILES)
    assert "known before" in bring(as_mate, FILES)[1]
    assert Trajectory.objects.count() == 1


def test_an_archive_is_unpacked(as_mate: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in FILES.items():
            archive.writestr(path, data)
    assert 'data-kind="stored"' in bring(as_mate, {"runs.zip": packed.getvalue()})[1]


def test_what_cannot_be_read_is_refused_in_a_sentence(as_mate: Client) -> None:
    broken = {**FILES, "run/trajectory.json": b'{"format": "themis", "v": 99}'}
    body = bring(as_mate, broken)[1]
    assert 'data-kind="refused"' in body
    assert "trajectory.json" in body
    assert not Trajectory.objects.exists()


def test_too_much_at_once_is_refused_before_it_is_read(as_mate: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 100
    status, body = bring(as_mate, FILES)
    assert status == 413
    assert "manage.py ingest" in body


def test_nothing_is_said_to_be_nothing(as_mate: Client) -> None:
    assert bring(as_mate, {})[0] == 400
