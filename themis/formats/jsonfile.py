"""JSON and JSON Lines from files nobody vouches for: bounded, strict, with the line in the error.

NaN and Infinity, which JSON does not know but Python writes, become null; `strict` refuses them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.wire import clean
from themis.formats.bounds import (
    MAX_COLLECTION,
    MAX_FILE,
    MAX_LINE,
    MAX_NESTING,
    MAX_RECORDINGS,
    MAX_STREAM,
    MAX_VALUES,
)
from themis.formats.files import opened, read_bytes

_PIECE = 2**20  # bytes of a line that are held while lines are only counted


def read_json(
    path: Path, *, limit: int = MAX_FILE, strict: bool = False, nesting: int = MAX_NESTING
) -> Json:
    """The whole file as one JSON value."""
    content = read_bytes(path, limit=limit)
    return parse(content, at=str(path), strict=strict, nesting=nesting)


def read_lines(path: Path, *, limit: int | None = None) -> Iterator[tuple[int, Json]]:
    """Each line that is not blank as (line number, JSON value), one at a time."""
    most = MAX_STREAM if limit is None else limit
    with opened(path) as file:
        total = 0
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            total += len(line)
            if len(line) > MAX_LINE or total > most:
                raise UnreadableTrajectory(
                    f"{path}: line {number}: a line may hold {MAX_LINE} bytes and the file"
                    f" {most}; split the recording"
                )
            if line.strip():
                yield number, parse(line, at=f"{path}: line {number}")


def line_starts(path: Path) -> Iterator[tuple[int, int]]:
    """Each line that is not blank as (line number, bytes before it), for `read_line`.

    Raises UnreadableTrajectory where there is more than one file of recordings may hold.
    """
    with opened(path) as file:
        number, start, offset, found, blank = 1, 0, 0, 0, True
        while piece := file.readline(_PIECE):
            if blank and piece.strip():
                yield number, start
                blank, found = False, found + 1
            offset += len(piece)
            if piece.endswith(b"\n"):
                number, start, blank = number + 1, offset, True
            if offset > MAX_COLLECTION or found > MAX_RECORDINGS:
                raise UnreadableTrajectory(
                    f"{path}: a file may hold {MAX_COLLECTION} bytes and {MAX_RECORDINGS}"
                    " recordings; split it"
                )


def read_line(path: Path, *, number: int, offset: int) -> Json:
    """The one line that begins there."""
    with opened(path) as file:
        file.seek(offset)
        line = file.readline(MAX_LINE + 1)
    if len(line) > MAX_LINE:
        raise UnreadableTrajectory(
            f"{path}: line {number}: a line may hold {MAX_LINE} bytes; split the recording"
        )
    return parse(line, at=f"{path}: line {number}")


def parse(
    content: bytes | str, *, at: str, strict: bool = False, nesting: int = MAX_NESTING
) -> Json:
    """One JSON text; UnreadableTrajectory begins with `at`."""
    text = _decoded(content, at)
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise UnreadableTrajectory(f"{at}: more than {MAX_VALUES} values; split the recording")
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse if strict else _null,
            parse_float=partial(_number, strict=strict),
        )
    except RecursionError as error:
        raise UnreadableTrajectory(f"{at}: nested too deep; flatten it") from error
    except ValueError as error:
        raise UnreadableTrajectory(f"{at}: not valid JSON ({error}); export it again") from error
    return _checked(value, at=at, escaped="\\u" in text, nesting=nesting)


def _decoded(content: bytes | str, at: str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTrajectory(f"{at}: not UTF-8 ({error}); save it as UTF-8") from error


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError(f"{_twice(pairs)!r:.80} stands twice in one object")
    return record


def _twice(pairs: list[tuple[str, Json]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    return name


def _number(digits: str, *, strict: bool) -> float | None:
    number = float(digits)
    if math.isfinite(number):
        return number
    return _refuse(digits) if strict else None


def _null(_name: str) -> None:
    return None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name:.20} is not a number JSON knows")


def _checked(value: Json, *, at: str, escaped: bool, nesting: int) -> Json:
    """The value, not too deep; what escapes can smuggle in (NUL, lone surrogates) replaced."""
    level: list[Json] = [value]
    for _ in range(nesting):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return _cleaned(value) if escaped else value
    raise UnreadableTrajectory(f"{at}: nested deeper than {nesting} levels; flatten it")


def _inside(value: Json) -> Iterator[Json]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (inner for inner in held if isinstance(inner, dict | list))


def _cleaned(value: Json) -> Json:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(item) for name, item in value.items()}
    return value
