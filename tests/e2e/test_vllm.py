"""The panel against a real vLLM: a server of the tests' own, or one at THEMIS_TEST_VLLM_URL.

Any model does, a random one too: what it says is worth nothing, and these tests look at the
plumbing alone.
"""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import jsonschema
import pytest

from benchmarks.evidence_only import case_of
from tests import stories
from tests.e2e.shell import ROOT, Installation
from tests.model_server import model_server
from tests.vllm_server import SIZES, VllmServer, until
from themis.critic.contract import Case, Image, Prompt, Reply, Text
from themis.critic.imagecost import by_rule
from themis.critic.memory import MemoryDocket
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.themis.panel import ThemisPanel
from themis.domain.errors import UnreadableReply
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Screen
from themis.domain.verdict import Outcome
from themis.formats import registry

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("vllm"),
]
MEANINGLESS = "did not answer in the form that was asked for"  # what a random model may end with
# What makes a reply take a minute: the second one, and each after it, so that what is interrupted
# cannot have ended by itself.
ENDLESS: dict[str, Json] = {"type": "string", "minLength": 50_000}
LENGTHY = f"""
from dataclasses import replace
from themis.critic.models import patience
from themis.critic.models.openai_compatible import OpenAICompatible
patience.FIRST_SECONDS = 0.1
answer, asked = OpenAICompatible.ask, []
async def ask(self, prompt):
    asked.append(prompt)
    endless = replace(prompt, schema={ENDLESS}, max_tokens=25_000)
    return await answer(self, endless if len(asked) > 1 else prompt)
OpenAICompatible.ask = ask
"""


@dataclass
class Overheard:
    """The model at a server, and all that was asked of it and answered."""

    model: OpenAICompatible
    is_lengthy: bool = False  # the second question, and each after it, gets an endless answer
    heard: list[tuple[Prompt, Reply]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = self.model.name

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        return self.model.image_tokens(width, height, model=model)

    async def ask(self, prompt: Prompt) -> Reply:
        is_endless = self.is_lengthy and self.heard
        asked = replace(prompt, schema=ENDLESS, max_tokens=25_000) if is_endless else prompt
        reply = await self.model.ask(asked)
        self.heard.append((prompt, reply))
        return reply


@pytest.fixture
def themis(tmp_path: Path, server: VllmServer) -> Installation:
    """An empty installation that asks the server."""
    variables = {"THEMIS_MODEL_URL": server.url, "THEMIS_MODEL": server.name}
    ready = Installation.ready(tmp_path / "var", patience=300.0)
    ready.variables = variables
    return ready


def stored(themis: Installation, run: str) -> str:
    """The id of a demo run, taken in."""
    (line,) = themis.run("ingest", str(ROOT / "demo" / "trajectories" / run), "--json").lines
    return str(line["id"])


def verdicts(themis: Installation, name: str) -> list[dict[str, Json]]:
    """What is on record of a run's verdicts, the newest first."""
    document = json.loads(themis.run("show", name, "--json").out)
    found: list[dict[str, Json]] = document["verdicts"]
    return found


def turns(verdict: dict[str, Json]) -> list[dict[str, Json]]:
    """The turns of a verdict."""
    found = verdict["turns"]
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, dict)]


def is_an_end(line: dict[str, Json]) -> bool:
    """Whether a judging ended with an outcome, or with the role that could not be read."""
    if "error" in line:
        return MEANINGLESS in str(line["error"])
    return line["outcome"] in {each.value for each in Outcome}


def demo_case(run: str) -> Case:
    """A demo run as a case."""
    (found,) = registry.find(ROOT / "demo" / "trajectories" / run)
    return case_of(found.read())


async def judge(case: Case, model: Overheard) -> None:
    """A whole panel over a case; that a random model could not be read is an end, too."""
    try:
        await ThemisPanel().judge(case, model, MemoryDocket())
    except UnreadableReply as unread:
        assert MEANINGLESS in str(unread)


def test_a_run_ends_with_an_outcome_or_names_the_role_that_could_not_be_read(
    themis: Installation,
) -> None:
    name = stored(themis, "note-saved")
    (line,) = themis.run("judge", name, "--json").lines
    assert is_an_end(line)
    (verdict,) = verdicts(themis, name)
    assert {turn["role"] for turn in turns(verdict)} >= {"selector", "verifier"}
    for turn in turns(verdict):
        assert turn["model"]
        assert int(str(turn["prompt_tokens"])) > 0
        assert int(str(turn["completion_tokens"])) > 0
    assert any(turn.get("screens") for turn in turns(verdict))


async def test_every_reply_fits_the_schema_that_was_sent(server: VllmServer) -> None:
    async with OpenAICompatible(url=server.url, model=server.name) as client:
        model = Overheard(client)
        await judge(demo_case("note-saved"), model)
    assert len(model.heard) >= 3
    assert any(isinstance(part, Image) for prompt, _ in model.heard for part in prompt.parts)
    for prompt, reply in model.heard:
        jsonschema.validate(json.loads(reply.text, strict=False), prompt.schema)


async def test_a_picture_costs_what_the_rule_says(server: VllmServer) -> None:
    async with OpenAICompatible(url=server.url, model=server.name) as client:
        blank = (await client.ask(looking_at())).prompt_tokens
        for size in SIZES:
            billed = (await client.ask(looking_at(size))).prompt_tokens - blank
            assert billed == by_rule(server.name, *size), size


def looking_at(size: tuple[int, int] | None = None) -> Prompt:
    """A question about a blank picture, or about none."""
    question = Text(text="What is to be seen?")
    return Prompt(
        system="Look.",
        parts=(blank_picture(*size), question) if size else (question,),
        schema_name="seen",
        schema={"type": "object", "properties": {}, "additionalProperties": False},
        max_tokens=8,
    )


def blank_picture(width: int, height: int) -> Image:
    """A white screen of that size."""
    content = stories.png(255, (width, height))
    screen = Screen(
        digest=f"{width:032x}{height:032x}", width=width, height=height, media_type="image/png"
    )
    return Image(position=0, screen=screen, read=lambda: content)


async def test_a_judging_that_is_cancelled_leaves_no_request_and_no_socket(
    server: VllmServer,
) -> None:
    before, answered = sockets(), server.answered
    async with OpenAICompatible(url=server.url, model=server.name) as client:
        model = Overheard(client, is_lengthy=True)
        judging = asyncio.create_task(judge(demo_case("note-saved"), model))
        await asyncio.to_thread(is_at_work, server, model)
        judging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await judging
        await asyncio.to_thread(is_idle, server)
    # What was under way stopped in the midst, and was not written to the end.
    assert server.answered == answered + len(model.heard)
    await asyncio.to_thread(until, lambda: sockets() <= before, seconds=10, what="a socket stays")


def test_a_judging_that_is_interrupted_leaves_no_request_and_is_gone_on_with(
    server: VllmServer, themis: Installation
) -> None:
    name = stored(themis, "note-saved")
    answered = server.answered
    process = themis.start("judge", name, "--json", altered=LENGTHY)
    is_in_its_midst(server, answered)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    is_idle(server)
    (left,) = verdicts(themis, name)
    (line,) = themis.run("judge", name, "--json").lines
    assert is_an_end(line)
    (verdict,) = verdicts(themis, name)
    assert turns(left)
    assert turns(verdict)[: len(turns(left))] == turns(left)


def test_a_run_whose_server_is_killed_goes_on_with_the_next_server(
    server: VllmServer, themis: Installation
) -> None:
    """The next one answers by script, for another vLLM takes its half a minute to start."""
    if server.process is None:
        pytest.skip("the server at THEMIS_TEST_VLLM_URL is not for this test to kill")
    name = stored(themis, "note-saved")
    answered = server.answered
    process = themis.start("judge", name, "--json", altered=LENGTHY)
    is_in_its_midst(server, answered)
    server.kill()
    out, _ = process.communicate(timeout=200)
    assert str(server.port) in json.loads(out)["error"]  # it says which server does not answer
    with model_server(server.port) as following:
        (line,) = themis.run("judge", name, "--json").lines
    assert line["outcome"] == "passed"
    verdict, broken = verdicts(themis, name)
    assert (broken["status"], broken["outcome"]) == ("broken", None)
    kept = [turn for turn in turns(broken) if not turn.get("error")]
    assert kept
    assert all(turn in turns(verdict) for turn in kept)
    n_asked = following.asked.total()
    assert n_asked == verdict["calls"] == len(turns(verdict)) - len(kept)


def is_at_work(server: VllmServer, model: Overheard) -> None:
    """Wait until the server has answered something and works on the next question."""
    until(
        lambda: len(model.heard) > 0 and server.under_way > 0,
        seconds=100,
        what="the server was not seen at work",
    )


def is_in_its_midst(server: VllmServer, answered: int) -> None:
    """Wait until a judging has had an answer and waits for another: it has not ended by itself."""
    until(
        lambda: server.answered > answered and server.under_way > 0,
        seconds=100,
        what="the judging was not seen in its midst",
    )


def is_idle(server: VllmServer) -> None:
    """Wait until the server works on nothing."""
    until(lambda: not server.under_way, seconds=30, what="the server works on what nobody awaits")


def sockets() -> set[str]:
    """The open sockets of this process."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed while we looked
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith("socket:")}
