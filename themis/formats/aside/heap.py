"""Gathering what is no recording, so that each thing is said once and not once a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from themis.formats.aside.kinds import KINDS, Kind, Seen
from themis.formats.files import is_plain, peek

_ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
_MOST = 40  # files of a folder that are looked into


class Told(NamedTuple):
    """One thing that is no recording: where it lies, and a sentence with what to do."""

    source: Path
    sentence: str


class Aside:
    """Everything a search met that is no recording."""

    def __init__(self) -> None:
        self._seen: list[tuple[Path, Kind]] = []
        self._taken: set[Path] = set()  # every folder at or above a recording

    def take(self, source: Path) -> None:
        """A recording lies here: what is said of other things does not cover it."""
        self._taken.update((source, *source.parents))

    def look(self, folder: Path, names: frozenset[str]) -> None:
        """Note what stands directly in a folder that holds no recording."""
        candidates = sorted(name for name in names if name.lower().endswith(_ENDINGS))
        for name in candidates[:_MOST]:
            path = folder / name
            kind = _kind_of(path, names) if is_plain(path) else None
            if kind is not None:
                self._seen.append((path, kind))

    def told(self, root: Path) -> Iterator[Told]:
        """Each thing once, under the highest folder below `root` that is all of its kind."""
        heaps: dict[tuple[Path, str], list[tuple[Path, Kind]]] = {}
        for path, kind in self._seen:
            if kind.is_loud or not self._taken:
                heaps.setdefault((self._top(path, kind, root), kind.name), []).append((path, kind))
        for (top, _), found in sorted(heaps.items()):
            (path, kind) = found[0]
            source = path if len(found) == 1 else top
            yield Told(source, f"{source}: {kind.sentence}")

    def _top(self, path: Path, kind: Kind, root: Path) -> Path:
        others = {
            above for each, other in self._seen if other is not kind for above in each.parents
        }
        top = path.parent
        while top not in (root, root.parent) and top.parent not in (root, top):
            if top.parent in self._taken or top.parent in others:
                break
            top = top.parent
        return top


def _kind_of(path: Path, names: frozenset[str]) -> Kind | None:
    ending = path.suffix.lower()
    kinds = [kind for kind in KINDS if ending in kind.endings]
    seen = Seen(path, peek(path), names)
    return next((kind for kind in kinds if kind.holds(seen)), None)
