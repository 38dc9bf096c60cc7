"""Whatever a model counts in, the resolved place lies on what the recorded screen shows there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.formats import computer_use as logs
from themis.domain.action import ActionType, SpaceKind
from themis.formats.contract import Recording
from themis.formats.registry import find

LOGS = {
    "claude, display as recorded": (partial(logs.claude_log, display=(1280, 800)), None),
    "claude, no display": (logs.claude_log, None),
    "claude, smaller display": (
        partial(logs.claude_log, display=(1024, 640)),
        SpaceKind.RESIZED,
    ),
    "claude, larger display": (partial(logs.claude_log, display=(2560, 1600)), SpaceKind.PX),
    "claude, toolset": (logs.claude_toolset_log, None),
    "openai, no display": (logs.openai_log, None),
    "openai, smaller display": (
        partial(logs.openai_log, display=(1024, 640)),
        SpaceKind.RESIZED,
    ),
    "gemini, old name": (logs.gemini_log, SpaceKind.NORM1000),
    "gemini, new name": (partial(logs.gemini_log, name="click"), SpaceKind.NORM1000),
    "ui-tars 1.5, resized": (
        partial(logs.uitars_log, model="UI-TARS-1.5-7B", wide=1288, high=812),
        SpaceKind.RESIZED,
    ),
    "ui-tars 1.0, thousandths": (
        partial(logs.uitars_log, model="UI-TARS-72B-DPO", wide=1000, high=1000),
        SpaceKind.NORM1000,
    ),
    "ui-tars, taken apart": (logs.uitars_parsed_log, SpaceKind.NORM1),
    "cua": (logs.cua, None),
    "cua, killed before its turns were written": (
        partial(logs.cua, with_new_items=True),
        None,
    ),
}


def only(folder: Path) -> Recording:
    (found,) = find(folder)
    return found.reader.read(found.source)


@pytest.mark.parametrize(("write", "kind"), LOGS.values(), ids=LOGS.keys())
def test_the_click_lies_on_the_target(
    tmp_path: Path, write: Callable[[Path], Path], kind: SpaceKind | None
) -> None:
    write(tmp_path)
    recording = only(tmp_path)
    (step,) = (
        step
        for step in recording.trajectory.steps
        if any(action.type is ActionType.CLICK for action in step.actions)
    )
    (action,) = step.actions
    assert action.point is not None
    assert step.before is not None
    picture = recording.pictures[step.before].read(10**7)
    assert logs.colour(picture, action.point.x, action.point.y) == logs.RED
    assert (action.space.kind if action.space else None) == kind


@pytest.mark.parametrize("size", [(1024, 640), (1000, 1000), (1288, 812)])
def test_the_target_is_missed_by_whoever_mistakes_what_is_counted(size: tuple[int, int]) -> None:
    assert logs.colour(logs.screen(), *logs.aim(*size)) != logs.RED
