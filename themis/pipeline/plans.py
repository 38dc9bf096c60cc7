"""Which runs a queue is made of: any filter on where they stand, and a fair order among them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from themis.accounts.models import Team
from themis.pipeline import listing
from themis.pipeline.listing import Filters
from themis.pipeline.models import Standing
from themis.trajectories.models import State, Trajectory
from themis.uploads.models import Item as UploadItem

MOST = 100_000  # items a queue is made of
PREVIEWED = 2_000  # failed runs looked at for their app while somebody fills in the form
LOW = 0.6  # confidence below which a verdict is unsure, where nobody says otherwise
APP_KEYS = ("app", "app_name", "application", "domain", "website")  # of what sources tell


class Source(StrEnum):
    """Where the runs of a queue come from."""

    FILTER = "filter"
    UNDECIDED = "undecided"
    LOW_CONFIDENCE = "low_confidence"
    CRITICS_DISAGREE = "critics_disagree"
    UPLOAD = "upload"
    RANDOM = "random"  # among the judged
    FAILURES_OF_APP = "failures_of_app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What runs are narrowed to, and how many of them; empty means everything.

    A part of what fits is a sample by `seed`; of unsure verdicts, the least sure ones.
    """

    source: Source = Source.FILTER
    platform: str = ""
    outcome: str = ""
    critic: str = ""
    label: str = ""
    text: str = ""
    app: str = ""
    confidence_below: float | None = None
    upload: str = ""
    limit: int = 0  # 0: all, as far as MOST
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A queue that is to be made: its runs, and who decides on them, seeing what."""

    name: str
    guidance: str = ""
    source: Source = Source.FILTER
    platform: str = ""
    outcome: str = ""
    critic: str = ""
    label: str = ""
    text: str = ""
    app: str = ""
    confidence_below: float | None = None
    upload: str = ""
    limit: int = 0
    seed: int | None = None  # None: one is drawn
    reviewers: int = 1
    overlap: int = 100  # percent of items that get all reviewers; the others get one
    is_blind: bool = True
    named: tuple[str, ...] = ()  # usernames
    priority: int = 0
    due_at: datetime | None = None
    gold_percent: int = 0

    def selection(self, seed: int) -> Selection:
        """Which runs, without whom."""
        fields = Selection.__dataclass_fields__
        return Selection(
            **{name: getattr(self, name) for name in fields if name != "seed"}, seed=seed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many runs a plan comes to."""

    n: int  # that the queue would hold
    matching: int  # that fit, as far as they were counted
    is_many: bool = False  # there may be more than were counted
    gold: int = 0  # gold items beside them


def candidates(team: Team, wanted: Selection) -> QuerySet[Standing]:
    """Where the runs that fit stand, one row a run. Runs that still go on are left out."""
    found = Standing.objects.filter(
        shelf__in=listing.shelves_of(team, _filters(wanted)).values("pk"),
        critic=wanted.critic,
        trajectory__state=State.CLOSED,
    )
    for word in wanted.text.split():
        found = found.filter(
            Q(trajectory__instruction__icontains=word) | Q(trajectory__source__icontains=word)
        )
    if wanted.confidence_below is not None or wanted.source is Source.LOW_CONFIDENCE:
        below = LOW if wanted.confidence_below is None else wanted.confidence_below
        found = found.filter(confidence__lt=below)
    if wanted.upload:
        brought = UploadItem.objects.filter(upload=wanted.upload, upload__team=team)
        found = found.filter(trajectory__in=brought.exclude(trajectory=None).values("trajectory"))
    if wanted.source is Source.CRITICS_DISAGREE:
        found = found.filter(_said("passed"), _said("failed"))
    if wanted.source is Source.RANDOM:
        found = found.exclude(shelf__outcome="")
    return _of_app(found, wanted.app) if wanted.app else found


def count(team: Team, wanted: Selection) -> tuple[int, bool]:
    """How many runs fit, and whether there may be more than that."""
    found = candidates(team, wanted)
    if not wanted.app:
        n = found.order_by()[: MOST + 1].count()
        return min(n, MOST), n > MOST
    # What a source tells of an app is in the recording itself, which takes long to look through.
    without = candidates(team, _without_app(wanted)).order_by("-created_at", "-trajectory_id")
    near = list(without.values_list("pk", flat=True)[: PREVIEWED + 1])
    n = _of_app(Standing.objects.filter(pk__in=near[:PREVIEWED]), wanted.app).count()
    return n, len(near) > PREVIEWED


def chosen(team: Team, wanted: Selection) -> list[str]:
    """The runs, by id, in the order in which they stand in the queue.

    The order is drawn by the seed and depends on nothing else, so that it is the same when a queue
    is filled on after a kill, and whoever stops half way has decided on a fair sample.
    """
    found = candidates(team, wanted)
    most = min(wanted.limit or MOST, MOST)
    if wanted.source is Source.LOW_CONFIDENCE:
        found = found.order_by("confidence", "trajectory_id")[:most]
    else:
        found = found.order_by()
    ids = list(found.values_list("trajectory_id", flat=True))
    return shuffled(ids, wanted.seed)[:most]


def shuffled(ids: list[str], seed: int) -> list[str]:
    """In an order that only the seed decides, whoever else is among them."""
    return sorted(ids, key=lambda each: place(each, seed))


def place(trajectory_id: str, seed: int) -> str:
    """Where a run comes in the order of a seed."""
    return hashlib.sha256(f"{seed}/{trajectory_id}".encode()).hexdigest()


def needs_all(at: int, overlap: int) -> bool:
    """Whether the item at a position gets all reviewers: `overlap` percent, spread evenly."""
    return (at + 1) * overlap // 100 > at * overlap // 100


def _filters(wanted: Selection) -> Filters:
    outcome = {
        Source.UNDECIDED: "undecided",
        Source.FAILURES_OF_APP: "failed",
    }.get(wanted.source, wanted.outcome)
    return Filters(
        platform=wanted.platform, outcome=outcome, critic=wanted.critic, label=wanted.label
    )


def _said(outcome: str) -> Exists:
    return Exists(
        Standing.objects.filter(
            trajectory=OuterRef("trajectory"), critic__gt="", shelf__outcome=outcome
        )
    )


def _of_app(found: QuerySet[Standing], app: str) -> QuerySet[Standing]:
    told = Q()
    for key in APP_KEYS:
        told |= Q(**{f"payload__meta__{key}__iexact": app})
    return found.filter(trajectory__in=Trajectory.objects.filter(told).values("pk"))


def _without_app(wanted: Selection) -> Selection:
    fields = {name: getattr(wanted, name) for name in Selection.__dataclass_fields__}
    return Selection(**{**fields, "app": ""})
