"""The screens of a run in order, each change once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.critic.cases import case, screen, step, trajectory
from themis.critic.contract import Image, Text
from themis.critic.examination.frames import frames_of, spread
from themis.critic.examination.room import room_for
from themis.critic.memory import MemoryDocket
from themis.critic.models.scripted import Scripted
from themis.critic.options import Asking
from themis.domain.trajectory import Trajectory


def showing(*names: str) -> Trajectory:
    run = trajectory(len(names) - 1)
    return replace(run, screens=tuple(screen(name) for name in names))


def test_a_screen_that_stands_still_is_one_frame() -> None:
    frames = frames_of(showing("a", "a", "b", "b", "b", "a"))
    assert [(each.position, each.since, each.until) for each in frames] == [
        (0, 0, 1),
        (2, 2, 4),
        (5, 5, 5),
    ]
    assert [each.name for each in frames] == [
        "Screen 1, at the start and still after step 1",
        "Screen 3, after steps 2 to 4",
        "Screen 6, after step 5",
    ]


def test_the_order_is_that_of_the_steps() -> None:
    run = trajectory(2)
    backwards = replace(run, steps=(step(1), replace(step(0), after=None)))
    assert [each.position for each in frames_of(backwards)] == [1, 2, 0]


def test_pictures_no_step_knows_count_only_where_no_step_knows_any() -> None:
    run = trajectory(1)
    extra = replace(run, screens=(*run.screens, screen("the goal, as a picture")))
    assert [each.position for each in frames_of(extra)] == [0, 1]
    bare = tuple(replace(each, before=None, after=None) for each in extra.steps)
    assert [each.position for each in frames_of(replace(extra, steps=bare))] == [0, 1, 2]


def test_a_position_without_a_screen_is_passed_over() -> None:
    run = trajectory(1)
    assert [each.position for each in frames_of(replace(run, screens=run.screens[:1]))] == [0]


def test_equal_pictures_are_sent_once_and_named_again() -> None:
    run = showing("a", "b", "a")
    room = room_for(case(run), Scripted(""), MemoryDocket(), Asking())
    parts = room.pictures(frames_of(run))
    assert [part.position for part in parts if isinstance(part, Image)] == [0, 1]
    assert isinstance(parts[-1], Text)
    assert "as screen 1 above" in parts[-1].text


@given(st.lists(st.integers(), max_size=60), st.integers(1, 20))
def test_a_spread_is_bounded_in_order_and_keeps_the_last(items: list[int], most: int) -> None:
    chosen = spread(list(enumerate(items)), most)
    assert len(chosen) == min(len(items), most)
    assert list(chosen) == sorted(set(chosen))
    assert not items or chosen[-1][0] == len(items) - 1
    assert most == 1 or not items or chosen[0][0] == 0
