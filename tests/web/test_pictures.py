"""Pictures are found only at signed addresses, by members of the team they are signed for."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web.walk import pages_of
from themis.accounts.models import User
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict
from themis.web import pictures

pytestmark = pytest.mark.django_db

KINDS = [pictures.SCREEN, pictures.THUMBNAIL]
ADDRESS = re.compile(r"/trajectories/\w{12}/(?:screens|thumbnails)/\d+/[^\s\"'<>]*")


@pytest.mark.parametrize("kind", KINDS)
def test_the_address_is_the_same_every_time(trajectory: Trajectory, kind: str) -> None:
    again = Trajectory.objects.get(pk=trajectory.pk)
    assert pictures.address_of(trajectory, 1, kind) == pictures.address_of(again, 1, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_sees_it(as_mate: Client, trajectory: Trajectory, kind: str) -> None:
    assert as_mate.get(pictures.address_of(trajectory, 1, kind)).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_another_teams_member_gets_404_for_a_signed_address(
    as_stranger: Client, trajectory: Trajectory, kind: str
) -> None:
    assert as_stranger.get(pictures.address_of(trajectory, 1, kind)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_ones_own_team_opens_nothing_of_another(
    as_stranger: Client, stranger: User, trajectory: Trajectory, kind: str
) -> None:
    own_team = stranger.memberships.get().team_id
    forged = Trajectory(pk=trajectory.pk, team_id=own_team)
    assert as_stranger.get(pictures.address_of(forged, 1, kind)).status_code == 404


def test_whoever_is_signed_out_is_asked_to_sign_in(client: Client, trajectory: Trajectory) -> None:
    response = client.get(pictures.address_of(trajectory, 0))
    assert (response.status_code, response["Location"][:13]) == (302, "/login/?next=")


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_that_was_changed_is_404(
    as_mate: Client, trajectory: Trajectory, kind: str
) -> None:
    good = pictures.address_of(trajectory, 1, kind)
    signature = good.rstrip("/").rpartition("/")[2]
    other_kind = KINDS[1 - KINDS.index(kind)]
    changed = [
        good.replace(f"/1/{signature}/", "/1/"),
        good.replace("/1/", "/2/"),
        good.replace(signature, signature.swapcase()),
        good.replace(signature, signature[:10]),
        good.replace(signature, "x"),
        good.replace(f"{kind}s/", f"{other_kind}s/"),
    ]
    for address in changed:
        assert address != good
        assert as_mate.get(address).status_code == 404, address


def test_every_picture_on_every_page_is_signed(as_mate: Client, verdict: Verdict) -> None:
    seen = 0
    for url in pages_of(verdict).values():
        response = as_mate.get(url)
        if not response["Content-Type"].startswith("text/html"):
            continue
        for address in ADDRESS.findall(response.content.decode()):
            seen += 1
            assert as_mate.get(address).status_code == 200, address
    assert seen > 10


def test_a_picture_takes_as_few_queries_as_before(
    as_mate: Client, trajectory: Trajectory, django_assert_num_queries: object
) -> None:
    address = pictures.address_of(trajectory, 0)
    queries = ("session", "user", "team", "screen")
    with django_assert_num_queries(len(queries)):  # type: ignore[operator]
        as_mate.get(address)
