"""Domain values to JSON and back, strictly: the only place that knows both forms.

What is written carries a version (`{"v": 1, ...}`), so that rows and files of an older Themis
stay readable. Reading never guesses: a wrong type, an unknown field or a missing one is an
`UnreadableTrajectory` that names the field.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json

VERSION = 2
_OLD_MOVES = ("back", "forward", "reload")  # version 1 wrote them where an address stands
T = TypeVar("T")


def dump(value: object) -> dict[str, Json]:
    """A dataclass as a versioned JSON object; fields at their default are left out."""
    encoded = encode(value)
    if not isinstance(encoded, dict):
        raise TypeError(f"{type(value).__name__} is not a record")
    return {"v": VERSION, **encoded}


def load(kind: type[T], data: Json, *, at: str = "") -> T:
    """A dataclass from its versioned JSON object.

    Raises UnreadableTrajectory for another version, or with the path of the first bad field.
    """
    where = at or kind.__name__.lower()
    if not isinstance(data, dict):
        raise UnreadableTrajectory(f"{where}: expected an object")
    rest = dict(data)
    version = rest.pop("v", None)
    if version == 1:
        rest = typing.cast("dict[str, Json]", upgraded(rest))
    elif version != VERSION:
        raise UnreadableTrajectory(
            f"{where}.v: this Themis reads versions 1 and {VERSION}, not {version!r:.40}"
        )
    return decode(kind, rest, at=where)


def upgraded(data: Json) -> Json:
    """What version 1 wrote, as version 2 writes it: the way of a navigation has its own field."""
    if isinstance(data, list):
        return [upgraded(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data.get("type") == "navigate" and data.get("text") in _OLD_MOVES and "mode" not in data:
        rest = {name: held for name, held in data.items() if name != "text"}
        return {**rest, "mode": data["text"]}
    return {name: held if name == "raw" else upgraded(held) for name, held in data.items()}


def encode(value: object) -> Json:
    """Any domain value as plain JSON."""
    if type(value) is str:  # most of what there is
        return clean(value)
    fields = _fields(typing.cast("typing.Hashable", type(value)))
    if fields is not None:
        return {
            name: encode(held)
            for name, default in fields
            if (held := getattr(value, name)) != default
        }
    if isinstance(value, Enum):
        return typing.cast(Json, value.value)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): encode(item) for key, item in value.items()}
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return typing.cast(Json, value)


def decode(kind: type[T], data: Json, *, at: str) -> T:
    """A value of `kind` from plain JSON; UnreadableTrajectory names the field that is wrong."""
    return typing.cast(T, _decode(kind, data, at))


def clean(text: str) -> str:
    """Text that every store accepts: NUL and lone surrogates become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    paired = text.replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass")
    return paired.decode("utf-16-le", "replace")


def _decode(kind: Any, data: Any, at: str) -> Any:
    if kind is Any or kind is Json or _is_json(kind):
        return data
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_union(kind, data, at)
    if origin is tuple:
        if not isinstance(data, list):
            raise UnreadableTrajectory(f"{at}: expected a list")
        (item, *_) = get_args(kind)
        return tuple(_decode(item, each, f"{at}[{i}]") for i, each in enumerate(data))
    if dataclasses.is_dataclass(kind):
        return _decode_record(typing.cast("type[Any]", kind), data, at)
    if issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in kind)
            raise UnreadableTrajectory(f"{at}: expected one of {allowed}") from None
    return _decode_plain(kind, data, at)


def _decode_union(kind: Any, data: Any, at: str) -> Any:
    members = get_args(kind)
    if data is None and type(None) in members:
        return None
    (only, *others) = [member for member in members if member is not type(None)]
    if others:
        raise TypeError(f"{kind} cannot be read: one type or None is all that wire knows")
    return _decode(only, data, at)


def _decode_record(kind: type[Any], data: Any, at: str) -> Any:
    if not isinstance(data, dict):
        raise UnreadableTrajectory(f"{at}: expected an object")
    hints = _hints(typing.cast("typing.Hashable", kind))
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise UnreadableTrajectory(f"{at}.{unknown[0]:.80}: no such field in version {VERSION}")
    for field in dataclasses.fields(kind):
        if field.name not in data and field.default is dataclasses.MISSING:
            raise UnreadableTrajectory(f"{at}.{field.name}: missing")
    return kind(**{name: _decode(hints[name], data[name], f"{at}.{name}") for name in data})


def _decode_plain(kind: type[Any], data: Any, at: str) -> Any:
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        data = float(data) if abs(data) < 2**1000 else math.inf
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise UnreadableTrajectory(f"{at}: expected {_PLAIN[kind]}")
    if isinstance(data, float) and not math.isfinite(data):
        raise UnreadableTrajectory(f"{at}: expected a finite number")
    return clean(data) if isinstance(data, str) else data


_PLAIN: dict[type[Any], str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _is_json(kind: Any) -> bool:
    return isinstance(kind, typing.ForwardRef) or (
        get_origin(kind) in (Union, types.UnionType)
        and any(get_origin(member) is list for member in get_args(kind))
    )


@cache
def _hints(kind: typing.Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _fields(kind: typing.Hashable) -> tuple[tuple[str, object], ...] | None:
    """Name and default of each field of a dataclass; None for any other type."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))
