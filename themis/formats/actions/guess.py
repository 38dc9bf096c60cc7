"""Actions of a source that does not say whose words it uses: read where there is no doubt."""

from __future__ import annotations

from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.formats.actions.vocabularies import VOCABULARIES
from themis.formats.frame import Frame

_NOT_UNDERSTOOD = (ActionType.TOOL_CALL, ActionType.CODE)


def understood(payload: Json, frame: Frame) -> tuple[Action, ...]:
    """What every vocabulary that knows the payload makes of it; nothing where they disagree."""
    readings = (each.read(payload, frame) for each in VOCABULARIES)
    known = [
        found
        for found in readings
        if found and all(action.type not in _NOT_UNDERSTOOD for action in found)
    ]
    alike = {_essence(found) for found in map(tuple, known)}
    return known[0] if len(alike) == 1 else ()


def _essence(actions: tuple[Action, ...]) -> str:
    """The actions without what each vocabulary calls them."""
    return repr([replace(each, name="", raw=None, space=None) for each in actions])
