"""Recordings that hypothesis makes up: every field of a step and an action, and two pictures."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.formats.recordings import png
from themis.domain.action import (
    MODES,
    Action,
    ActionType,
    Box,
    Delta,
    Direction,
    Point,
    Space,
    SpaceKind,
    Unit,
)
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step, Trajectory
from themis.formats.contract import Picture, Recording
from themis.formats.sound import STATUSES

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
number = st.floats(allow_nan=False, allow_infinity=False)
extent = st.floats(0, 1e6)
points = st.builds(Point, x=number, y=number)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | number | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def actions(draw: st.DrawFn) -> Action:
    kind = draw(st.sampled_from(ActionType))
    fields = {
        "mode": st.none() | st.sampled_from(MODES.get(kind) or (None,)),
        "name": text,
        "point": st.none() | points,
        "box": st.none() | st.builds(Box, x=number, y=number, width=extent, height=extent),
        "path": st.just(()) | st.lists(points, min_size=2, max_size=4).map(tuple),
        "element": st.none() | text,
        "text": st.none() | text,
        "keys": st.lists(text, max_size=3).map(tuple),
        "direction": st.none() | st.sampled_from(Direction),
        "delta": st.none() | st.builds(Delta, dx=number, dy=number, unit=st.sampled_from(Unit)),
        "scale": st.none() | number,
        "button": st.none() | text,
        "count": st.integers(1, 9),
        "modifiers": st.lists(text, max_size=2).map(tuple),
        "submit": st.booleans(),
        "clear_first": st.booleans(),
        "status": st.sampled_from(STATUSES),
        "seconds": st.none() | extent,
        "space": st.none()
        | st.builds(
            Space,
            kind=st.sampled_from(SpaceKind),
            width=st.none() | number,
            height=st.none() | number,
        ),
        "raw": json_values,
    }
    return Action(type=kind, **{name: draw(each) for name, each in fields.items()})  # type: ignore[arg-type]


positions = st.none() | st.integers(0, 1)
steps = st.builds(
    Step,
    thought=text,
    actions=st.lists(actions(), max_size=3).map(tuple),
    before=positions,
    after=positions,
    before_ui=st.none() | text,
    after_ui=st.none() | text,
    claim=st.none() | text,
    error=st.none() | text,
    actor=st.none() | text,
    number=st.none() | st.integers(),
    started_at=st.none() | text | st.just("2026-03-01T12:00:00Z"),
    ended_at=st.none() | text,
    raw=json_values,
)
trajectories = st.builds(
    Trajectory,
    instruction=text.filter(str.strip),
    platform=st.sampled_from(Platform),
    steps=st.lists(steps, min_size=1, max_size=4).map(tuple),
    screens=st.just(()),
    label=st.none() | st.sampled_from(Label),
    ending=st.builds(Ending, claim=st.none() | st.sampled_from(Claim), answer=st.none() | text),
    format=st.sampled_from(["themis", "webvoyager", "atif"]),
    warnings=st.lists(text, max_size=2).map(tuple),
    meta=json_values,
)
PICTURES = (
    Picture(name="transcript.jsonl line 1", content=png()),
    Picture(name="b.PNG", content=png(3, 4)),
)
recordings = st.builds(Recording, trajectory=trajectories, pictures=st.just(PICTURES))
