"""Every critic there is takes the same small case to a finding."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.critic.cases import Disk, Killed, case, trajectory
from tests.critic.exam import asked_again, heard, hostile, is_fenced
from themis.critic.contract import Prompt, Reply
from themis.critic.loader import CRITICS, critic, settings_hash
from themis.critic.memory import MemoryDocket
from themis.critic.models.obliging import oblige, plainest
from themis.critic.models.scripted import Line, Scripted
from themis.domain.errors import CriticFailed
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending
from themis.domain.verdict import Outcome

BOUNDS = {"string": ("maxLength", "enum"), "array": ("maxItems",), "integer": ("maximum", "enum")}
ASKING = [name for name in CRITICS if critic(name).uses_model]


@pytest.mark.parametrize("name", CRITICS)
async def test_a_small_case_comes_to_a_finding(name: str) -> None:
    finding, model, docket = await heard(critic(name), oblige, trajectory(12))
    assert finding.outcome in Outcome
    assert 0 <= finding.confidence <= 1
    assert finding.reason
    assert bool(model.calls) is critic(name).uses_model
    assert not docket.shown or docket.shown[-1] == finding.rounds


@pytest.mark.parametrize("name", ASKING)
async def test_a_second_start_asks_nothing_again(name: str) -> None:
    run = trajectory(12)
    _, model, docket = await heard(critic(name), oblige, run)
    assert len(model.calls) == len(docket.turns)
    assert await asked_again(critic(name), docket, run) == 0


@pytest.mark.parametrize("name", ASKING)
async def test_a_killed_run_asks_only_what_is_missing(name: str) -> None:
    run, whole = case(trajectory(12)), Disk()
    expected = await critic(name).judge(run, Scripted(oblige), whole)
    for turns in range(1, len(whole.rows), 3):
        disk = Disk(dies_after=turns)
        with pytest.raises(Killed):
            await critic(name).judge(run, Scripted(oblige), disk)
        disk.dies_after = None
        model, kept = Scripted(oblige), len(disk.rows)
        assert await critic(name).judge(run, model, disk) == expected
        assert len(model.calls) == len(whole.rows) - kept


@pytest.mark.parametrize("name", ASKING)
async def test_hostile_words_stay_within_the_marks(name: str) -> None:
    run = hostile(trajectory(3))
    _, model, _ = await heard(critic(name), oblige, run)
    assert all(is_fenced(prompt, run) for prompt in model.calls)


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("n_steps", [0, 1])
async def test_a_run_without_screens_steps_or_end_is_judged_too(name: str, n_steps: int) -> None:
    bare = replace(trajectory(n_steps), screens=(), ending=Ending())
    finding, _, _ = await heard(critic(name), oblige, bare)
    assert finding.outcome in Outcome


@pytest.mark.parametrize("name", ASKING)
async def test_a_model_that_never_answers_in_form_breaks_the_run(name: str) -> None:
    for model in (Scripted.silent(), Scripted.malformed(), Scripted.unavailable()):
        with pytest.raises(CriticFailed):
            await heard(critic(name), model)


@pytest.mark.parametrize("name", ASKING)
async def test_every_string_and_list_that_is_asked_for_is_bounded(name: str) -> None:
    _, model, _ = await heard(critic(name), oblige)
    for prompt in model.calls:
        assert list(unbounded(prompt.schema)) == []


def unbounded(schema: Json) -> list[Json]:
    if isinstance(schema, list):
        return [found for each in schema for found in unbounded(each)]
    if not isinstance(schema, dict):
        return []
    found = [each for held in schema.values() for each in unbounded(held)]
    needed = BOUNDS.get(str(schema.get("type")), ())
    return found if not needed or any(bound in schema for bound in needed) else [*found, schema]


def test_every_critic_has_a_settings_hash_of_its_own() -> None:
    assert len({settings_hash(critic(name)) for name in CRITICS}) == len(CRITICS)


def fitting(schema: Json) -> st.SearchStrategy[Json]:
    """Any value of a schema, with short words."""
    assert isinstance(schema, dict)
    enum, choices = schema.get("enum"), schema.get("anyOf")
    if isinstance(enum, list):
        return st.sampled_from(enum)
    if isinstance(choices, list):
        return st.one_of([fitting(each) for each in choices])
    match schema.get("type"):
        case "object":
            held = schema["properties"]
            assert isinstance(held, dict)
            return st.fixed_dictionaries({name: fitting(each) for name, each in held.items()})
        case "array":
            least, most = schema.get("minItems", 0), schema["maxItems"]
            assert isinstance(least, int)
            assert isinstance(most, int)
            return st.lists(
                fitting(schema["items"]), min_size=least, max_size=max(least, min(most, 3))
            )
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])  # type: ignore[arg-type]
        case "string":
            return st.just(plainest(schema))
        case _:
            return st.none()


@pytest.mark.parametrize("name", ASKING)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_replies_that_fit_end_in_a_finding_or_in_a_named_failure(
    name: str, data: st.DataObject
) -> None:
    def any_line(prompt: Prompt) -> Line:
        return json.dumps(data.draw(fitting(prompt.schema)))

    try:
        finding = asyncio.run(
            critic(name).judge(case(trajectory(2)), Scripted(any_line), MemoryDocket())
        )
    except CriticFailed:
        return
    assert 0 <= finding.confidence <= 1
    assert finding.outcome in Outcome


@pytest.mark.parametrize("name", ["themis", "webjudge", "rubric", "osreward"])
async def test_the_odds_of_an_outcome_are_its_confidence_where_the_model_tells_them(
    name: str,
) -> None:
    def script(prompt: Prompt) -> Line:
        if not prompt.weighed:
            return oblige(prompt)
        odds = dict.fromkeys(("failed", "undecided"), 0.02) | {"passed": 0.96}
        return Reply(text=oblige(prompt), model="m", chances=odds)

    finding, _, _ = await heard(critic(name), script, trajectory(12))
    assert finding.outcome is Outcome.PASSED
    assert finding.confidence == 0.96
