"""From a stored trajectory back to a folder or a zip that any Themis takes in again."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory
from themis.formats.contract import Picture, Recording
from themis.formats.writers import WRITERS
from themis.trajectories import blobs
from themis.trajectories.models import Trajectory

FORMATS = tuple(WRITERS)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same recording packs to the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Picture):
    """A picture as it is stored, read when it is written."""

    digest: str

    def read(self, limit: int) -> bytes:
        """The bytes, at most `limit + 1` of them; FileNotFoundError where they are gone."""
        return blobs.read(self.digest)[: limit + 1]


def recording_of(row: Trajectory) -> Recording:
    """What was ingested, its pictures where they are kept."""
    whole = row.recording
    pictures = tuple(
        Kept(name=f"{row.pk}: screen {position}", digest=screen.digest)
        for position, screen in enumerate(whole.screens)
    )
    return Recording(trajectory=dataclasses.replace(whole, screens=()), pictures=pictures)


def write_out(row: Trajectory, kind: str, folder: Path) -> Path:
    """Write a trajectory into a folder of its own name under `folder`; that one.

    Raises UnreadableTrajectory where a picture is gone or the folder is taken, and for a run
    without a step, which no format can tell of.
    """
    if not row.n_steps:
        raise UnreadableTrajectory(f"{row.pk}: without a step yet; export it once there is one")
    return WRITERS[kind](recording_of(row), folder / row.pk)


def packed(row: Trajectory, kind: str) -> IO[bytes]:
    """The same as a zip, open at its beginning; it is gone when it is closed."""
    outgoing = settings.HOME / "outgoing"
    outgoing.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=outgoing))
    try:
        write_out(row, kind, folder)
        file = tempfile.TemporaryFile(dir=outgoing)  # noqa: SIM115 - whoever sends it closes it
        with zipfile.ZipFile(file, "w") as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    _pack(archive, path, str(path.relative_to(folder)))
        file.seek(0)
        return file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    member = zipfile.ZipInfo(name, _LONG_AGO)
    member.external_attr = 0o644 << 16
    is_text = path.suffix == ".json"  # pictures are packed already
    member.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
    with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, 2**20)
