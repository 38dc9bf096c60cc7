"""Text and JSON from files nobody vouches for: regular files, bounded, strict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json

MAX_BYTES = 32 * 2**20  # of one file


def text_of(path: Path) -> str:
    """A file as text; UnreadableTable where it is missing, too large or not UTF-8."""
    try:
        if path.exists() and not path.is_file():  # a pipe would block the open itself
            raise UnreadableTable(f"{path}: not a regular file; give the file itself")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadableTable(f"{path}: cannot be read ({error}); check the path") from error
    if len(content) > MAX_BYTES:
        raise UnreadableTable(f"{path}: larger than {MAX_BYTES} bytes; split it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTable(f"{path}: not UTF-8 ({error}); save it as UTF-8") from error


def json_of(path: Path | str, text: str) -> Json:
    """JSON without repeated names, NaN or Infinity."""
    try:
        value: Json = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except RecursionError as error:
        raise UnreadableTable(f"{path}: nested too deep; flatten it") from error
    except ValueError as error:
        raise UnreadableTable(f"{path}: not valid JSON ({error}); export it again") from error
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return record


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number JSON knows")
