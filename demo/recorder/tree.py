"""The UI tree as the recorder sees it: a flat list of elements in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from demo.recorder.errors import RecordingFailed
from themis.domain.action import Box, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One element. `checked` and `selected` are None where the element knows no such state."""

    role: str
    name: str
    value: str | None = None
    checked: bool | None = None
    selected: bool | None = None
    focused: bool = False
    disabled: bool = False
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """How a script names an element: role and name, and which one where several match."""

    role: str
    name: str
    nth: int = 0

    def __str__(self) -> str:
        return f'{self.role} "{self.name}"'


def matching(nodes: Iterable[Node], target: Target) -> list[Node]:
    """The elements that a target names, in reading order."""
    return [node for node in nodes if (node.role, node.name) == (target.role, target.name)]


def locate(nodes: Iterable[Node], target: Target) -> Box:
    """Where the target is on the screen; RecordingFailed where it is not."""
    found = matching(nodes, target)
    if len(found) <= target.nth:
        raise RecordingFailed(f"{target} is not on the screen")
    box = found[target.nth].box
    if box is None:
        raise RecordingFailed(f"{target} has no place on the screen")
    return box


def spot(box: Box, across: float = 0.5, down: float = 0.5) -> Point:
    """A point inside a box, in fractions of its size; whole pixels."""
    return Point(x=round(box.x + box.width * across), y=round(box.y + box.height * down))


def render(nodes: Iterable[Node]) -> str:
    """The tree as text, one element a line: `role "name" key="value"`."""
    return "\n".join(_line(node) for node in nodes)


def _line(node: Node) -> str:
    parts = [f"{node.role} {_quoted(node.name)}"]
    if node.value is not None:
        parts.append(f"value={_quoted(node.value)}")
    for key, state in (("checked", node.checked), ("selected", node.selected)):
        if state is not None:
            parts.append(f'{key}="{str(state).lower()}"')
    parts += [f'{key}="true"' for key in ("focused", "disabled") if getattr(node, key)]
    if node.box is not None:
        parts.append(f'bounds="{_bounds(node.box)}"')
    return " ".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _bounds(box: Box) -> str:
    return ",".join(str(round(side)) for side in (box.x, box.y, box.width, box.height))
