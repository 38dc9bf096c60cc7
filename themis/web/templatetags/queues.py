"""Queues as pages tell them: how far they are, when they are due, how long things take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils import timezone

from themis.reviews.figures import Share
from themis.reviews.models import Queue

register = template.Library()

WIDTH = 1000  # of a bar, in units of its own
UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a bar."""

    kind: str  # done, disputed, left
    x: float
    width: float


@register.filter
def segments(queue: Queue) -> list[Segment]:
    """A queue's bar: what is done, what is disputed, what is left."""
    parts = {"done": queue.n_done, "disputed": queue.n_disputed, "left": left(queue)}
    found, x = [], 0.0
    for kind, n in parts.items():
        width = WIDTH * n / queue.n_items if queue.n_items else 0.0
        if width:
            found.append(Segment(kind=kind, x=round(x, 2), width=round(width, 2)))
        x += width
    return found


@register.filter
def left(queue: Queue) -> int:
    """Items on which decisions are still to come."""
    return max(queue.n_items - queue.n_done - queue.n_disputed, 0)


@register.filter
def part_done(queue: Queue) -> str:
    """ "42 %" of the items; rounded down, so that only the whole is 100 %."""
    return f"{100 * queue.n_done // queue.n_items} %" if queue.n_items else "0 %"


@register.filter
def due(at: datetime | None) -> str:
    """ "due in 3 d", "overdue by 2 h"; nothing without a date."""
    if at is None:
        return ""
    ahead = (at - timezone.now()).total_seconds()
    return f"due in {duration(ahead)}" if ahead >= 0 else f"overdue by {duration(-ahead)}"


@register.filter
def is_past(at: datetime | None) -> bool:
    """Whether a time has gone by."""
    return at is not None and at < timezone.now()


@register.filter
def duration(seconds: float | None) -> str:
    """How long, in the one unit that matters: "3 d", "2 h", "40 min", "35 s"."""
    if seconds is None:
        return ""
    for length, unit in UNITS:
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


@register.filter
def share(of: Share) -> str:
    """ "9 of 10 (90 %)"; a dash of nothing."""
    return "–" if of.part is None else f"{of.n} of {of.of} ({of.part * 100:.0f} %)"


@register.filter
def ahead(at: datetime | None) -> str:
    """A time to come: "in 40 min, at 16:30", "in 3 d, on 4 Mar"."""
    if at is None:
        return ""
    seconds = (at - timezone.now()).total_seconds()
    when = f"at {at:%H:%M}" if seconds < UNITS[0][0] else f"on {at:%-d %b}"
    return f"in {duration(max(seconds, 0))}, {when}"
