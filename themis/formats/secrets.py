"""Secrets of whoever recorded a run: values that are known by their name, and are not kept.

Cookies of a browser, headers of a request, keys of an API stand in the settings that programs save
beside a run. The name stays, so that it can be seen what was there; what it held does not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Step
from themis.formats.contract import Recording
from themis.formats.fields import record
from themis.formats.jsonfile import parse

LEFT_OUT = "<left out: a secret>"
_MAX_NAME = 120  # letters of a key
_MAX_NAMED = 10  # names in the warning
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[^a-z0-9]+")
_TOKENS = "access|auth|refresh|id|session|bearer|api|oauth|csrf|github|gh|gitlab|hf|hub|slack|bot"
_SECRET = re.compile(
    r"(?:\w*_)?(?:api_?key|apikey|secret_?key|private_?key|access_key_id|secret_access_key"
    r"|client_secret|password|passwd|passphrase|authorization|auth_header|bearer|credentials?"
    rf"|storage_?state|cookies?|set_cookie|(?:{_TOKENS})_?token|extra_http_headers"
    r")|token|secret"
)
_PAIRS = (("name", "value"), ("key", "value"))  # headers, where they are a list of objects
_SCHEMES = re.compile(r"(?:Bearer|Basic) [\w.~+/=-]{16,}")


def without_secrets(recording: Recording) -> Recording:
    """The recording without them, and a warning that names them; the same one if it has none."""
    found = _Search()
    trajectory = recording.trajectory
    meta = found.clean(trajectory.meta)
    steps = tuple(_step(step, found) for step in trajectory.steps)
    if not found.names:
        return recording
    named = ", ".join(found.names[:_MAX_NAMED])
    more = f" and {len(found.names) - _MAX_NAMED} more" if len(found.names) > _MAX_NAMED else ""
    said = f"secrets of the recorder were left out: {named}{more}"
    warnings = (*trajectory.warnings, said)
    return replace(
        recording, trajectory=replace(trajectory, meta=meta, steps=steps, warnings=warnings)
    )


def _step(step: Step, found: _Search) -> Step:
    raw = found.clean(step.raw)
    actions = tuple(_action(action, found) for action in step.actions)
    if raw is step.raw and all(new is old for new, old in zip(actions, step.actions, strict=True)):
        return step
    return replace(step, raw=raw, actions=actions)


def _action(action: Action, found: _Search) -> Action:
    raw = found.clean(action.raw)
    if raw is action.raw:
        return action
    said = action.text
    if action.type is ActionType.TOOL_CALL and said is not None and _written(said):
        said = json.dumps(found.clean(_written(said)), ensure_ascii=False)
    return replace(action, raw=raw, text=said)


def _written(said: str) -> dict[str, Json]:
    """The arguments of a call that is nothing known, which are its text."""
    try:
        return record(parse(said, at="arguments"))
    except UnreadableTrajectory:
        return {}


@dataclass(slots=True)
class _Search:
    """What was met so far: each name once, in order."""

    names: list[str] = field(default_factory=list)

    def clean(self, value: Json) -> Json:
        """The value without secrets; the very same object where it has none."""
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            cleaned = [self.clean(each) for each in value]
            return value if all(a is b for a, b in zip(cleaned, value, strict=True)) else cleaned
        if isinstance(value, str) and _SCHEMES.fullmatch(value):
            return self._left_out(value.split(" ", 1)[0])
        return value

    def _object(self, value: dict[str, Json]) -> dict[str, Json]:
        pair = next((held for name, held in _PAIRS if _is_named(value.get(name), value, held)), "")
        cleaned = {
            key: self._left_out(str(value.get("name") or value.get("key")))
            if key == pair
            else self._left_out(key)
            if _is_secret(key, held, value)
            else self.clean(held)
            for key, held in value.items()
        }
        return value if all(cleaned[key] is held for key, held in value.items()) else cleaned

    def _left_out(self, name: str) -> str:
        if name[:60] not in self.names:
            self.names.append(name[:60])
        return LEFT_OUT


def _is_named(name: Json, value: dict[str, Json], held: str) -> bool:
    """Whether an object is a pair whose name says that the other half is a secret."""
    return isinstance(name, str) and _is_secret(name, value.get(held), value)


def _is_secret(key: str, held: Json, around: dict[str, Json]) -> bool:
    """By its name; an empty value, a number and what a schema says of a field are none."""
    if not isinstance(held, str | dict | list) or not held or held == LEFT_OUT:
        return False
    if len(key) > _MAX_NAME or not _SECRET.fullmatch(_spelt(key)):
        return False
    is_schema = isinstance(held, dict) and isinstance(held.get("type"), str)
    is_piece_of_text = "logprob" in around  # what a model counts in
    return not is_schema and not is_piece_of_text


def _spelt(key: str) -> str:
    """storageState, X-Api-Key: words in small letters with _ between them."""
    return _WORDS.sub("_", _HUMP.sub("_", key).lower()).strip("_")
