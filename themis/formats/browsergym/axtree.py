"""Chrome's accessibility tree as lines of text: `[12] button 'Save', focused=True`."""

from __future__ import annotations

from collections.abc import Iterator

from themis.domain.jsontypes import Json
from themis.formats.fields import items, record, text

_SILENT = frozenset(("InlineTextBox", "LineBreak", "none", "generic", ""))
_DEEPEST = 40  # levels that are still indented


def as_text(tree: Json) -> str:
    """One line an element that says anything, indented by depth; empty where there is no tree."""
    nodes = [record(node) for node in items(record(tree).get("nodes"))]
    by_id = {_id(node.get("nodeId")): node for node in nodes}
    children = {_id(child) for node in nodes for child in items(node.get("childIds"))}
    roots = [node for node in nodes if _id(node.get("nodeId")) not in children]
    return "\n".join(_lines(roots, by_id))


def _lines(roots: list[dict[str, Json]], by_id: dict[str, dict[str, Json]]) -> Iterator[str]:
    seen: set[str] = set()
    pending = [(node, 0) for node in reversed(roots)]
    while pending:
        node, depth = pending.pop()
        identity = _id(node.get("nodeId"))
        if identity in seen:  # a tree that bites its tail
            continue
        seen.add(identity)
        line = _line(node)
        if line:
            yield "\t" * min(depth, _DEEPEST) + line
        held = [by_id[name] for name in map(_id, items(node.get("childIds"))) if name in by_id]
        pending += [(child, depth + bool(line)) for child in reversed(held)]


def _line(node: dict[str, Json]) -> str:
    role = text(record(node.get("role")).get("value"))
    name = text(record(node.get("name")).get("value"))
    bid = text(node.get("browsergym_id"))
    if node.get("ignored") is True or (role in _SILENT and not name):
        return ""
    if role == "InlineTextBox":  # repeats the text it stands in
        return ""
    marked = f"[{bid}] " if bid else ""
    value = record(node.get("value")).get("value")
    given = f" value={value!r}" if isinstance(value, str | int | float) else ""
    told = "".join(f", {name}={value}" for name, value in _properties(node))
    return f"{marked}{role} {name!r}{given}{told}"


def _properties(node: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for each in map(record, items(node.get("properties"))):
        value = record(each.get("value")).get("value")
        if isinstance(value, str | int | float) and value is not False:
            yield text(each.get("name")), value


def _id(value: Json) -> str:
    return str(value) if isinstance(value, str | int) else ""
