"""ZeroGUI: the last screens, no word of the agent, votes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.critic.cases import trajectory, words
from tests.critic.exam import asked_again, heard, hostile, is_fenced, screens
from themis.critic.loader import critic
from themis.critic.models.scripted import Scripted
from themis.critic.single.zerogui import Rule, ZeroGui, ZeroGuiOptions, carried
from themis.domain.errors import Misconfigured, UnreadableReply
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome


def vote(*, done: bool) -> dict[str, Json]:
    state = "the list shows it" if done else "the list is empty"
    return {"requirement": "the note is there", "seen": [], "final_state": state, "done": done}


def votes(*done: bool) -> list[dict[str, Json]]:
    return [vote(done=each) for each in done]


async def test_more_than_half_of_the_votes_pass() -> None:
    finding, model, _ = await heard(ZeroGui(), votes(True, False, True, True))
    assert (finding.outcome, finding.confidence) == (Outcome.PASSED, 0.75)
    assert len(model.calls) == 4
    assert {prompt.temperature for prompt in model.calls} == {1.0}


async def test_a_tie_fails() -> None:
    finding, _, _ = await heard(ZeroGui(), votes(True, False, True, False))
    assert (finding.outcome, finding.confidence) == (Outcome.FAILED, 0.5)


async def test_one_dissent_fails_where_all_must_agree() -> None:
    finding, _, _ = await heard(
        ZeroGui(ZeroGuiOptions(rule=Rule.UNANIMOUS)), votes(True, True, True, False)
    )
    assert (finding.outcome, finding.confidence) == (Outcome.FAILED, 0.25)


@given(st.lists(st.booleans(), min_size=1, max_size=9))
def test_votes_are_counted_as_published(cast: list[bool]) -> None:
    assert carried(cast, Rule.UNANIMOUS) == all(cast)
    assert carried(cast, Rule.MAJORITY) == (sum(cast) > len(cast) - sum(cast))


async def test_every_vote_stands_in_the_chain_with_its_screens() -> None:
    finding, _, docket = await heard(
        ZeroGui(ZeroGuiOptions(screens=2)), votes(True, True, False, True)
    )
    (found,) = finding.rounds[0].verifications
    assert [each.found_by for each in found.evidence] == ["vote 1", "vote 2", "vote 3", "vote 4"]
    assert [each.stance.value for each in found.evidence].count("contradicts") == 1
    assert {each.screens for each in found.evidence} == {(3, 4)}
    assert docket.shown[-1] == finding.rounds


async def test_the_last_different_screens_are_shown_in_order() -> None:
    run = trajectory(12)
    still = replace(run, screens=(*run.screens[:12], run.screens[11]))
    _, model, _ = await heard(ZeroGui(ZeroGuiOptions(screens=3)), vote(done=True), still)
    assert screens(model.calls[0]) == [10, 11, 12]
    _, model, _ = await heard(ZeroGui(), vote(done=True), run)
    assert screens(model.calls[0]) == list(range(4, 14))


async def test_no_word_of_the_agent_is_sent() -> None:
    _, model, _ = await heard(ZeroGui(), vote(done=True), trajectory(thought="I am sure it works"))
    told = words(model.calls[0])
    assert "Save a note titled Groceries" in told
    for said in ("I am sure", "The note is saved", "click at"):
        assert said not in told


async def test_a_hostile_task_stays_within_its_marks() -> None:
    run = hostile(trajectory())
    _, model, _ = await heard(ZeroGui(), vote(done=True), run)
    assert all(is_fenced(prompt, run) for prompt in model.calls)


async def test_a_second_start_asks_nothing_again() -> None:
    _, _, docket = await heard(ZeroGui(), votes(True, False, True, True))
    assert list(docket.turns) == ["vote/1", "vote/2", "vote/3", "vote/4"]
    assert await asked_again(ZeroGui(), docket) == 0


async def test_without_a_screen_nobody_is_asked() -> None:
    bare = replace(trajectory(), screens=())
    finding, model, _ = await heard(ZeroGui(), vote(done=True), bare)
    assert finding.outcome is Outcome.UNDECIDED
    assert model.calls == []


@pytest.mark.parametrize("model", [Scripted.silent(), Scripted.malformed(), Scripted({"done": 1})])
async def test_votes_that_cannot_be_read_break_the_run(model: Scripted) -> None:
    with pytest.raises(UnreadableReply, match="vote/1"):
        await heard(ZeroGui(), model)


async def test_a_vote_is_asked_again_with_the_reason() -> None:
    finding, model, _ = await heard(ZeroGui(ZeroGuiOptions(votes=1)), ["hm", vote(done=True)])
    assert finding.outcome is Outcome.PASSED
    assert "could not be used" in words(model.calls[1])


def test_settings_that_cannot_work_are_named() -> None:
    with pytest.raises(Misconfigured, match=r"zerogui\.votes: .*greater than or equal to 1"):
        critic("zerogui", {"zerogui": {"votes": 0}})


def test_every_setting_stands_in_the_settings() -> None:
    assert ZeroGui(ZeroGuiOptions(screens=2)).settings["screens"] == 2
    assert ZeroGui(ZeroGuiOptions(rule=Rule.UNANIMOUS)).settings["rule"] == "unanimous"
    settings = ZeroGui().settings
    assert (settings["temperature"], settings["max_tokens"], settings["tries"]) == (1.0, 8192, 3)
