"""What a source says beside a run, looked through for two names: who acted, and in which app.

Sources name them in many ways or not at all; nothing is guessed from an instruction or a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from themis.domain import wire
from themis.domain.action import ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory
from themis.formats.fields import items, record, text

MAX_NAME = 80  # characters

_AGENTS = ("agent", "agent_name", "agent_type", "agent_class")
_MODELS = ("model", "model_name", "model_id", "chat_model_name", "engine")
_APPS = ("app", "app_name", "apps", "application", "program", "related_apps")
_SITES = ("website", "web_name", "site", "domain")
_ADDRESSES = ("start_url", "url", "web")
_VERSION = re.compile(r"\s+v?\d[\d.]*\b.*$")  # "Chromium 156.0.8078.79" is Chromium
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def agent_of(meta: Json) -> str:
    """Who acted: the agent, with its model where both are told; empty where neither is."""
    told = record(meta)
    named = _first(_names(told, _AGENTS))
    inner = record(told.get("agent"))
    model = _first((*_names(told, _MODELS), *_names(inner, _MODELS)))
    model = model or _first(_names(record(told.get("kwargs")), _MODELS))
    if named and model and model.casefold() not in named.casefold():
        return _cut(f"{named} ({model})")
    return named or model


def app_of(meta: Json, opened: str = "") -> str:
    """The app or site that the run is about; else the first that was opened; empty if unknown."""
    told = record(meta)
    app = _VERSION.sub("", _first(_names(told, _APPS)).partition(",")[0])
    return app or _first(_names(told, _SITES)) or _site(told) or _cut(opened)


def first_opened(trajectory: Trajectory) -> str:
    """The first app that the agent opened by name; empty where it opened none."""
    actions = (action for step in trajectory.steps for action in step.actions)
    opened = (each.text for each in actions if each.type is ActionType.OPEN_APP and each.text)
    return _cut(next(opened, ""))


def first_opened_in(payload: Json) -> str:
    """The same of a recording as `wire` writes it, without reading the rest."""
    for step in items(record(payload).get("steps")):
        for action in map(record, items(record(step).get("actions"))):
            if action.get("type") == ActionType.OPEN_APP.value and text(action.get("text")):
                return _cut(text(action.get("text")))
    return ""


def _names(told: dict[str, Json], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        held = told.get(key)
        if isinstance(held, dict):
            held = held.get("name")
        if isinstance(held, list):
            held = next((each for each in held if isinstance(each, str)), None)
        yield text(held)


def _site(told: dict[str, Json]) -> str:
    for key in _ADDRESSES:
        address = text(told.get(key))
        try:
            host = urlsplit(address).hostname if "://" in address else None
        except ValueError:  # a bracket that is no address of a machine
            continue
        if host:
            return _cut(host.removeprefix("www."))
    return ""


def _first(names: Iterator[str] | tuple[str, ...]) -> str:
    return next(filter(None, map(_cut, names)), "")


def _cut(name: str) -> str:
    return _BLANK.sub(" ", wire.clean(name)).strip()[:MAX_NAME].strip()
