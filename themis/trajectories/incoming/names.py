"""Names of files and folders from outside: safe to write, and the same to every eye."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from themis.domain.errors import UnreadableTrajectory

MAX_DEPTH = 12  # folders
MAX_NAME = 200  # bytes of one folder's or file's name
MAX_PATH = 1000  # bytes of all of them together

# Joiners are part of words and of emoji; every other invisible character only misleads.
_JOINERS = {"\u200c", "\u200d"}
_MISLEADING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


def parts_of(name: str) -> tuple[str, ...]:
    """The folders and file of a name from outside; raises UnreadableTrajectory if it is unsafe."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = tuple(part for part in path.parts if part != ".")
    reason = _reason(path, parts)
    if reason:
        raise UnreadableTrajectory(f"{shown(name)}: {reason}; rename it")
    return parts


def shown(name: str) -> str:
    """A name for a message: nothing in it that cannot be seen, or that turns what follows."""
    return "".join(_visible(character) for character in name[:200])


def same(parts: tuple[str, ...]) -> str:
    """What two names have in common that people, or other systems, take for one."""
    return unicodedata.normalize("NFC", "/".join(parts)).casefold()


def is_junk(parts: tuple[str, ...]) -> bool:
    """Whether it is what file managers leave behind."""
    return any(part in _JUNK for part in parts) or parts[-1].startswith("._")


def _reason(path: PurePosixPath, parts: tuple[str, ...]) -> str:
    if not parts:
        return "not a name that can be stored"
    if path.is_absolute() or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return "not a name that can be stored: it leads out of its folder"
    if len(parts) > MAX_DEPTH:
        return f"not a name that can be stored: deeper than {MAX_DEPTH} folders"
    return next(filter(None, map(_unwritable, parts)), "") or _too_long(parts)


def _unwritable(part: str) -> str:
    for character in part:
        if _is_misleading(character):
            known = unicodedata.name(character, "a control character")
            return f"not a name that can be stored: U+{ord(character):04X} ({known}) stands in it"
    if len(part.encode()) > MAX_NAME:
        return f"not a name that can be stored: over {MAX_NAME} bytes"
    return ""


def _too_long(parts: tuple[str, ...]) -> str:
    length = len("/".join(parts).encode())
    return f"not a name that can be stored: over {MAX_PATH} bytes" if length > MAX_PATH else ""


def _is_misleading(character: str) -> bool:
    return unicodedata.category(character) in _MISLEADING and character not in _JOINERS


def _visible(character: str) -> str:
    return f"\\u{ord(character):04x}" if _is_misleading(character) else character
