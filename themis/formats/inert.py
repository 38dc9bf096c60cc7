"""What stands in for the objects of a foreign pickle: data that cannot do anything."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import partial
from typing import TypeAlias

from PIL import Image

_MAX_AXES = 8
_CODES = {
    "b1": "?",
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
    "i1": "b",
    "i2": "h",
    "i4": "i",
    "i8": "q",
    "f2": "e",
    "f4": "f",
    "f8": "d",
}


class Unfit(Exception):
    """An argument that what is admitted does not take; the text says which."""


Factory: TypeAlias = Callable[[tuple[object, ...]], object]
Admitted: TypeAlias = Mapping[str, Factory]


@dataclass(slots=True)
class Thing:
    """An object of an admitted class: its name and what it was given, and nothing of its code."""

    name: str
    args: tuple[object, ...] = ()
    state: object = None
    entries: dict[str, object] = field(default_factory=dict)  # of a subclass of dict
    listed: list[object] = field(default_factory=list)  # of a subclass of list

    def fill(self, state: object) -> None:
        """Keep the state."""
        self.state = state


class Withheld(Thing):
    """An object that may hold credentials, such as a request: its name is all that is kept."""

    __slots__ = ()

    def fill(self, state: object) -> None:
        """Keep nothing."""


@dataclass(slots=True)
class Kind:
    """The type of an array's items, as numpy writes it: "u1" and "<" for the byte order."""

    code: str
    order: str = "<"

    @property
    def size(self) -> int:
        """Bytes of one item; 0 where the items are objects or of a kind that is not read."""
        if self.code in _CODES:
            return int(self.code[1:])
        letters = self.code[1:]
        is_text = self.code[:1] == "U" and letters.isascii() and letters.isdigit()
        return 4 * int(letters) if is_text else 0

    def fill(self, state: object) -> None:
        """Take the byte order out of numpy's state of a dtype."""
        given = state if isinstance(state, tuple) else ()
        if len(given) < 2 or given[1] not in ("<", ">", "|", "="):
            raise Unfit("dtype")
        self.order = ">" if given[1] == ">" else "<"

    def read(self, data: bytes) -> list[bool | int | float | str]:
        """The items; Unfit where the bytes do not hold whole ones."""
        if self.size == 0 or len(data) % self.size:
            raise Unfit(f"dtype {self.code}")
        if self.code not in _CODES:
            coding = "utf-32-be" if self.order == ">" else "utf-32-le"
            parts = (data[at : at + self.size] for at in range(0, len(data), self.size))
            return [part.decode(coding, "replace").rstrip("\0") for part in parts]
        return list(struct.unpack(f"{self.order}{len(data) // self.size}{_CODES[self.code]}", data))


@dataclass(slots=True)
class Blob:
    """Many bytes, which an array may take over: the memo of a pickle would hold them for good."""

    content: bytes

    @property
    def weight(self) -> int:
        """Bytes that it holds now."""
        return len(self.content)


@dataclass(slots=True)
class Array:
    """A numpy array: how long each axis is, what it holds, and the bytes, rows first."""

    shape: tuple[int, ...] = (0,)
    kind: Kind = field(default_factory=lambda: Kind("u1"))
    data: bytes = b""
    packed: bytes = b""  # a PNG in place of `data`, where that was large
    objects: list[object] = field(default_factory=list)  # where it holds objects

    def fill(self, state: object) -> None:
        """Take numpy's state of an array: version, shape, dtype, Fortran order, data."""
        given = state if isinstance(state, tuple) else ()
        if len(given) != 5:
            raise Unfit("ndarray")
        _version, shape, kind, fortran, data = given
        self.become(shape, kind, data, fortran=fortran is not False)

    def become(self, shape: object, kind: object, data: object, *, fortran: bool) -> None:
        """Take what the array holds; Unfit where the parts do not belong together."""
        axes = shape if isinstance(shape, tuple) else (shape,)
        lengths = tuple(axis for axis in axes if type(axis) is int and axis >= 0)
        if len(lengths) != len(axes) or len(axes) > _MAX_AXES or not isinstance(kind, Kind):
            raise Unfit("ndarray")
        if fortran and sum(length > 1 for length in lengths) > 1:
            raise Unfit("ndarray in Fortran order")
        self.shape, self.kind = lengths, kind
        if isinstance(data, list) and len(data) == math.prod(lengths):
            self.objects = data
        elif isinstance(data, bytes | Blob) and _count(data) == math.prod(lengths) * kind.size:
            self._take(data)
        else:
            raise Unfit(f"ndarray of {kind.code}")

    def _take(self, data: bytes | Blob) -> None:
        if isinstance(data, bytes):
            self.data = data
            return
        self.data = data.content
        if self.is_picture:
            self.packed, self.data = self.png(), b""
            data.content = self.packed  # that the memo holds it no longer

    @property
    def is_picture(self) -> bool:
        """Whether it holds pixels: rows, columns, and red, green, blue (and alpha) bytes."""
        return self.kind.code == "u1" and len(self.shape) == 3 and self.shape[2] in (3, 4)

    def png(self) -> bytes:
        """The pixels as a PNG; Unfit where it holds none."""
        if self.packed:
            return self.packed
        if not self.is_picture or not self.data:
            raise Unfit("not an array of pixels")
        rows, columns, bands = self.shape
        written = io.BytesIO()
        picture = Image.frombytes("RGB" if bands == 3 else "RGBA", (columns, rows), self.data)
        picture.save(written, "PNG", compress_level=1)
        return written.getvalue()


def _count(data: bytes | Blob) -> int:
    return len(data) if isinstance(data, bytes) else data.weight


def things(*names: str) -> dict[str, Factory]:
    """The classes of these names (`module.Class`), each admitted as a thing."""
    return {name: partial(Thing, name) for name in names}


def withheld(*names: str) -> dict[str, Factory]:
    """The classes of these names, admitted without anything they hold."""
    return {name: partial(_withheld, name) for name in names}


def _withheld(name: str, _args: tuple[object, ...]) -> Withheld:
    return Withheld(name)


def _numbers(args: Iterable[object]) -> list[int]:
    found = [arg for arg in args if type(arg) is int]
    if len(found) > 7:
        raise Unfit("too many numbers")
    return found


def _datetime(args: tuple[object, ...]) -> datetime:
    zone = args[1] if len(args) == 2 else None
    if not args or (zone is not None and not isinstance(zone, tzinfo)):
        raise Unfit("datetime")
    packed = args[0]
    if not isinstance(packed, bytes) or len(packed) != 10:
        raise Unfit("datetime")
    year, month, day, hour, minute, second = struct.unpack(">H5B", packed[:7])
    micro = int.from_bytes(packed[7:])
    return datetime(year, month & 0x7F, day, hour, minute, second, micro, tzinfo=zone)


def _date(args: tuple[object, ...]) -> date:
    if len(args) != 1 or not isinstance(args[0], bytes) or len(args[0]) != 4:
        raise Unfit("date")
    return date(*struct.unpack(">H2B", args[0]))


def _time(args: tuple[object, ...]) -> time:
    if len(args) != 1 or not isinstance(args[0], bytes) or len(args[0]) != 6:
        raise Unfit("time")
    hour, minute, second = args[0][:3]
    return time(hour & 0x7F, minute, second, int.from_bytes(args[0][3:]))


def _timedelta(args: tuple[object, ...]) -> timedelta:
    return timedelta(*_numbers(args)[:3])


def _timezone(args: tuple[object, ...]) -> timezone:
    if not args or not isinstance(args[0], timedelta):
        raise Unfit("timezone")
    return timezone(args[0])


def _bytes(args: tuple[object, ...]) -> bytes | Blob:
    """Bytes as protocol 2 writes them: text of Latin-1 letters, and how to encode it."""
    if not args:
        return b""
    if isinstance(args[0], str) and args[1:] == ("latin1",):
        return args[0].encode("latin1")
    if isinstance(args[0], bytes | Blob) and len(args) == 1:
        return args[0]
    raise Unfit("bytes")


def _list(args: tuple[object, ...]) -> list[object]:
    if not args:
        return []
    if not isinstance(args[0], list | tuple):
        raise Unfit("list")
    return [*args[0]]


def _empty_dict(_args: tuple[object, ...]) -> dict[str, object]:
    # What follows in the pickle fills it; a defaultdict's factory is not kept.
    return {}


def _array(_args: tuple[object, ...]) -> Array:
    return Array()


def _from_buffer(args: tuple[object, ...]) -> Array:
    if len(args) != 4:
        raise Unfit("_frombuffer")
    data, kind, shape, order = args
    array = Array()
    array.become(shape, kind, data, fortran=order != "C")
    return array


def _kind(args: tuple[object, ...]) -> Kind:
    if not args or not isinstance(args[0], str) or len(args[0]) > 16:
        raise Unfit("dtype")
    return Kind(args[0].lstrip("<>|="), ">" if args[0].startswith(">") else "<")


def _scalar(args: tuple[object, ...]) -> object:
    if len(args) != 2 or not isinstance(args[0], Kind):
        raise Unfit("scalar")
    if not isinstance(args[1], bytes) or len(args[1]) != args[0].size:
        raise Unfit(f"scalar of {args[0].code}")
    return args[0].read(args[1])[0]


STANDARD: Admitted = {
    "datetime.datetime": _datetime,
    "datetime.date": _date,
    "datetime.time": _time,
    "datetime.timedelta": _timedelta,
    "datetime.timezone": _timezone,
    "collections.OrderedDict": _empty_dict,
    "collections.defaultdict": _empty_dict,
    "collections.deque": _list,
    **{
        f"{module}.{name}": factory
        for module in ("builtins", "__builtin__")  # as protocol 2 calls it
        for name, factory in (
            ("dict", _empty_dict),
            ("list", _list),
            ("set", _list),
            ("frozenset", _list),
            ("bytes", _bytes),
            ("bytearray", _bytes),
        )
    },
    "_codecs.encode": _bytes,
}
"""Containers and times of the standard library."""

NUMPY: Admitted = {
    "numpy.ndarray": _array,
    "numpy.dtype": _kind,
    **{
        f"numpy.{core}.{name}": factory
        for core in ("core", "_core")
        for name, factory in (
            ("multiarray._reconstruct", _array),
            ("multiarray.scalar", _scalar),
            ("numeric._frombuffer", _from_buffer),
        )
    },
}
"""Arrays and numbers of numpy, old and new, as `Array` and as numbers."""
