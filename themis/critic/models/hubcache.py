"""What lies on this machine of the models people publish: folders, and the hub's own cache.

Only looks; nothing is ever downloaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"\A[\w.-]+/[\w.-]+\Z", re.ASCII)  # "Qwen/Qwen2.5-VL-7B-Instruct"


def cache() -> Path:
    """Where the hub's client keeps what it has downloaded, by its own variables."""
    given = os.environ.get("HF_HUB_CACHE")
    if given:
        return Path(given).expanduser()
    home = os.environ.get("HF_HOME")
    shared = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return (Path(home) if home else shared).expanduser() / "hub"


def folder_of(name: str) -> Path | None:
    """The folder of a model by path, or by name in the cache; None where there is none."""
    if NAME.match(name):
        kept = _newest(cache() / f"models--{name.replace('/', '--')}")
        if kept is not None:
            return kept
    try:
        path = Path(name).expanduser()
        return path if name and path.is_dir() else None
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, a home that is not there
        return None


def kept() -> Iterator[tuple[str, Path]]:
    """Every model in the cache by name, with its folder, in the order of their names."""
    for repository in sorted(cache().glob("models--*--*")):
        folder = _newest(repository)
        if folder is not None:
            yield repository.name.removeprefix("models--").replace("--", "/", 1), folder


def _newest(repository: Path) -> Path | None:
    """The snapshot that "main" points to, else the last in order of name."""
    snapshots = repository / "snapshots"
    main = repository / "refs" / "main"
    if main.is_file():
        named = snapshots / main.read_text().strip()
        if named.is_dir():
            return named
    return max((each for each in snapshots.glob("*") if each.is_dir()), default=None)
