"""A path of this machine that may be an archive: unpacked for as long as it is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from themis.formats.files import is_plain
from themis.trajectories.incoming.unpack import is_archive
from themis.trajectories.ingest import AS_IT_COMES, Bringer, How, Refused, Stored, ingest
from themis.trajectories.uploads import unpacked


def ingest_any(path: Path, bringer: Bringer, how: How = AS_IT_COMES) -> Iterator[Stored | Refused]:
    """`ingest`, of a file, a folder or what an archive holds."""
    if not is_plain(path) or not is_archive(path):
        yield from ingest(path, bringer, how)
        return
    with unpacked(path) as (folder, complaints):
        for complaint in complaints:
            yield Refused(source=str(path), error=complaint)
        if not complaints:
            inside = dataclasses.replace(bringer, root=folder)
            yield from ingest(folder, inside, how)
