"""From a path to stored trajectories: find, read, check, keep; one bad item stops no other.

Recordings are stored in batches, so that one sync and one transaction serve many. While a batch
is stored, the pictures of the next are developed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from themis.accounts.models import Team, User
from themis.domain.errors import UnreadableTrajectory
from themis.formats import registry
from themis.formats.aside.heap import Aside
from themis.formats.contract import Reader, Recording
from themis.formats.tasks import TaskFiles
from themis.trajectories import services
from themis.trajectories.darkroom import Darkroom
from themis.trajectories.models import Trajectory
from themis.trajectories.services import Brought, Owner

BATCH = 32  # recordings stored at a time
BATCH_SCREENS = 256  # as soon as they have so many screens

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
class PassedOver(Refused):
    """Something that is no recording, though it is about some: what it is, and what to bring."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a path is read: as one format, with what tasks, its pictures in how many processes."""

    only: Reader | None = None
    tasks: TaskFiles | None = None  # where else an instruction may stand
    processes: int = 1  # with one, in this
    batch: int = BATCH  # recordings stored at a time; with fewer, results come sooner


AS_IT_COMES = How()


def ingest(path: Path, bringer: Bringer, how: How = AS_IT_COMES) -> Iterator[Stored | Refused]:
    """Take in everything under a path, one result each, in the order of the paths.

    What is passed over comes last; it is looked for only where every format is.
    """
    with Darkroom(how.processes) as darkroom:
        ahead = _Batch(how.batch)
        for batch in _batches(_brought(path, bringer, how, darkroom), how.batch):
            yield from _keep(ahead, bringer)
            ahead = batch
        yield from _keep(ahead, bringer)


@dataclass(slots=True)
class _Batch:
    """What is stored together, in order; refusals keep their place."""

    most: int
    items: list[Brought | Refused] = field(default_factory=list)

    def add(self, item: Brought | Refused) -> bool:
        """Take one more; whether the batch is full now."""
        self.items.append(item)
        shots = sum(each.n_screens for each in self.items if isinstance(each, Brought))
        return len(self.items) >= self.most or shots >= BATCH_SCREENS


def _batches(items: Iterator[Brought | Refused], most: int) -> Iterator[_Batch]:
    batch = _Batch(most)
    for item in items:
        if batch.add(item):
            yield batch
            batch = _Batch(most)
    yield batch


def _brought(
    path: Path, bringer: Bringer, how: How, darkroom: Darkroom
) -> Iterator[Brought | Refused]:
    found = False
    aside = Aside() if how.only is None else None
    try:
        for item in registry.find(path, only=how.only, tasks=how.tasks, aside=aside):
            found = True
            yield _read(item, bringer, darkroom)
    except UnreadableTrajectory as error:
        yield Refused(source=bringer.shown(str(path)), error=bringer.shown(str(error)))
        return
    for told in aside.told(path) if aside is not None else ():
        found = True
        sentence = bringer.shown(told.sentence)
        yield PassedOver(source=bringer.shown(str(told.source)), error=sentence)
    if not found:
        nothing = registry.unknown(path, only=how.only)
        yield Refused(source=bringer.shown(str(path)), error=bringer.shown(str(nothing)))


def _read(item: registry.Found, bringer: Bringer, darkroom: Darkroom) -> Brought | Refused:
    source = bringer.shown(item.place)
    try:
        recording = _without_root(item.read(), bringer)
        return services.bring(recording=recording, source=source, darkroom=darkroom)
    except UnreadableTrajectory as error:
        return Refused(source=source, error=bringer.shown(str(error)))


def _keep(batch: _Batch, bringer: Bringer) -> Iterator[Stored | Refused]:
    owner = Owner(team=bringer.team, by=bringer.by, at=bringer.at)
    brought = [each for each in batch.items if isinstance(each, Brought)]
    results = iter(services.keep(brought, owner=owner) if brought else ())
    for item in batch.items:
        if isinstance(item, Refused):
            yield item
            continue
        kept = next(results)
        if isinstance(kept, UnreadableTrajectory):
            yield Refused(source=item.source, error=bringer.shown(str(kept)))
        else:
            yield Stored(source=item.source, trajectory=kept.row, is_new=kept.is_new)


def _without_root(recording: Recording, bringer: Bringer) -> Recording:
    trajectory = recording.trajectory
    warnings = tuple(bringer.shown(warning) for warning in trajectory.warnings)
    return dataclasses.replace(
        recording, trajectory=dataclasses.replace(trajectory, warnings=warnings)
    )
