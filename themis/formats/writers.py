"""Every format that a recording can be written in, without loss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from themis.formats import native
from themis.formats.atif.writer import write_atif
from themis.formats.contract import Recording

WRITERS: dict[str, Callable[[Recording, Path], Path]] = {
    "themis": native.write,
    "atif": write_atif,
}
"""By the reader's name. Each writes into a folder that has no recording yet and returns it."""
