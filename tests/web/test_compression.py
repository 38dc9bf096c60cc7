"""What is sent compressed, and what is not."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from themis.trajectories.models import Trajectory
from themis.web import pictures

pytestmark = pytest.mark.django_db
ASKED = {"accept-encoding": "gzip"}


def test_a_page_is_compressed_for_who_can_read_that(
    as_owner: Client, trajectory: Trajectory
) -> None:
    address = reverse("trajectories:detail", args=[trajectory.pk])
    plain, packed = as_owner.get(address), as_owner.get(address, headers=ASKED)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert trajectory.instruction.encode() in gzip.decompress(packed.content)


def test_a_picture_is_left_as_it_is(as_owner: Client, trajectory: Trajectory) -> None:
    response = as_owner.get(pictures.address_of(trajectory, 0), headers=ASKED)
    assert response.status_code == 200
    assert "Content-Encoding" not in response
