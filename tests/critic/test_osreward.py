"""OSReward: one call, the last screens, all words, and the class of the error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.cases import trajectory, words
from tests.critic.exam import asked_again, heard, hostile, is_fenced, screens
from themis.critic.models.scripted import Scripted
from themis.critic.single.osreward import OsReward, OsRewardOptions
from themis.domain.errors import UnreadableReply
from themis.domain.evidence import Stance
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome


def verdict(
    outcome: str, error_class: str | None = None, *, seen: int = 5, step: int = 2
) -> dict[str, Json]:
    cited: Json = {"claim": "no note", "stance": "contradicts", "steps": [step], "screens": [seen]}
    return {
        "reason": "the list is empty",
        "evidence": [cited],
        "error_class": error_class,
        "outcome": outcome,
        "confidence": 0.7,
    }


async def test_one_call_decides_and_names_the_error() -> None:
    finding, model, docket = await heard(OsReward(), verdict("failed", "task_incomplete"))
    assert (finding.outcome, finding.confidence) == (Outcome.FAILED, 0.7)
    assert finding.reason == "Task incomplete: the list is empty"
    assert len(model.calls) == 1
    assert docket.turns["verdict"].parsed["error_class"] == "task_incomplete"  # type: ignore[index,call-overload]


async def test_what_is_cited_stands_in_the_chain() -> None:
    finding, _, _ = await heard(OsReward(), verdict("failed", "wrong_action"))
    (found,) = finding.rounds[0].verifications
    (cited,) = found.evidence
    assert (found.achieved, cited.stance) == (False, Stance.CONTRADICTS)
    assert (cited.steps, cited.screens) == ((1,), (4,))


async def test_the_last_screens_and_all_words_are_sent() -> None:
    _, model, _ = await heard(
        OsReward(OsRewardOptions(screens=2)), verdict("passed", seen=10), trajectory(9)
    )
    ((prompt),) = model.calls
    assert screens(prompt) == [9, 10]
    assert words(prompt).count("I click save.") == 9
    assert "The note is saved." in words(prompt)


async def test_words_are_bounded() -> None:
    run = trajectory(200, thought="so it goes " * 100)
    critic = OsReward(OsRewardOptions(words=3_000))
    _, model, _ = await heard(critic, verdict("passed", seen=200), run)
    assert len(words(model.calls[0])) < 10_000


async def test_a_ui_text_at_the_end_is_shown() -> None:
    run = trajectory()
    last = replace(run.steps[-1], after_ui="list: Groceries")
    _, model, _ = await heard(
        OsReward(), verdict("passed"), replace(run, steps=(*run.steps[:-1], last))
    )
    assert "list: Groceries" in words(model.calls[0])


@pytest.mark.parametrize("error_class", ["strict_on_path", "ambiguous", None])
async def test_a_pass_may_say_what_it_forgave(error_class: str | None) -> None:
    finding, _, _ = await heard(OsReward(), verdict("passed", error_class))
    assert finding.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (verdict("failed"), "do not fit"),
        (verdict("passed", "wrong_action"), "do not fit"),
        (verdict("undecided", "task_incomplete"), "do not fit"),
        (verdict("passed", seen=6), "not shown"),
        (verdict("passed", step=5), "does not exist"),
    ],
)
async def test_a_reply_that_contradicts_itself_is_asked_again(
    reply: dict[str, Json], complaint: str
) -> None:
    with pytest.raises(UnreadableReply, match=complaint):
        await heard(OsReward(), reply)


async def test_undecided_is_passed_on() -> None:
    finding, _, _ = await heard(OsReward(), verdict("undecided", "ambiguous"))
    assert finding.outcome is Outcome.UNDECIDED
    assert finding.rounds[0].verifications[0].achieved is None


async def test_hostile_words_stay_within_the_marks() -> None:
    run = hostile(trajectory())
    _, model, _ = await heard(OsReward(), verdict("passed"), run)
    assert is_fenced(model.calls[0], run)


async def test_a_second_start_asks_nothing_again() -> None:
    _, _, docket = await heard(OsReward(), ["hm", verdict("passed")])
    assert list(docket.turns) == ["verdict", "verdict/try2"]
    assert await asked_again(OsReward(), docket) == 0


async def test_a_verdict_that_cannot_be_read_breaks_the_run() -> None:
    with pytest.raises(UnreadableReply, match="verdict"):
        await heard(OsReward(), Scripted.endless())
