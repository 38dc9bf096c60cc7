"""A run without a word of the agent keeps all that was done."""

from __future__ import annotations

from dataclasses import replace

from tests.critic.cases import trajectory
from themis.critic.examination.silence import acts, acts_only
from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Ending


def test_thoughts_claims_and_the_ending_are_gone_and_acts_stay() -> None:
    run = trajectory(2)
    talking = replace(run.steps[1], claim="I did it", error="refused")
    silent = acts_only(replace(run, steps=(run.steps[0], talking)))
    assert [(each.thought, each.claim) for each in silent.steps] == [("", None)] * 2
    assert [each.actions for each in silent.steps] == [each.actions for each in run.steps]
    assert silent.steps[1].error == "refused"
    assert silent.ending == Ending()


def test_an_action_that_speaks_keeps_only_its_kind() -> None:
    run = trajectory(1)
    said = Action(type=ActionType.MESSAGE, text="Done", mode="inform", raw={"text": "Done"})
    typed = Action(type=ActionType.TYPE, text="Groceries")
    silent = acts_only(replace(run, steps=(replace(run.steps[0], actions=(said, typed)),)))
    assert silent.steps[0].actions == (Action(type=ActionType.MESSAGE), typed)


def test_a_run_without_a_step_has_no_acts() -> None:
    assert acts(trajectory(0)).text == ""


def test_acts_are_bounded() -> None:
    told = acts(trajectory(500), limit=2_000)
    assert len(told.text) <= 2_000 + 500  # and the line breaks
    assert told.note
