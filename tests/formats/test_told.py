"""Who acted and in which app, from what sources say beside a run."""

from __future__ import annotations

import pytest

from themis.domain import wire
from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats import told

OPENED = Trajectory(
    instruction="Write a note",
    platform=Platform.ANDROID,
    steps=(
        Step(actions=(Action(type=ActionType.WAIT, name="wait"),)),
        Step(actions=(Action(type=ActionType.OPEN_APP, text="Markor", name="open_app"),)),
        Step(actions=(Action(type=ActionType.OPEN_APP, text="Files", name="open_app"),)),
    ),
)


@pytest.mark.parametrize(
    ("meta", "agent"),
    [
        ({"agent": "scripted"}, "scripted"),
        ({"agent": {"name": "terminus", "model_name": "o4-mini"}}, "terminus (o4-mini)"),
        ({"agent_name": "t3a", "model_name": "o4-mini"}, "t3a (o4-mini)"),
        ({"agent": "GenericAgent-gpt-4o", "model": "gpt-4o"}, "GenericAgent-gpt-4o"),
        ({"kwargs": {"model": "a-model"}}, "a-model"),
        ({"agent": ["one", "two"]}, "one"),
        ({"agent": 7, "model": None}, ""),
        ("scripted", ""),
        (None, ""),
    ],
)
def test_an_agent_is_named_with_its_model_where_both_are_told(meta: Json, agent: str) -> None:
    assert told.agent_of(meta) == agent


@pytest.mark.parametrize(
    ("meta", "app"),
    [
        ({"program": "Chromium 156.0.8078.79"}, "Chromium"),
        ({"program": "mousepad, galculator"}, "mousepad"),
        ({"apps": ["gimp", "vlc"]}, "gimp"),
        ({"domain": "libreoffice_calc"}, "libreoffice_calc"),
        ({"start_url": "https://www.espn.com/nba"}, "espn.com"),
        ({"start_url": "http://[broken"}, "Markor"),
        ({"app": {"name": "Notes"}}, "Notes"),
        ({}, "Markor"),
    ],
)
def test_an_app_is_what_the_source_names_else_the_first_one_opened(meta: Json, app: str) -> None:
    assert told.app_of(meta, told.first_opened(OPENED)) == app


def test_a_stored_recording_tells_the_same_first_app() -> None:
    assert told.first_opened_in(wire.dump(OPENED)) == told.first_opened(OPENED) == "Markor"
    assert told.first_opened_in({"steps": [None, {"actions": "x"}, {"actions": [3]}]}) == ""


def test_a_name_that_is_hostile_is_short_and_on_one_line() -> None:
    name = told.agent_of({"agent": "a\x00\nb\t " + "c" * 500})
    assert name == f"a\N{REPLACEMENT CHARACTER} b {'c' * 75}"
