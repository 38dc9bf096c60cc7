"""Pickles of recordings, read without unpickling: plain data comes out, nothing is run.

The caller names the classes it admits (`inert.things`); every other name is refused.
"""

from __future__ import annotations

import gzip
import io
import math
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import BinaryIO, TypeAlias

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.wire import clean
from themis.formats.bounds import MAX_NESTING, MAX_PICKLE, MAX_PICKLE_TEXT, MAX_VALUES
from themis.formats.files import opened
from themis.formats.inert import NUMPY, STANDARD, Admitted, Array, Blob, Kind, Thing
from themis.formats.pickle_machine import Machine

Held: TypeAlias = "bool | int | float | str | bytes | Array | list[Held] | dict[str, Held] | None"
"""What a pickle holds: JSON, and beside it bytes and arrays."""

CLASS = "__class__"  # under which a thing's fields say of what class it was
_GZIP = b"\x1f\x8b"
_MAX_LISTED = 64  # items of an array that is written out as a list


def read_pickle(path: Path, admitted: Admitted) -> Held:
    """The one object of a pickle, gzipped or not; UnreadableTrajectory says what is refused."""
    with opened(path) as file:
        return load(file, at=str(path), admitted=admitted)


def load(file: BinaryIO, *, at: str, admitted: Admitted) -> Held:
    """The one object of an open pickle; containers and times are always admitted."""
    try:
        with _unpacked(file) as stream:
            machine = Machine(stream, at=at, admitted={**STANDARD, **NUMPY, **admitted})
            built = machine.run()
            if stream.read(1):
                raise machine.refusal("goes on after its end; export it again")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableTrajectory(f"{at}: broken gzip ({error}); copy it again") from error
    except _TooLarge as error:
        raise UnreadableTrajectory(
            f"{at}: over {MAX_PICKLE} bytes when unpacked; export it without pixels"
        ) from error
    return _Unfolding(at).plain(built, MAX_NESTING)


def begins(path: Path, count: int) -> bytes:
    """The first bytes, unpacked, as far as they can be; empty where there are none."""
    try:
        with opened(path) as file, _unpacked(file) as stream:
            return stream.read(count)
    except (UnreadableTrajectory, EOFError, gzip.BadGzipFile, zlib.error):
        return b""


def as_json(value: Held) -> Json:
    """The value with a note in place of bytes and long arrays."""
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, bytes):
        return _told(value)
    if isinstance(value, Array):
        axes = " x ".join(map(str, value.shape))
        return f"<array {axes} of {value.kind.code}>"
    return value


def png(array: Array) -> bytes:
    """An array of pixels as a PNG; Unfit where it holds none."""
    return array.png()


def _told(content: bytes) -> str:
    """Bytes that are text, as that; a note in place of others."""
    try:
        return clean(content.decode("utf-8"))
    except UnicodeDecodeError:
        return f"<{len(content)} bytes>"


class _TooLarge(Exception):
    """More bytes than a pickle may have."""


class _Metered(io.RawIOBase):
    """A stream that ends in an error once it gave too much: a gzip bomb."""

    def __init__(self, file: gzip.GzipFile | BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._left = MAX_PICKLE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        taken = self._file.read(len(buffer))
        self._left -= len(taken)
        if self._left < 0:
            raise _TooLarge
        buffer[: len(taken)] = taken
        return len(taken)


def _unpacked(file: BinaryIO) -> io.BufferedReader:
    begin = file.read(len(_GZIP))
    file.seek(0)
    source = gzip.GzipFile(fileobj=file) if begin == _GZIP else file
    return io.BufferedReader(_Metered(source), 2**16)


class _Unfolding:
    """What was built, as a tree: shared parts are counted as often as they are referred to."""

    def __init__(self, at: str) -> None:
        self._at = at
        self._values = MAX_VALUES
        self._letters = MAX_PICKLE_TEXT

    def plain(self, value: object, depth: int) -> Held:
        self._spend(value)
        if depth < 0:
            raise UnreadableTrajectory(f"{self._at}: nested deeper than {MAX_NESTING}; flatten it")
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        if isinstance(value, str):
            return clean(value)
        if value is None or isinstance(value, bool | int | bytes):
            return value
        if isinstance(value, list | tuple):
            return [self.plain(item, depth - 1) for item in value]
        if isinstance(value, dict):
            return {str(name): self._entry(name, item, depth) for name, item in value.items()}
        return self._object(value, depth)

    def _entry(self, name: object, value: object, depth: int) -> Held:
        self._spend(name)
        return self.plain(value, depth - 1)

    def _object(self, value: object, depth: int) -> Held:
        if isinstance(value, Array):
            return self._array(value, depth)
        if isinstance(value, Blob):
            return value.content
        if isinstance(value, Thing):
            return {name: self.plain(item, depth - 1) for name, item in _fields(value)}
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, tzinfo):
            return str(value)
        if isinstance(value, Kind):
            return value.code
        raise UnreadableTrajectory(
            f"{self._at}: holds a class in place of an object; export it as JSON"
        )

    def _array(self, array: Array, depth: int) -> Held:
        if array.objects:
            return self.plain(array.objects, depth - 1)
        if not array.data and not array.packed:
            return []
        if array.data and math.prod(array.shape) <= _MAX_LISTED and len(array.shape) < 2:
            items = self.plain(array.kind.read(array.data), depth)
            return items if array.shape or not isinstance(items, list) else items[0]
        return array

    def _spend(self, value: object) -> None:
        self._values -= 1
        self._letters -= len(value) if isinstance(value, str) else 0
        if self._values < 0 or self._letters < 0:
            raise UnreadableTrajectory(
                f"{self._at}: unfolds to more than {MAX_VALUES} values or {MAX_PICKLE_TEXT}"
                " letters; split the recording"
            )


def _fields(thing: Thing) -> Iterator[tuple[str, object]]:
    """What a thing was given, by name; what has no name under one with underscores."""
    yield CLASS, thing.name
    state = thing.state
    parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)
    unnamed = [part for part in parts if part is not None and not isinstance(part, dict)]
    for part in parts:
        if isinstance(part, dict):
            yield from ((str(name), item) for name, item in part.items())
    yield from thing.entries.items()
    if thing.args:
        yield "__args__", thing.args
    if thing.listed:
        yield "__items__", thing.listed
    if unnamed:
        yield "__state__", unnamed
