"""A request's files, laid out in a folder of their own while they are read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings

from themis.formats.bounds import MAX_UPWARD
from themis.trajectories.incoming.room import Room
from themis.trajectories.incoming.unpack import Kept, Piecewise, lay_out


class Upload(Protocol):
    """A file that came in, as Django hands it over."""

    @property
    def size(self) -> int | None:
        """Bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The content, piece by piece."""
        ...


@contextmanager
def laid_out(files: Sequence[tuple[str, Upload]]) -> Iterator[tuple[Path, list[str]]]:
    """A folder that holds what was uploaded, and a sentence for each file that was left out.

    Archives become folders of their name. The folder is gone afterwards, whatever happens.
    """
    with private_folder() as folder:
        pieces = (Piecewise(name, upload.chunks()) for name, upload in files)
        yield folder, lay_out(pieces, Room(folder))


@contextmanager
def unpacked(archive: Path) -> Iterator[tuple[Path, list[str]]]:
    """A folder that holds what one archive on this machine holds, and a sentence if it cannot."""
    with private_folder() as folder:
        with archive.open("rb") as opened:
            pieces = Piecewise(archive.name, iter(lambda: opened.read(2**20), b""))
            complaints = lay_out([pieces], Room(folder))
        yield folder, complaints


@contextmanager
def kept(files: Sequence[Kept], private: Path) -> Iterator[tuple[Path, list[str]]]:
    """A folder below `private` where files that lie there stand under their own names."""
    shutil.rmtree(private / "laid", ignore_errors=True)  # a process that died may have left it
    folder = _below(private / "laid")
    try:
        yield folder, lay_out(files, Room(folder))
    finally:
        shutil.rmtree(private / "laid", ignore_errors=True)


@contextmanager
def private_folder() -> Iterator[Path]:
    """An empty folder under THEMIS_HOME/incoming, gone afterwards."""
    incoming = settings.HOME / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    private = Path(tempfile.mkdtemp(dir=incoming))
    try:
        yield _below(private)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _below(private: Path) -> Path:
    """Readers look for a task in the folders above a run; above an upload they must find none."""
    folder = private.joinpath(*["above"] * MAX_UPWARD)
    folder.mkdir(parents=True)
    return folder
