"""Content-addressed files: one per distinct picture, named by the sha256 of its bytes.

A file that stands under its name is whole and safe from a crash: it is written under another
name, synced, moved, and its folder is synced before any row may refer to it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

SYNCS = 8  # files at a time: the file system makes one journal entry of several


def digest_of(content: bytes) -> str:
    """The name under which these bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def folder_of(kind: str) -> Path:
    """Where all files of a kind are."""
    return Path(settings.BLOBS) / kind


def path_in(folder: Path, digest: str) -> Path:
    """Where the file of a digest stands below the folder of its kind."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError(f"not a digest: {digest[:80]!r}")
    return folder / digest[:2] / digest[2:]


def path_of(digest: str, *, kind: str = "screens") -> Path:
    """Where the file of a digest stands, whether or not it is there."""
    return path_in(folder_of(kind), digest)


def draft(content: bytes, folder: Path) -> Path:
    """A new file with these bytes that nobody knows of yet and a crash may lose."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def publish(
    drafts: Mapping[str, Path], *, known: Iterable[str] = (), kind: str = "screens"
) -> None:
    """Move drafts to where their digests name them; safe from a crash once this returns.

    `known` are digests that somebody else may be about to make safe: theirs are synced, too.
    """
    folder = folder_of(kind)
    with ThreadPoolExecutor(SYNCS) as pool:
        list(pool.map(_sync, drafts.values()))
        homes = {path_in(folder, digest).parent for digest in (*drafts, *known)}
        missing = [home for home in homes if not home.is_dir()]
        for home in missing:
            home.mkdir(parents=True, exist_ok=True)
            homes.add(folder)
        for digest, path in drafts.items():
            path.replace(path_in(folder, digest))
        list(pool.map(_sync, homes))


def put(content: bytes, *, digest: str, kind: str = "screens") -> None:
    """Keep bytes under a digest. A reader sees the whole file or none; twice is once."""
    path = path_of(digest, kind=kind)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = draft(content, path.parent)
    try:
        publish({digest: file}, kind=kind)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def read(digest: str, *, kind: str = "screens") -> bytes:
    """The bytes of a digest; raises FileNotFoundError."""
    return path_of(digest, kind=kind).read_bytes()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
