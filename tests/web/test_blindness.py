"""Who reviews blind learns nothing of the machine and of others: not by page, API or socket."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections.abc import Iterator
from typing import cast

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests import stories
from tests.conftest import client_of
from tests.reviews import scenes
from tests.web import routes, telltales
from tests.web.telltales import Scene
from themis.accounts.models import Role, Team, User
from themis.live.urls import routes as live
from themis.pipeline import progress
from themis.reviews import blindness
from themis.reviews.models import HoldState

ROLES = list(Role)
SEEING = [role for role in ROLES if role != Role.ANNOTATOR]


class _Undone(Exception):
    """Takes back what a POST has changed."""


def told(response: HttpResponseBase) -> list[str]:
    """What of the machine's and others' words a response gives away, in body and headers."""
    if isinstance(response, StreamingHttpResponse):
        body = b"".join(cast("Iterator[bytes]", response.streaming_content))
    else:
        body = cast(HttpResponse, response).content
    text = body.decode("utf-8", "replace") + repr(sorted(response.headers.items()))
    return [each for each in telltales.TOLD if each in text]


def leaks(scene: Scene, client: Client, under: str = "/") -> list[str]:
    """Every address that gives something away, asked for in each way."""
    found = []
    for address in routes.addresses(scene.values):
        if not address.startswith(under):
            continue
        for way, response in _answers(client, address, scene.query):
            if words := told(response):
                found.append(f"{way} {address}: {words}")
    return found


def _answers(client: Client, url: str, query: str) -> Iterator[tuple[str, HttpResponseBase]]:
    signed_in = copy.deepcopy(client.cookies)
    yield "GET", client.get(url)
    yield "GET with all that can be asked", client.get(url + query)
    yield "a part of", client.get(url + query, headers={"HX-Request": "true"})
    with contextlib.suppress(_Undone), transaction.atomic():
        yield "POST", client.post(url)
        raise _Undone
    client.cookies = signed_in  # a POST may have signed out


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.ADMIN])  # who may least, and most
def test_no_address_gives_anything_away(team: Team, role: Role) -> None:
    scene = telltales.scene(team, role=role)
    assert leaks(scene, client_of(scene.blind)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["page", "data", "header"])
def test_the_walk_finds_a_new_address_that_leaks(team: Team, settings: Settings, kind: str) -> None:
    settings.ROOT_URLCONF = "tests.web.leaky"
    scene = telltales.scene(team, role=Role.ADMIN)
    assert leaks(scene, client_of(scene.blind), under=f"/leak/{kind}/")


@pytest.mark.django_db
def test_the_walk_sees_every_word_there_is(team: Team) -> None:
    """Or its silence would mean nothing: to somebody who is not blind all of it is told."""
    scene = telltales.scene(team, role=Role.ANNOTATOR)
    client = client_of(scenes.person(team, "open-eyes", Role.MANAGER))
    page = reverse("trajectories:detail", args=[scene.trajectory.pk])
    turn = reverse("verdicts:turn", args=[scene.verdict.pk, scene.turn.pk])
    seen = {*told(client.get(page)), *told(client.get(turn))}
    machine = {"reason", "feedback", "why", "claim", "quote", "objection", "judgement"}
    assert {telltales.word(each) for each in (*machine, "reply", "parsed", "model")} <= seen
    assert {"87 %", 'data-state="missed"'} <= seen


@pytest.mark.django_db
@pytest.mark.parametrize("role", SEEING)
def test_pages_open_again_once_nothing_is_left(team: Team, role: Role) -> None:
    scene = telltales.scene(team, role=role)
    client = client_of(scene.blind)
    page = reverse("trajectories:detail", args=[scene.trajectory.pk])
    assert client.get(page).status_code == 403
    scene.hold.state = HoldState.SUBMITTED
    scene.hold.save()
    assert telltales.word("reason") in client.get(page).content.decode()


@pytest.mark.django_db
def test_the_closed_page_says_why_and_how_to_go_on(team: Team) -> None:
    scene = telltales.scene(team, role=Role.ENGINEER)
    page = client_of(scene.blind).get(reverse("trust:index")).content.decode()
    assert "Closed while you review" in page
    assert scene.queue.name in page
    assert reverse("review:stop", args=[scene.queue.pk]) in page
    assert "Go on reviewing" in page


@pytest.mark.django_db
def test_who_stops_reviewing_sees_again_and_gives_back_what_they_held(team: Team) -> None:
    scene = telltales.scene(team, role=Role.MANAGER)
    client, stop = client_of(scene.blind), reverse("review:stop", args=[scene.queue.pk])
    assert "Stop for good" in client.get(stop).content.decode()
    assert client.get(reverse("home:index")).status_code == 403  # asking alone stops nothing
    assert client.post(stop).status_code == 302
    assert client.get(reverse("home:index")).status_code == 200
    scene.item.refresh_from_db()
    scene.hold.refresh_from_db()
    assert (scene.item.n_taken, scene.hold.state) == (1, HoldState.RELEASED)


@pytest.mark.django_db
def test_a_part_of_an_open_page_has_the_page_looked_at_anew(team: Team) -> None:
    scene = telltales.scene(team, role=Role.MANAGER)
    court = reverse("verdicts:court", args=[scene.trajectory.pk])
    response = client_of(scene.blind).get(court, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"], response.content) == (403, "true", b"")


@pytest.mark.django_db
def test_nothing_is_closed_by_an_open_queue_or_by_one_that_is_over(team: Team) -> None:
    scene = telltales.scene(team, role=Role.MANAGER)
    assert blindness.closed_to(scene.blind, team, Role.MANAGER) == scene.queue
    for change in ({"is_blind": False}, {"is_blind": True, "state": "closed"}):
        type(scene.queue).objects.filter(pk=scene.queue.pk).update(**change)
        assert blindness.closed_to(scene.blind, team, Role.MANAGER) is None


@pytest.mark.django_db
def test_a_pause_opens_nothing(team: Team) -> None:
    scene = telltales.scene(team, role=Role.MANAGER)
    type(scene.queue).objects.filter(pk=scene.queue.pk).update(state="paused")
    assert blindness.closed_to(scene.blind, team, Role.MANAGER) == scene.queue


@pytest.mark.django_db
def test_a_seat_with_free_items_closes_and_one_with_others_items_does_not(team: Team) -> None:
    queue = scenes.queue(team, reviewers=1)
    item = scenes.item(queue, stories.stored(team))
    appointed = scenes.person(team, "mia", Role.MANAGER)
    scenes.seated(queue, appointed)
    assert blindness.closed_to(appointed, team, Role.MANAGER) == queue
    scenes.held(item, scenes.person(team, "bea"))
    assert blindness.closed_to(appointed, team, Role.MANAGER) is None


@pytest.mark.django_db
def test_an_annotator_is_blind_to_a_run_until_they_have_decided_it(team: Team) -> None:
    scene = telltales.scene(team, role=Role.ANNOTATOR)
    assert blindness.is_blind_to(scene.blind, scene.trajectory)
    assert not blindness.is_blind_to(scene.others, scene.trajectory)


@pytest.mark.django_db
def test_a_manager_is_blind_to_the_runs_of_their_queue_alone(team: Team) -> None:
    scene = telltales.scene(team, role=Role.MANAGER)
    elsewhere = stories.stored(team, instruction="Another run")
    assert blindness.is_blind_to(scene.blind, scene.trajectory)
    assert not blindness.is_blind_to(scene.blind, elsewhere)


@pytest.fixture
def layer() -> Iterator[None]:
    """A channel layer of the test's own."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


def socket(path: str, user: User) -> WebsocketCommunicator:
    communicator = WebsocketCommunicator(live, path)
    cast("dict[str, object]", communicator.scope)["user"] = user
    return communicator


async def _heard(path: str, scene: Scene) -> str:
    """All that one socket tells while the run changes."""
    communicator = socket(path, scene.blind)
    connected, _ = await communicator.connect()
    heard = ""
    if connected:
        await progress.tell(scene.trajectory.pk, scene.queue.team_id)
        while not await communicator.receive_nothing(timeout=0.05):
            heard += str(await communicator.receive_output())
        await communicator.disconnect()
    return heard


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("role", ROLES)
async def test_no_socket_gives_anything_away(team: Team, role: Role) -> None:
    scene = await sync_to_async(telltales.scene)(team, role=role)
    paths = await sync_to_async(lambda: sorted(set(routes.sockets(live, scene.values))))()
    for path in paths:
        heard = await _heard(path, scene)
        assert not [each for each in telltales.TOLD if each in heard], path


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("role", ROLES)
async def test_sockets_of_pages_that_are_closed_refuse(team: Team, role: Role) -> None:
    scene = await sync_to_async(telltales.scene)(team, role=role)
    for path in ("/live/", f"/live/trajectories/{scene.trajectory.pk}/"):
        assert await socket(path, scene.blind).connect() == (False, 4403)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("layer")
async def test_a_socket_that_was_open_closes_when_its_owner_sits_down_blind(team: Team) -> None:
    queue = await sync_to_async(scenes.queue)(team)
    run = await sync_to_async(stories.stored)(team)
    await sync_to_async(scenes.item)(queue, run)
    manager = await sync_to_async(scenes.person)(team, "mia", Role.MANAGER)
    communicator = socket("/live/", manager)
    await communicator.connect()
    await progress.tell(run.pk, team.pk)
    assert await communicator.receive_json_from() == {"changed": run.pk}
    await sync_to_async(scenes.seated)(queue, manager)
    await progress.tell(run.pk, team.pk)
    closed = await asyncio.wait_for(communicator.receive_output(), 2)
    assert closed == {"type": "websocket.close", "code": 4403}
