"""What tool results tell: a UI tree, the size of a device, an error inside a friendly reply."""

from __future__ import annotations

import re

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform
from themis.formats.fields import items, number, record, text
from themis.formats.jsonfile import parse
from themis.formats.mcp.actions import is_aside
from themis.formats.mcp.transcript import ToolCall
from themis.formats.pictures import Size

_CORNER = re.compile(r"\[0,0\]\[(\d{1,5}),(\d{1,5})\]")  # bounds of a box at the top left
_XML = ("<?xml", "<hierarchy", "<node")
_LAST_CALLS = 20  # how far back a file that is read may have been written


def ui_of(call: ToolCall) -> str | None:
    """The UI tree in the result, in the tool's own notation."""
    if call.failed or is_aside(call):
        return None
    return next((said for said in call.texts if _is_tree(said)), None)


def _is_tree(said: str) -> bool:
    if said.lstrip().startswith(_XML):
        return True
    reply = _reply(said)
    return bool(items(reply.get("elements"))) or "ui_schema" in reply


def _reply(said: str) -> dict[str, Json]:
    if not said.lstrip().startswith("{"):
        return {}
    try:
        return record(parse(said, at="tool result"))
    except UnreadableTrajectory:  # text that only looks like JSON
        return {}


def size_of_device(call: ToolCall) -> Size | None:
    """The size of the device, from a state report or from the largest box of a UI tree."""
    for said in call.texts:
        stated = record(_reply(said).get("screen_size"))
        wide, high = number(stated.get("width")), number(stated.get("height"))
        if wide and high and wide >= 1 and high >= 1:
            return Size(int(wide), int(high))
    corners = [Size(int(wide), int(high)) for wide, high in _CORNER.findall(ui_of(call) or "")]
    return max((size for size in corners if all(size)), key=_area, default=None)


def _area(size: Size) -> int:
    return size.width * size.height


def platform_of(call: ToolCall) -> Platform | None:
    """The platform a screen was seen on."""
    if is_aside(call):
        return None
    for reply in map(_reply, call.texts):
        named = text(reply.get("platform")) or text(record(reply.get("ui_schema")).get("platform"))
        if named in list(Platform):
            return Platform(named)
    return None


def error_of(call: ToolCall) -> str | None:
    """What the environment answered when the call failed."""
    if call.failed:
        return "\n".join(call.texts) or "the tool failed without a word"
    for reply in map(_reply, call.texts):
        if said := text(reply.get("error")):
            return said
        if reply.get("success") is False:
            return "\n".join(call.texts)
    return None


def give_shots_back(calls: list[ToolCall]) -> None:
    """A screenshot that was stored in a file and read later belongs to the call that took it."""
    for position, call in enumerate(calls):
        path = text(call.given.get("file_path"))
        if call.is_mcp or not call.shots or not path:
            continue
        earlier = calls[max(0, position - _LAST_CALLS) : position]
        taker = next((each for each in reversed(earlier) if _wrote(each, path)), None)
        if taker is not None:
            taken = [shot.content for shot in taker.shots]
            taker.shots += [shot for shot in call.shots if shot.content not in taken]
            call.shots = []


def _wrote(call: ToolCall, path: str) -> bool:
    return call.is_mcp and any(path in said for said in call.texts)
