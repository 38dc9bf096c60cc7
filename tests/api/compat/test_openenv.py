"""OpenEnv over HTTP and its WebSocket, with messages built from its published types."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator

from tests.api.compat.trainer import WAITS, Rewards, Trainer, ref, told
from themis.accounts.models import ApiKey
from themis.api.compat import openenv, openenv_socket
from themis.asgi import application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
URL = "/compat/openenv"


@pytest.fixture(autouse=True)
def layer() -> Iterator[None]:
    """A channel layer of the test's own, and no session left of another."""
    channel_layers.backends.clear()
    openenv_socket.Session.open_sessions.clear()
    yield
    channel_layers.backends.clear()


class Client:
    """A client that keeps a session open, as `EnvClient` does: without an Origin."""

    def __init__(self, path: str, **headers: str) -> None:
        given = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        given.append((b"host", b"localhost"))
        self.socket = WebsocketCommunicator(application, path, given)

    async def opens(self) -> bool:
        return bool((await self.socket.connect(timeout=5))[0])

    async def says(self, message: object) -> dict[str, Any]:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.socket.send_to(text_data=text)
        return dict(await self.socket.receive_json_from(timeout=5))

    async def steps(self, **action: object) -> dict[str, Any]:
        return await self.says({"type": "step", "data": action})

    async def is_sent_away(self) -> bool:
        return bool((await self.socket.receive_output(timeout=5))["type"] == "websocket.close")


async def opened(trainer: Trainer) -> Client:
    client = Client(f"/k/{trainer.key}{URL}/ws")
    assert await client.opens()
    return client


settled = database_sync_to_async(lambda rewards, *how: rewards.settled(*how))


async def test_published_messages_reset_step_and_close(trainer: Trainer, rewards: Rewards) -> None:
    row = await settled(rewards)
    client = await opened(trainer)
    begun = await client.says({"type": "reset", "data": {"seed": 1, "episode_id": "e-1"}})
    assert (begun["type"], begun["data"]["done"], begun["data"]["reward"]) == (
        "observation",
        False,
        None,
    )
    seen = await client.steps(trajectory=ref(row))
    assert (seen["type"], seen["data"]["reward"], seen["data"]["done"]) == ("observation", 1, True)
    assert seen["data"]["observation"]["outcome"] == "passed"
    state = await client.says({"type": "state"})
    assert state == {"type": "state", "data": {"episode_id": "e-1", "step_count": 1}}
    await client.socket.send_to(text_data='{"type": "close"}')
    assert await client.is_sent_away()


async def test_a_bare_id_or_any_text_names_a_run(trainer: Trainer, rewards: Rewards) -> None:
    row = await settled(rewards)
    client = await opened(trainer)
    for action in ({"trajectory": row.trajectory_id}, {"message": f"see {ref(row)}, please"}):
        assert (await client.steps(**action))["data"]["reward"] == 1.0
    await client.socket.disconnect()


async def test_an_undecided_run_has_no_reward_and_a_mask(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = await settled(rewards, "undecided", None)
    client = await opened(trainer)
    data = (await client.steps(trajectory=ref(row)))["data"]
    assert (data["reward"], data["done"], data["observation"]["mask"]) == (None, True, True)
    await client.socket.disconnect()


async def test_a_step_waits_until_the_reward_is_there(trainer: Trainer, rewards: Rewards) -> None:
    row = await database_sync_to_async(rewards.awaited)()
    client = await opened(trainer)
    stepping = asyncio.create_task(client.steps(trajectory=ref(row)))
    await asyncio.sleep(0)
    await database_sync_to_async(rewards.settle)(row)
    assert (await stepping)["data"]["reward"] == 1.0
    await client.socket.disconnect()


async def test_before_the_client_gives_up_it_is_told_to_step_again(
    trainer: Trainer, rewards: Rewards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openenv, "PATIENCE", 0.01)
    row = await database_sync_to_async(rewards.awaited)()
    client = await opened(trainer)
    data = (await client.steps(trajectory=ref(row)))["data"]
    assert (data["reward"], data["done"]) == (None, False)
    assert data["observation"]["status"] == "running"
    await client.socket.disconnect()


async def test_who_hangs_up_in_the_midst_of_a_step_leaves_no_session(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = await database_sync_to_async(rewards.awaited)()
    client = await opened(trainer)
    await client.socket.send_to(text_data=json.dumps({"type": "step", "data": {"x": ref(row)}}))
    await client.socket.disconnect(timeout=5)
    assert openenv_socket.Session.open_sessions.total() == 0


@pytest.mark.usefixtures("held_since")
async def test_a_broken_judging_is_an_error_of_the_execution(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = await database_sync_to_async(rewards.broken)()
    client = await opened(trainer)
    error = await client.steps(trajectory=ref(row))
    assert (error["type"], error["data"]["code"]) == ("error", "EXECUTION_ERROR")
    assert error["data"]["message"] == "the model is away"
    await client.socket.disconnect()


async def test_bad_messages_have_the_published_codes_and_end_nothing(trainer: Trainer) -> None:
    client = await opened(trainer)
    for message, code in (
        ("{", "INVALID_JSON"),
        ('{"type": NaN}', "INVALID_JSON"),
        ("[" * 5000, "INVALID_JSON"),
        ("[]", "VALIDATION_ERROR"),
        ({"type": 7}, "VALIDATION_ERROR"),
        ("x" * (2**20 + 1), "VALIDATION_ERROR"),
        ({"type": "mcp", "data": {}}, "UNKNOWN_TYPE"),
        ({"type": "reset", "data": {"episode_id": "e" * 999}}, "VALIDATION_ERROR"),
        ({"type": "step"}, "VALIDATION_ERROR"),
        ({"type": "step", "data": {"text": "no reference"}}, "VALIDATION_ERROR"),
        ({"type": "step", "data": {"trajectory": "0" * 12}}, "VALIDATION_ERROR"),
    ):
        error = await client.says(message)
        assert (error["type"], error["data"]["code"]) == ("error", code)
    await client.socket.disconnect()


async def test_a_key_comes_in_a_header_the_path_or_the_query_and_is_needed(
    trainer: Trainer,
) -> None:
    for path, headers in (
        (f"{URL}/ws", {"Authorization": f"Bearer {trainer.key}"}),
        (f"{URL}/ws", {"X-API-Key": trainer.key}),
        (f"{URL}/ws?key={trainer.key}", {}),
    ):
        client = Client(path, **headers)
        assert await client.opens()
        await client.socket.disconnect()
    for path in (f"{URL}/ws", f"/k/thk_wrong{URL}/ws"):
        assert not await Client(path).opens()


async def test_a_key_that_is_revoked_opens_no_further_step(
    trainer: Trainer, rewards: Rewards
) -> None:
    row = await settled(rewards)
    client = await opened(trainer)
    await ApiKey.objects.aupdate(revoked_at=Rewards.at)
    error = await client.steps(trajectory=ref(row))
    assert (error["type"], error["data"]["cause"]) == ("error", "unauthorised")
    await client.socket.disconnect()


async def test_sessions_are_bounded(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openenv_socket, "MOST_OF_TEAM", 1)
    first, second = await opened(trainer), await opened(trainer)
    error = await second.socket.receive_json_from(timeout=5)
    assert error["data"]["code"] == "CAPACITY_REACHED"
    await first.socket.disconnect()
    assert openenv_socket.Session.open_sessions.total() == 0


async def test_a_silent_session_is_closed(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openenv_socket, "IDLE", 0.01)
    client = await opened(trainer)
    assert await client.is_sent_away()


def test_over_http_a_step_is_a_session_of_its_own(trainer: Trainer, rewards: Rewards) -> None:
    step = {"action": {"trajectory": ref(rewards.settled())}, "timeout_s": 30}
    answer = told(trainer.post(f"{URL}/step", step))
    assert (answer["reward"], answer["done"]) == (1.0, True)
    assert told(trainer.post(f"{URL}/reset", {}))["done"] is False
    assert told(trainer.call("GET", f"{URL}/state", b""))["step_count"] == 0
    assert told(trainer.post(f"{URL}/step", {"action": "text"}), 422)["field"] == "action"
    running = rewards.awaited()
    response = trainer.post(f"{URL}/step", {"action": {"trajectory": ref(running)}})
    assert response.status_code == 503
    assert response[WAITS] == f"50; {running.pk}"


def test_what_it_is_is_told_to_everybody(trainer: Trainer) -> None:
    paths = ("health", "metadata", "schema")
    health, metadata, schema = (
        told(trainer.call("GET", f"{URL}/{each}", b"", Accept="*/*")) for each in paths
    )
    assert health == {"status": "healthy"}
    assert metadata["name"] == "themis"
    assert set(schema) == {"action", "observation", "state"}
