"""Content-addressed files: one per distinct picture, named by the sha256 of its bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def digest_of(content: bytes) -> str:
    """The name under which these bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def path_of(digest: str, *, kind: str = "screens") -> Path:
    """Where the file of a digest stands, whether or not it is there."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError(f"not a digest: {digest[:80]!r}")
    return Path(settings.BLOBS) / kind / digest[:2] / digest[2:]


def put(content: bytes, *, digest: str, kind: str = "screens") -> None:
    """Keep bytes under a digest. A reader sees the whole file or none; twice is once."""
    path = path_of(digest, kind=kind)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(digest: str, *, kind: str = "screens") -> bytes:
    """The bytes of a digest; raises FileNotFoundError."""
    return path_of(digest, kind=kind).read_bytes()
