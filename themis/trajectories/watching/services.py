"""What was read from a watched place is remembered across restarts."""

from __future__ import annotations

from datetime import datetime

from themis.accounts.models import Team
from themis.trajectories.models import WatchedItem
from themis.trajectories.watching.contract import Item


def is_read(*, team: Team, place: str, item: Item) -> bool:
    """Whether this item was taken in as it stands there now."""
    return WatchedItem.objects.filter(
        team=team, place=place, name=item.name, fingerprint=item.fingerprint
    ).exists()


def remember(
    *, team: Team, place: str, item: Item, n_stored: int, n_refused: int, at: datetime
) -> None:
    """Note that an item was taken in, whatever came of it: it is read again when it changes."""
    WatchedItem.objects.update_or_create(
        team=team,
        place=place,
        name=item.name,
        defaults={
            "fingerprint": item.fingerprint,
            "n_stored": n_stored,
            "n_refused": n_refused,
            "read_at": at,
        },
    )
