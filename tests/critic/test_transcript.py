"""A trajectory in words: whole where it fits, shortened from the middle where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.critic.cases import screen, step, trajectory
from themis.critic.sight import Sight, sight_of
from themis.critic.themis.uitext import ui_text
from themis.critic.transcript import history, transcript
from themis.critic.wording import describe, shorten
from themis.domain.action import Action, ActionType, Box, Direction, Point
from themis.domain.trajectory import Ending, Step

ROOM = 700  # characters for how the run ended


def test_a_short_run_is_told_in_full() -> None:
    told = transcript(trajectory(2))

    assert told.note == ""
    assert "step 1 (before = screen 1, after = screen 2)" in told.text
    assert 'thought (claim): "I click save."' in told.text
    assert "action: click at (10, 21)" in told.text
    assert told.text.endswith(
        'At the end the agent claims success, final answer: "The note is saved."'
    )


def test_the_middle_is_shortened_before_the_ends() -> None:
    told = transcript(trajectory(100, thought="x" * 1_000))

    lengths = [len(part) for part in told.text.split("step ")[1:]]
    assert lengths[0] > 1_000
    assert lengths[99] > 1_000
    assert lengths[50] < 400
    assert "steps between" in told.note


def test_what_is_left_out_is_said() -> None:
    told = transcript(trajectory(50), limit=300)

    assert "left out entirely" in told.note
    assert "step 1:" in told.text
    assert "step 50:" in told.text
    assert "step 25:" not in told.text


@given(st.integers(0, 60), st.integers(0, 3_000), st.integers(0, 9_000))
def test_no_run_is_longer_than_its_limit(n_steps: int, chars: int, limit: int) -> None:
    told = transcript(trajectory(n_steps, thought="\n" * chars), limit=limit)
    assert len(told.text) <= limit + n_steps + ROOM


def test_the_history_ends_at_the_step_and_keeps_no_thought() -> None:
    told = history(trajectory(5), 2).text

    assert "step 3" in told
    assert "step 4" not in told
    assert "I click save" not in told


def test_what_was_done_is_named_on_one_line() -> None:
    typed = Action(type=ActionType.TYPE, text="a\nb", element="q", submit=True, clear_first=True)
    chord = Action(type=ActionType.KEY, keys=("ctrl", "s"), name="hotkey")
    drag = Action(type=ActionType.DRAG, path=tuple(Point(x=n, y=n) for n in range(9)), seconds=0.5)
    box = Box(x=1, y=2, width=3, height=4)
    scroll = Action(type=ActionType.SCROLL, direction=Direction.DOWN, box=box)
    end = Action(type=ActionType.TERMINATE, status="success")

    assert describe(typed, 50) == 'type on "q" (field cleared first) (Enter pressed after) "a\\nb"'
    assert describe(chord, 50) == 'key keys "ctrl+s" (recorded as "hotkey")'
    assert describe(drag, 50) == "drag along (0, 0) - (1, 1) - (2, 2) - (8, 8) seconds 0.5"
    assert describe(scroll, 50) == "scroll in (1, 2, 3 x 4) direction down"
    assert describe(end, 50) == 'terminate status "success"'


def test_a_shortened_text_keeps_both_ends() -> None:
    text = shorten("a" * 50 + "b" * 50, 30)
    assert text.startswith("a" * 20 + " [")
    assert text.endswith("] " + "b" * 10)
    assert "70 characters" in text


def test_the_next_screen_before_is_what_came_after() -> None:
    run = trajectory(2)
    only_before = tuple(
        replace(each, after=None, before_ui=f"ui {n}") for n, each in enumerate(run.steps)
    )
    run = replace(run, steps=only_before)

    assert sight_of(run, 0) == Sight(before=0, after=1, before_ui="ui 0", after_ui="ui 1")
    assert sight_of(run, 1).after is None


@pytest.mark.parametrize("position", [9, 1, -1])
def test_a_screen_that_does_not_exist_is_no_screen(position: int) -> None:
    beyond = replace(step(0), after=position)
    run = replace(trajectory(1), screens=(screen("only"),), steps=(beyond,))
    assert sight_of(run, 0).after is None
    assert "after" not in transcript(run).text.split("\n")[0]


def test_an_ending_without_words_is_told_as_such() -> None:
    run = replace(trajectory(0), steps=(Step(),), ending=Ending())
    assert "no action" in transcript(run).text
    assert "without a word" in transcript(run).text


def test_of_a_long_ui_text_the_changes_are_told() -> None:
    lines = [f"button {n}" for n in range(5_000)]
    after = [*lines[:2_500], "alert saved", *lines[2_501:]]
    told = ui_text(
        Sight(before=None, after=None, before_ui="\n".join(lines), after_ui="\n".join(after)),
        6_000,
    )

    assert len(told) < 12_400
    assert "Lines only before:\nbutton 2500" in told
    assert "Lines only after:\nalert saved" in told
