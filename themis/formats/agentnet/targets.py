"""The boxes AgentNetBench draws around the targets of its actions."""

from __future__ import annotations

from dataclasses import replace

from themis.domain.action import Action, ActionType, Box
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import items, number, record, text
from themis.formats.frame import NORM1, Frame

_AIMED = (ActionType.CLICK, ActionType.MOVE)


def with_boxes(
    actions: tuple[Action, ...], shown: tuple[Json, ...], frame: Frame
) -> tuple[Action, ...]:
    """The actions, each with the box of the next ground truth action that is called the same."""
    left = [record(each) for each in shown[:MAX_ACTIONS]]
    found = []
    for action in actions:
        names = [text(each.get("type")) for each in left]
        own = left.pop(names.index(action.name)) if action.name in names else {}
        found.append(_boxed(action, own, frame))
    return tuple(found)


def _boxed(action: Action, own: dict[str, Json], frame: Frame) -> Action:
    if action.type not in _AIMED:
        return action
    boxes = items(record(own.get("metadata")).get("bboxes"))
    drawn = [box for each in boxes if (box := _box(record(each).get("rel_bbox"), frame))]
    around = [box for box in drawn if _holds(box, action)]
    return replace(action, box=(around or drawn)[0]) if drawn else action


def _box(relative: Json, frame: Frame) -> Box | None:
    """[x, y, width, height], each from 0 to 1."""
    given = [number(each) for each in items(relative)]
    x, y, across, along = given if len(given) == 4 else [None] * 4
    if x is None or y is None or across is None or along is None:
        return None
    corner = frame.place(x, y, NORM1)
    other = frame.place(min(x + across, 1.0), min(y + along, 1.0), NORM1)
    if corner is None or other is None or other.x < corner.x or other.y < corner.y:
        return None
    return Box(
        x=corner.x,
        y=corner.y,
        width=round(other.x - corner.x, 2),
        height=round(other.y - corner.y, 2),
    )


def _holds(box: Box, action: Action) -> bool:
    return (
        action.point is not None
        and box.x <= action.point.x <= box.x + box.width
        and box.y <= action.point.y <= box.y + box.height
    )
