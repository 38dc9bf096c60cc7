"""From a path to stored trajectories: find, read, check, keep; one bad item stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from themis.accounts.models import Team, User
from themis.domain.errors import UnreadableTrajectory
from themis.formats import registry
from themis.formats.contract import Reader
from themis.trajectories import services
from themis.trajectories.models import Trajectory


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


def ingest(
    path: Path, *, team: Team, by: User | None, at: datetime, only: Reader | None = None
) -> Iterator[Stored | Refused]:
    """Take in everything under a path, one result each, in the order of the paths."""
    found = False
    try:
        for item in registry.find(path, only=only):
            found = True
            yield _take(item, team=team, by=by, at=at)
    except UnreadableTrajectory as error:
        yield Refused(source=str(path), error=str(error))
        return
    if not found:
        yield Refused(source=str(path), error=str(registry.nothing_found(path, only=only)))


def _take(item: registry.Found, *, team: Team, by: User | None, at: datetime) -> Stored | Refused:
    source = str(item.source)
    try:
        recording = item.reader.read(item.source)
        row, is_new = services.ingest(recording=recording, source=source, team=team, by=by, at=at)
    except UnreadableTrajectory as error:
        return Refused(source=source, error=str(error))
    return Stored(source=source, trajectory=row, is_new=is_new)
