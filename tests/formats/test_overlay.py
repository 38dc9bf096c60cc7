"""The mark drawn for an action lies where the recorded screen shows what it was aimed at.

What is compared with is evidence the reader did not make the point from: the pointer that arrives
in the next picture, a box somebody drew in pixels, the bounds in a UI tree. Points that are
shifted, scaled or turned on purpose must not pass.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.formats.recordings import DATA, NO_DATA
from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Screen
from themis.formats.contract import Recording
from themis.formats.registry import find
from themis.web.marks import draw

DEMO = Path(__file__).parents[2] / "demo" / "trajectories"
Place = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, width, height
Mistake = Callable[[Place], Place]
MISTAKES: dict[str, Mistake] = {
    "shifted": lambda at: (at[0] + 60, at[1] + 60),
    "shifted back": lambda at: (at[0] - 60, at[1] + 60),
    "scaled up": lambda at: (at[0] * 1.5, at[1] * 1.5),
    "scaled down": lambda at: (at[0] / 1.5, at[1] / 1.5),
    "turned": lambda at: (at[1], at[0]),
}
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA)


def marked(action: Action, image: Image.Image) -> Place:
    """Where the page draws the mark, in pixels of the picture."""
    screen = Screen(digest="", width=image.width, height=image.height, media_type="image/png")
    (mark,) = draw([action], screen).marks
    return mark.x, mark.y


def screens(recording: Recording) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(picture.read(2**24))).convert("RGB") for picture in recording.pictures
    ]


@pytest.mark.data
@needs_data
def test_in_osworld_the_pointer_arrives_where_the_mark_is() -> None:
    moves = list(pointer_moves())
    assert len(moves) == 9
    assert all(arrives(change, at) for change, at in moves)
    for name, wrong in MISTAKES.items():
        assert sum(arrives(change, wrong(at)) for change, at in moves) <= len(moves) / 2, name


def pointer_moves() -> Iterator[tuple[Image.Image, Place]]:
    """What changed on the screen from before to after each move, and where its mark is."""
    for found in find(DATA / "osworld_sec_eval"):
        recording = found.read()
        # One picture a line and one action a line: the screens around each action are known.
        actions = [action for step in recording.trajectory.steps for action in step.actions]
        for action, (before, after) in zip(actions[1:], pairwise(screens(recording)), strict=True):
            if action.type is ActionType.MOVE:
                change = ImageChops.difference(before, after).convert("L")
                yield change, marked(action, before)


def arrives(change: Image.Image, at: Place) -> bool:
    """Whether as many pixels changed right and below as a pointer covers."""
    x, y = (round(number) for number in at)
    window = change.crop((x - 4, y - 4, x + 24, y + 24))
    return sum(window.histogram()[25:]) >= 40


@pytest.mark.data
@needs_data
def test_in_agentnet_the_mark_lies_in_the_box_drawn_around_the_target() -> None:
    targets = list(annotated())
    assert len(targets) == 5
    assert all(holds(box, at) for box, at in targets)
    for name, wrong in MISTAKES.items():
        assert sum(holds(box, wrong(at)) for box, at in targets) <= 1, name


def annotated() -> Iterator[tuple[Box, Place]]:
    """The box of each target in pixels, as the file has it, and where the mark is.

    Only where the pictures are: in other files the boxes count in pixels of another size.
    """
    folder = DATA / "opencua_agentnetbench"
    for found in find(folder):
        recording = found.read()
        shown = json.loads(found.source.read_text("utf-8"))["steps"]
        if recording.pictures:
            images = screens(recording)
            for step, told in zip(recording.trajectory.steps, shown, strict=True):
                for action, truth in zip(step.actions, told["ground_truth_actions"], strict=True):
                    for box in truth["metadata"].get("bboxes", []):
                        assert step.before is not None
                        yield tuple(box["abs_bbox"]), marked(action, images[step.before])


def holds(box: Box, at: Place) -> bool:
    left, top, width, height = box
    return left <= at[0] <= left + width and top <= at[1] <= top + height


def test_in_the_demo_the_mark_lies_on_the_element_the_tree_names() -> None:
    targets = list(named_in_trees())
    assert len(targets) > 40
    assert all(any(holds(box, at) for box in boxes) for boxes, at in targets)
    for name, wrong in MISTAKES.items():
        hit = sum(any(holds(box, wrong(at)) for box in boxes) for boxes, at in targets)
        assert hit <= len(targets) / 3, name


BOUNDS = re.compile(r'bounds="(-?\d+),(-?\d+),(\d+),(\d+)"')


def named_in_trees() -> Iterator[tuple[list[Box], Place]]:
    """The bounds of what the tree calls like the target, and where the mark is."""
    for found in find(DEMO):
        recording = found.read()
        images = screens(recording)
        for step in recording.trajectory.steps:
            for action in step.actions:
                if step.before is None or action.point is None or not action.element:
                    continue
                lines = [line.strip() for line in (step.before_ui or "").splitlines()]
                boxes = [
                    (float(match[1]), float(match[2]), float(match[3]), float(match[4]))
                    for line in lines
                    if line.startswith(action.element) and (match := BOUNDS.search(line))
                ]
                yield boxes, marked(action, images[step.before])
