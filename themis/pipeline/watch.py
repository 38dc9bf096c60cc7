"""A watched place, round by round: what has settled is taken in and queued for judging."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from themis.accounts.models import Team
from themis.domain.errors import UnreadableTrajectory
from themis.pipeline import intake, queries
from themis.trajectories.archived import ingest_any
from themis.trajectories.ingest import Bringer, PassedOver, Refused, Stored
from themis.trajectories.watching import services
from themis.trajectories.watching.contract import Item, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One item and what came of it."""

    item: Item
    results: tuple[Stored | Refused, ...]

    @property
    def stored(self) -> list[Stored]:
        """Recordings that are kept now."""
        return [each for each in self.results if isinstance(each, Stored)]

    @property
    def passed_over(self) -> list[PassedOver]:
        """What is no recording, though about some."""
        return [each for each in self.results if isinstance(each, PassedOver)]

    @property
    def refused(self) -> list[Refused]:
        """Recordings that are not kept."""
        return [each for each in self.results if type(each) is Refused]


@dataclass(slots=True)
class Watch:
    """A place and what was last seen in it.

    An item is taken in once its files have not changed for `settle` seconds: a run that is still
    being copied or recorded would be stored as half a run.
    """

    place: Place
    team: Team
    settle: float  # seconds
    judges: bool = True
    _since: dict[str, tuple[str, float]] = field(default_factory=dict)  # name: fingerprint, when

    def round(self, *, now: float, at: datetime) -> Iterator[Taken]:
        """Take in what has settled by `now`, a clock's seconds; `at` is the time of day.

        Raises Unreachable or Misconfigured where the place cannot be looked into.
        """
        there = list(self.place.items())
        self._since = {item.name: self._first_seen(item, now) for item in there}
        for item in there:
            if now - self._since[item.name][1] < self.settle:
                continue
            if not services.is_read(team=self.team, place=self.place.address, item=item):
                yield self._take(item, at)

    def _first_seen(self, item: Item, now: float) -> tuple[str, float]:
        before = self._since.get(item.name)
        unchanged = before is not None and before[0] == item.fingerprint
        return before if before is not None and unchanged else (item.fingerprint, now)

    def _take(self, item: Item, at: datetime) -> Taken:
        taken = Taken(item=item, results=tuple(self._results(item, at)))
        for each in taken.stored:
            # Not only what is new: a crash may have come between storing and queueing.
            if self.judges and queries.newest_run(each.trajectory) is None:
                intake.judge(each.trajectory, at=at)
        services.remember(
            team=self.team,
            place=self.place.address,
            item=item,
            n_stored=len(taken.stored),
            n_refused=len(taken.refused),
            at=at,
        )
        return taken

    def _results(self, item: Item, at: datetime) -> Iterator[Stored | Refused]:
        try:
            with self.place.fetched(item) as fetched:
                for complaint in fetched.complaints:
                    yield Refused(source=item.name, error=complaint)
                bringer = Bringer(team=self.team, by=None, at=at, root=fetched.root)
                yield from ingest_any(fetched.path, bringer)
        except UnreadableTrajectory as error:
            yield Refused(source=item.name, error=str(error))
