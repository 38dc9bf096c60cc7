"""From a path to stored trajectories: find, read, check, keep; one bad item stops no other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from themis.accounts.models import Team, User
from themis.domain.errors import UnreadableTrajectory
from themis.formats import registry
from themis.formats.contract import Reader, Recording
from themis.trajectories import services
from themis.trajectories.models import Trajectory

WHOLE = "the upload"  # what the folder itself is called, where an upload was laid out


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A recording that is kept now; `is_new` is False if it was before."""

    source: str
    trajectory: Trajectory
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A recording that is not kept, and why, for whoever brought it."""

    source: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringer:
    """Who brings something in, and when; `root` is cut off every path that is shown."""

    team: Team
    by: User | None
    at: datetime
    root: Path | None = None

    def shown(self, text: str) -> str:
        """A path or message without the folder an upload was laid out in."""
        if self.root is None:
            return text
        return text.replace(f"{self.root}/", "").replace(str(self.root), WHOLE)


def ingest(
    path: Path, bringer: Bringer, *, only: Reader | None = None
) -> Iterator[Stored | Refused]:
    """Take in everything under a path, one result each, in the order of the paths."""
    found = False
    try:
        for item in registry.find(path, only=only):
            found = True
            yield _take(item, bringer)
    except UnreadableTrajectory as error:
        yield Refused(source=bringer.shown(str(path)), error=bringer.shown(str(error)))
        return
    if not found:
        nothing = registry.unknown(path, only=only)
        yield Refused(source=bringer.shown(str(path)), error=bringer.shown(str(nothing)))


def _take(item: registry.Found, bringer: Bringer) -> Stored | Refused:
    source = bringer.shown(str(item.source))
    try:
        recording = _without_root(item.reader.read(item.source), bringer)
        row, is_new = services.ingest(
            recording=recording, source=source, team=bringer.team, by=bringer.by, at=bringer.at
        )
    except UnreadableTrajectory as error:
        return Refused(source=source, error=bringer.shown(str(error)))
    return Stored(source=source, trajectory=row, is_new=is_new)


def _without_root(recording: Recording, bringer: Bringer) -> Recording:
    trajectory = recording.trajectory
    warnings = tuple(bringer.shown(warning) for warning in trajectory.warnings)
    return dataclasses.replace(
        recording, trajectory=dataclasses.replace(trajectory, warnings=warnings)
    )
