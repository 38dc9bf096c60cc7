"""Chromium's accessibility tree and layout, as they come over CDP, to the recorder's elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Required, TypedDict

from demo.recorder.tree import Node
from themis.domain.action import Box

SILENT_ROLES = frozenset(
    {
        "DescriptionList", "InlineTextBox", "LabelText", "Legend", "LineBreak", "ListMarker",
        "MenuListPopup", "generic", "none", "paragraph", "sectionfooter", "sectionheader", "strong",
    }
)  # fmt: skip
PLAIN_ROLES = {"RootWebArea": "document", "StaticText": "text"}


class AxValue(TypedDict, total=False):
    value: str | bool | float


class AxProperty(TypedDict):
    name: str
    value: AxValue


class AxNode(TypedDict, total=False):
    nodeId: Required[str]
    childIds: list[str]
    ignored: bool
    role: AxValue
    name: AxValue
    value: AxValue
    properties: list[AxProperty]
    backendDOMNodeId: int


class Layout(TypedDict):
    nodeIndex: list[int]
    bounds: list[list[float]]


class DomNodes(TypedDict):
    backendNodeId: list[int]


class DomDocument(TypedDict):
    nodes: DomNodes
    layout: Layout
    scrollOffsetX: float
    scrollOffsetY: float


def elements(tree: list[AxNode], documents: list[DomDocument]) -> tuple[Node, ...]:
    """What has a place on the page, in reading order."""
    by_id = {node["nodeId"]: node for node in tree}
    return tuple(_reading_order(tree[0], by_id, _places(documents[0]), above=""))


def _places(document: DomDocument) -> dict[int, Box]:
    """Where each laid-out DOM node is in the viewport, by its backend id."""
    ids, layout = document["nodes"]["backendNodeId"], document["layout"]
    left, top = document["scrollOffsetX"], document["scrollOffsetY"]
    return {
        ids[index]: Box(x=x - left, y=y - top, width=width, height=height)
        for index, (x, y, width, height) in zip(layout["nodeIndex"], layout["bounds"], strict=True)
    }


def _reading_order(
    raw: AxNode, by_id: dict[str, AxNode], places: dict[int, Box], *, above: str
) -> Iterator[Node]:
    """The elements under a node that have a place; no text that the element around it says."""
    node = None if raw.get("ignored") else _node(raw, places)
    if node and not (node.role == "text" and node.name in above):
        yield node
        above = node.name
    for child in raw.get("childIds", ()):
        if child in by_id:
            yield from _reading_order(by_id[child], by_id, places, above=above)


def _node(raw: AxNode, places: dict[int, Box]) -> Node | None:
    role, box = _text(raw.get("role")), places.get(raw.get("backendDOMNodeId", -1))
    if role in SILENT_ROLES or not box or not (box.width and box.height):
        return None
    states = {each["name"]: each["value"].get("value") for each in raw.get("properties", ())}
    value = raw.get("value")
    return Node(
        role=PLAIN_ROLES.get(role, role),
        name=_text(raw.get("name")),
        value=_text(value) if value or role == "textbox" else None,
        checked=_switch(states, "checked"),
        selected=_switch(states, "selected"),
        focused=states.get("focused") is True and role != "RootWebArea",
        disabled=states.get("disabled") is True,
        box=box,
    )


def _text(value: AxValue | None) -> str:
    return str(value.get("value", "")).strip() if value else ""


def _switch(states: dict[str, str | bool | float | None], name: str) -> bool | None:
    return states[name] in (True, "true") if name in states else None
