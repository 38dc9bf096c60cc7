"""Ways to spoil a recording on disk. Each takes a folder and a source of chance."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import zlib
from collections.abc import Callable
from pathlib import Path

from themis.domain.jsontypes import Json

Chance = random.Random
Mutation = Callable[[Path, Chance], None]

DEEP = 400
LONG = 200_000
VALUES: list[Json] = [
    *(None, True, False, 0, -1, 1, 2**63, -(2**70), 1e308, -1e-308, 0.5, 999_999_999),
    *("", " ", "0", "-1", "NaN", "1e999", "../../etc/passwd", "/etc/passwd", "C:\\x", "file:///x"),
    *("\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202egnp.exe", "\u200b", "\ufeff", "e\u0301"),
    *("<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "'; DROP TABLE x; --", "A" * LONG),
    *("data:image/png;base64,", "data:image/svg+xml;base64,PHN2Zz4=", "iVBORw0KGgo=", "=" * 99),
    *("(" * 3000, "[" * 3000, "pyautogui.click(" * 200, "click(start_box='(1e999,nan)')"),
    [],
    {},
    [[]],
    {"": None},
    [None] * 3000,
    {"type": "image", "source": {"data": "!"}},
]
TOKENS = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-0", "0" * 5000, "9" * 5000, '"\\ud800"', "'x'"),
    *('"\\u0000"', "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "tru", "//x", ""),
    '{"a":1,"a":2}',
)
BYTES = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\xed\xa0\x80", b"\x80\x04"),
    b"PK\x03\x04",
)
NAMES = ("x.png", "step_999999999999.png", "\u202egnp.json", "a b\n.json", "-rf", "traj.jsonl")
_HOLE = "@@hole@@"
_WORD = re.compile(rb"[A-Za-z_]{3}(?=[A-Za-z_])")


def files(folder: Path) -> list[Path]:
    """The plain files of a recording, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _json_files(folder: Path) -> list[Path]:
    return [path for path in files(folder) if path.suffix in (".json", ".jsonl")]


def _pick(folder: Path, chance: Chance) -> Path | None:
    return chance.choice(files(folder)) if files(folder) else None


def value(folder: Path, chance: Chance) -> None:
    """One value, or one key's value, of one JSON file becomes a hostile one, or goes."""
    found = _json_files(folder)
    if not found:
        return
    path = chance.choice(found)
    lines = path.read_bytes().decode("utf-8", "replace").splitlines() or [""]
    whole = path.suffix == ".json"
    at = 0 if whole else chance.randrange(len(lines))
    try:
        document: Json = json.loads("\n".join(lines) if whole else lines[at])
    except ValueError:
        return
    holed = _replaced(document, chance)
    written = json.dumps(holed).replace(f'"{_HOLE}"', chance.choice(TOKENS))
    lines = [written] if whole else [*lines[:at], written, *lines[at + 1 :]]
    path.write_text("\n".join(lines), "utf-8", "surrogatepass")


def _replaced(document: Json, chance: Chance) -> Json:
    """The document with one place in it spoilt."""
    places = list(_places(document))
    if not places:
        return chance.choice(VALUES)
    holder, key = chance.choice(places)
    how = chance.randrange(6)
    if isinstance(holder, list):
        _spoil_list(holder, int(key), how, chance)
    else:
        _spoil_object(holder, str(key), how, chance)
    return document


def _places(document: Json) -> list[tuple[dict[str, Json] | list[Json], str | int]]:
    found: list[tuple[dict[str, Json] | list[Json], str | int]] = []
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            found += [(node, key) for key in node]
            pending += node.values()
        elif isinstance(node, list):
            found += [(node, at) for at in range(len(node))]
            pending += node
    return found


def _spoil_list(holder: list[Json], at: int, how: int, chance: Chance) -> None:
    if how == 0:
        del holder[at]
    elif how == 1:
        holder[at:at] = [holder[at]] * chance.choice((1, 50))
    elif how == 2:
        chance.shuffle(holder)
    else:
        holder[at] = _HOLE if how == 3 else chance.choice(VALUES)


def _spoil_object(holder: dict[str, Json], key: str, how: int, chance: Chance) -> None:
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[str(chance.choice(VALUES))[:5000]] = holder.pop(key)
    elif how == 2:
        other = chance.choice(list(holder))
        holder[key], holder[other] = holder[other], holder[key]
    else:
        holder[key] = _HOLE if how == 3 else chance.choice(VALUES)


def bits(folder: Path, chance: Chance) -> None:
    """Some bytes of one file are others, twice there, or gone."""
    path = _pick(folder, chance)
    if path is not None:
        path.write_bytes(_spoilt(path.read_bytes(), chance))


def inner_bits(folder: Path, chance: Chance) -> None:
    """The same below a gzip, or one letter of a word there, which leaves the pickle whole."""
    packed = [path for path in files(folder) if path.suffix == ".gz"]
    if not packed:
        bits(folder, chance)
        return
    path = chance.choice(packed)
    try:
        inner = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return
    spoil = chance.choice((_spoilt, _misspelt))
    path.write_bytes(gzip.compress(spoil(inner, chance), compresslevel=1))


def _misspelt(content: bytes, chance: Chance) -> bytes:
    """A few letters within words are others; no length and no code of a pickle changes."""
    data = bytearray(content)
    inside = [found.start() + 1 for found in _WORD.finditer(content)]
    for at in chance.sample(inside, min(len(inside), chance.choice((1, 1, 5)))):
        data[at] = chance.choice(b'aAzZ09 /{\\"')
    return bytes(data)


def _spoilt(content: bytes, chance: Chance) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 30))):
        at = chance.randrange(len(data) + 1)
        how = chance.randrange(5)
        if how == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            del data[at : at + chance.choice((1, 8, 4096))]
        elif how == 2:
            data[at:at] = chance.choice(BYTES)
        elif how == 3:
            data[at:at] = data[at : at + chance.choice((1, 16, 256))] * chance.choice((1, 20))
        elif at < len(data):
            data[at] = chance.randrange(256)
    return bytes(data)


def cut(folder: Path, chance: Chance) -> None:
    """One file ends early, as after a full disk."""
    path = _pick(folder, chance)
    if path is not None:
        content = path.read_bytes()
        path.write_bytes(content[: chance.randrange(len(content) + 1)])


def swapped(folder: Path, chance: Chance) -> None:
    """Two files have each other's content."""
    first, second = _pick(folder, chance), _pick(folder, chance)
    if first is not None and second is not None:
        one, other = first.read_bytes(), second.read_bytes()
        first.write_bytes(other)
        second.write_bytes(one)


def unplain(folder: Path, chance: Chance) -> None:
    """One file is a link, a folder, a pipe, or is not there."""
    path = _pick(folder, chance)
    if path is None:
        return
    path.unlink()
    how = chance.randrange(5)
    if how == 0:
        path.symlink_to("/etc/hostname")
    elif how == 1:
        path.symlink_to(path.name)
    elif how == 2:
        path.mkdir()
    elif how == 3:
        os.mkfifo(path)


def renamed(folder: Path, chance: Chance) -> None:
    """One file has a name that says something else."""
    path = _pick(folder, chance)
    if path is not None:
        target = path.with_name(chance.choice(NAMES))
        if not target.exists():
            path.rename(target)


ALL: tuple[Mutation, ...] = (
    value,
    value,
    value,
    value,
    bits,
    inner_bits,
    cut,
    swapped,
    unplain,
    renamed,
)
