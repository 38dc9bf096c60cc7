"""The client as a package that pip installs: the same bytes from the same sources, every time."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import zipfile
from pathlib import Path

import themis

NAME, REQUIRES = "themis-client", ("httpx>=0.27,<1",)
FILE = f"themis_client-{themis.__version__}-py3-none-any.whl"
OLDEST_PYTHON = "3.10"
_SOURCES = Path(themis.__file__).parent
_INFO = f"themis_client-{themis.__version__}.dist-info"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can tell


@functools.cache
def wheel() -> bytes:
    """The package: `themis.client` and the root of `themis`, with nothing of the server."""
    files = {**_sources(), f"{_INFO}/METADATA": _metadata(), f"{_INFO}/WHEEL": _WHEEL}
    record = "".join(f"{name},{_digest(held)},{len(held)}\n" for name, held in files.items())
    files[f"{_INFO}/RECORD"] = f"{record}{_INFO}/RECORD,,\n".encode()
    packed = io.BytesIO()
    # Not compressed: how that comes out depends on the machine's libraries.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, held in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, held)
    return packed.getvalue()


_WHEEL = b"Wheel-Version: 1.0\nGenerator: themis\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _sources() -> dict[str, bytes]:
    found = sorted((_SOURCES / "client").rglob("*.py"))
    return {
        f"themis/{file.relative_to(_SOURCES).as_posix()}": file.read_bytes()
        for file in (_SOURCES / "__init__.py", *found)
    }


def _metadata() -> bytes:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {themis.__version__}",
        "Summary: Rewards for GUI-agent trajectories: the client of Themis.",
        "License: Apache-2.0",
        f"Requires-Python: >={OLDEST_PYTHON}",
        *(f"Requires-Dist: {each}" for each in REQUIRES),
    ]
    return ("\n".join(lines) + "\n").encode()


def _digest(held: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(held).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"
