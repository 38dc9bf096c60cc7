"""A trajectory to take along, from its page."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from themis.trajectories import blobs
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def address(trajectory: Trajectory, query: str = "") -> str:
    return reverse("trajectories:export", args=[trajectory.pk]) + query


@pytest.mark.parametrize(("kind", "field"), [("themis", "themis"), ("atif", "schema_version")])
def test_a_mate_gets_the_zip_of_either_format(
    as_mate: Client, trajectory: Trajectory, kind: str, field: str
) -> None:
    response = as_mate.get(address(trajectory, f"?format={kind}"))
    name = f'attachment; filename="{trajectory.pk}-{kind}.zip"'
    assert (response.status_code, response["Content-Disposition"]) == (200, name)
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert field in json.loads(archive.read(f"{trajectory.pk}/trajectory.json"))
    response.close()


def test_the_page_offers_both(as_mate: Client, trajectory: Trajectory) -> None:
    page = as_mate.get(reverse("trajectories:detail", args=[trajectory.pk])).content.decode()
    for kind in ("themis", "atif"):
        assert f'href="{address(trajectory)}?format={kind}" download' in page


def test_a_stranger_gets_404(as_stranger: Client, trajectory: Trajectory) -> None:
    assert as_stranger.get(address(trajectory)).status_code == 404


def test_anonymous_is_asked_to_sign_in(client: Client, trajectory: Trajectory) -> None:
    assert client.get(address(trajectory)).status_code == 302


def test_a_format_there_is_not_is_404(as_mate: Client, trajectory: Trajectory) -> None:
    assert as_mate.get(address(trajectory, "?format=pickle")).status_code == 404


def test_a_lost_picture_is_404(as_mate: Client, trajectory: Trajectory) -> None:
    blobs.path_of(trajectory.recording.screens[0].digest).unlink()
    assert as_mate.get(address(trajectory)).status_code == 404
