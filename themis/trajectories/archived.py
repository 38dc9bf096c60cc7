"""A path of this machine that may be an archive: unpacked for as long as it is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from themis.formats.contract import Reader
from themis.formats.files import is_plain
from themis.formats.tasks import TaskFiles
from themis.trajectories.incoming.unpack import is_archive
from themis.trajectories.ingest import Bringer, Refused, Stored, ingest
from themis.trajectories.uploads import unpacked


def ingest_any(
    path: Path,
    bringer: Bringer,
    *,
    only: Reader | None = None,
    tasks: TaskFiles | None = None,
    processes: int = 1,
) -> Iterator[Stored | Refused]:
    """`ingest`, of a file, a folder or what an archive holds."""
    if not is_plain(path) or not is_archive(path):
        yield from ingest(path, bringer, only=only, tasks=tasks, processes=processes)
        return
    with unpacked(path) as (folder, complaints):
        for complaint in complaints:
            yield Refused(source=str(path), error=complaint)
        if not complaints:
            inside = dataclasses.replace(bringer, root=folder)
            yield from ingest(folder, inside, only=only, tasks=tasks, processes=processes)
