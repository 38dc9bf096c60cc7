"""A gym at the root of a port of its own: for one job, and without a key."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest
from asgiref.typing import ASGI3Application
from channels.db import database_sync_to_async
from django.core.management import call_command

from tests.api.compat.test_gym import ECHOED, row
from tests.api.compat.trainer import Rewards, ref
from themis.accounts.models import Team
from themis.api.compat.doors import Grant
from themis.api.compat.port import GymPort
from themis.asgi import application
from themis.callers import GRANT
from themis.rewards.models import Job, RewardRequest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


class Port:
    """The port, and what it answers."""

    def __init__(self, job: Job, manner: str = "gym", patience: int | None = None) -> None:
        granted = Grant(team=job.team, job=job, patience=patience, site="https://themis.lab")
        self.app = GymPort(cast("ASGI3Application", application), granted, manner)

    async def call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        given = {"host": "localhost", "content-type": "application/json", **(headers or {})}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "server": ("127.0.0.1", 8100),
            "client": ("127.0.0.1", 5),
            "scheme": "http",
        }
        content = b"" if body is None else json.dumps(body).encode()
        heard: asyncio.Queue[Any] = asyncio.Queue()
        heard.put_nowait({"type": "http.request", "body": content, "more_body": False})
        sent: list[Any] = []

        async def send(event: object) -> None:
            sent.append(event)

        await self.app(scope, heard.get, send)  # type: ignore[arg-type]
        answer = b"".join(each.get("body", b"") for each in sent)
        return int(sent[0]["status"]), json.loads(answer)


@pytest.fixture
def job(rewards: Rewards) -> Job:
    return rewards.job()


async def test_the_root_of_the_port_pays_as_its_job_says(job: Job, rewards: Rewards) -> None:
    one = await database_sync_to_async(rewards.settled)(job=job)
    status, answer = await Port(job).call("POST", "/verify", row(ref(one)))
    assert (status, answer["reward"], answer["themis_id"]) == (200, 1.0, one.pk)
    assert answer["response"] == ECHOED["response"]
    assert await Port(job).call("GET", "/reverify_mode") == (200, "stateless")


async def test_a_reward_that_comes_while_a_client_waits_is_answered(
    job: Job, rewards: Rewards
) -> None:
    one = await database_sync_to_async(rewards.awaited)(job)
    asked = asyncio.create_task(Port(job, patience=8).call("POST", "/verify", row(ref(one))))
    await asyncio.sleep(0)
    await database_sync_to_async(rewards.settle)(one)
    status, answer = await asked
    assert (status, answer["reward"]) == (200, 1.0)


async def test_a_rollout_may_come_with_its_pictures(job: Job, rewards: Rewards) -> None:
    one = await database_sync_to_async(rewards.settled)(job=job)
    large = row(ref(one)) | {"response": {"output": ["x" * 2 * 2**20]}}
    status, answer = await Port(job).call("POST", "/verify", large)
    assert (status, answer["reward"]) == (200, 1.0)


async def test_nothing_else_of_themis_is_there(job: Job) -> None:
    for path in ("/", "/api/v1/openapi.json", "/compat/gym/verify", "/login/", "/verify/"):
        status, answer = await Port(job).call("GET", path)
        assert (status, answer["code"]) == (404, "not_found")


async def test_what_a_client_sends_makes_it_nobody_else(job: Job, team: Team) -> None:
    headers = {"authorization": "Bearer thk_wrong", GRANT: "x", "cookie": "sessionid=x"}
    status, _ = await Port(job).call("POST", "/seed_session", {}, headers)
    assert status == 200


async def test_a_page_of_another_name_cannot_call_it(job: Job) -> None:
    with pytest.raises(json.JSONDecodeError):  # Django's own page for a host it does not know
        await Port(job).call("POST", "/seed_session", {}, {"host": "evil.example"})


async def test_links_lead_to_where_people_see_themis(job: Job, rewards: Rewards) -> None:
    run = await database_sync_to_async(rewards.run)()
    asked = row(f"themis://trajectory/{run.pk}")
    assert (await Port(job, patience=0).call("POST", "/verify", asked))[0] == 503
    origin = await RewardRequest.objects.values_list("origin", flat=True).aget()
    assert origin == "https://themis.lab"


def test_a_job_that_does_not_exist_is_named(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("gym", job="none", team=team.slug, port="0")
    assert "no job 'none'" in capsys.readouterr().err
