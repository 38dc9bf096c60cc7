"""Items of a queue in order, a page at a time, however many there are. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from themis.reviews.models import GOLD_FROM, Decision, ItemState, Queue, QueueItem

FLAGGED = "flagged"
GOLD = "gold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: beyond a position, going on or, `is_back`, going back."""

    position: int = -1
    is_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items in order; `first` and `last` are positions where more lies before or behind."""

    items: list[QueueItem]
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An item with what was decided on it, by people as it stands now."""

    item: QueueItem
    decisions: list[Decision] = field(default_factory=list)


START = Place()


def page(queue: Queue, which: str, at: Place, size: int) -> Page:
    """Items of a state, "flagged", "gold" or, by "", all but gold; the page at a place."""
    found = _ids(queue, which, at, size + 1)
    is_more = len(found) > size
    found = found[:size]
    if at.is_back:
        if not is_more:  # the first page is a whole one
            return page(queue, which, START, size)
        found.reverse()
        has_before, has_behind = True, True
    else:
        has_before, has_behind = at.position >= 0, is_more
    rows = QueueItem.objects.select_related("trajectory").defer(
        "trajectory__payload", "trajectory__warnings"
    )
    items = rows.filter(pk__in=[pk for _, pk in found]).order_by("position")
    return Page(
        items=list(items),
        first=found[0][0] if found and has_before else None,
        last=found[-1][0] if found and has_behind else None,
    )


def said(items: list[QueueItem]) -> list[Said]:
    """The items, each with its decisions, final ones last."""
    by_item: dict[int, list[Decision]] = {item.pk: [] for item in items}
    rows = Decision.objects.filter(item__in=list(by_item), is_current=True)
    for row in rows.select_related("user").defer("payload").order_by("is_final", "at", "pk"):
        by_item[row.item_id].append(row)
    return [Said(item=item, decisions=by_item[item.pk]) for item in items]


def _ids(queue: Queue, which: str, at: Place, limit: int) -> list[tuple[int, int]]:
    """Positions and ids. Each state is an index in order: of all, the beginnings are merged."""
    found: list[tuple[int, int]] = []
    for part in _parts(queue, which):
        side = Q(position__lt=at.position) if at.is_back else Q(position__gt=at.position)
        order = "-position" if at.is_back else "position"
        found += part.filter(side).order_by(order).values_list("position", "pk")[:limit]
    return sorted(found, reverse=at.is_back)[:limit]


def _parts(queue: Queue, which: str) -> list[QuerySet[QueueItem]]:
    rows = QueueItem.objects.filter(queue=queue)
    if which == GOLD:
        return [rows.filter(position__gte=GOLD_FROM)]
    plain = rows.filter(position__lt=GOLD_FROM)
    if which == FLAGGED:
        return [plain.filter(is_flagged=True)]
    states = [which] if which else ItemState.values
    return [plain.filter(state=state) for state in states]
