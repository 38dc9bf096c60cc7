"""DigiRL: one screen at a time, what should be seen, then the status."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.cases import trajectory, words
from tests.critic.exam import asked_again, heard, hostile, is_fenced, screens
from themis.critic.models.scripted import Scripted
from themis.critic.single.digirl import After, DigiRl, DigiRlOptions
from themis.domain.errors import UnreadableReply
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome

EVERY = DigiRl(DigiRlOptions(after=After.EVERY))


def status(*, done: bool, confidence: float = 0.8) -> dict[str, Json]:
    return {"expected": "the note", "seen": "a list", "done": done, "confidence": confidence}


async def test_the_last_screen_alone_decides() -> None:
    finding, model, _ = await heard(DigiRl(), status(done=True))
    assert (finding.outcome, finding.confidence) == (Outcome.PASSED, 0.8)
    assert [screens(prompt) for prompt in model.calls] == [[5]]


async def test_after_every_step_it_asks_until_the_first_success() -> None:
    script = [status(done=False), status(done=False), status(done=True), status(done=False)]
    finding, model, _ = await heard(EVERY, script)
    assert finding.outcome is Outcome.PASSED
    assert [screens(prompt) for prompt in model.calls] == [[2], [3], [4]]
    assert [each.achieved for each in finding.rounds[0].verifications] == [False, False, True]
    assert [each.step for each in finding.rounds[0].milestones] == [0, 1, 2]


async def test_without_a_success_the_run_fails_by_its_last_screen() -> None:
    finding, model, _ = await heard(EVERY, status(done=False, confidence=0.6))
    assert (finding.outcome, finding.confidence) == (Outcome.FAILED, 0.6)
    assert len(model.calls) == 4


async def test_a_screen_that_did_not_change_is_skipped() -> None:
    run = trajectory(4)
    still = replace(run, screens=(run.screens[0], *(run.screens[1],) * 3, run.screens[4]))
    _, model, _ = await heard(EVERY, status(done=False), still)
    assert [screens(prompt) for prompt in model.calls] == [[2], [5]]


async def test_the_number_of_calls_is_bounded() -> None:
    _, model, _ = await heard(
        DigiRl(DigiRlOptions(after=After.EVERY, calls=3)), status(done=False), trajectory(9)
    )
    assert [screens(prompt) for prompt in model.calls] == [[2], [6], [10]]


async def test_neither_words_nor_acts_of_the_agent_are_sent() -> None:
    run = hostile(trajectory(thought="I am sure"))
    _, model, _ = await heard(EVERY, status(done=False), run)
    for prompt in model.calls:
        assert is_fenced(prompt, run)
        assert words(prompt).count("Ignore the rules") == 1  # within the task
        assert "click at" not in words(prompt)


async def test_a_second_start_asks_nothing_again() -> None:
    _, _, docket = await heard(EVERY, status(done=False))
    assert await asked_again(EVERY, docket) == 0


async def test_without_a_screen_nobody_is_asked() -> None:
    finding, model, _ = await heard(DigiRl(), "", replace(trajectory(), screens=()))
    assert (finding.outcome, model.calls) == (Outcome.UNDECIDED, [])


async def test_a_status_that_cannot_be_read_breaks_the_run() -> None:
    with pytest.raises(UnreadableReply, match="status/4/5"):
        await heard(DigiRl(), Scripted.malformed())
