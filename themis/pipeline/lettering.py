"""Pictures of runs that somebody searches, read one by one; again after a kill.

Nothing is claimed: what was read is kept picture by picture, and a wish stands until nothing of
its run is unread. Two processes at one picture do double work and no harm.
"""

from __future__ import annotations

import logging

from django.utils import timezone

from themis.critic.evidence_only import words
from themis.trajectories import blobs, texts
from themis.trajectories.models import Screen

log = logging.getLogger(__name__)

PORTION = 8  # pictures; then uploads that wait at the same worker have their turn


def read_portion() -> bool:
    """Read some pictures that are wished for; whether more are left."""
    if not words.is_possible():
        return False
    for _ in range(PORTION):
        trajectory_id = texts.next_wish()
        if trajectory_id is None:
            return False
        screen = texts.next_unread(trajectory_id)
        if screen is None:
            texts.fulfil(trajectory_id=trajectory_id)
        else:
            _read(screen)
    return texts.next_wish() is not None


def _read(screen: Screen) -> None:
    try:
        lines = words.lines_of(blobs.read(screen.digest), width=screen.width)
    except OSError as error:
        log.warning("picture %s cannot be searched: %s", screen.digest, error)
        lines = None
    texts.keep(digest=screen.digest, lines=lines, at=timezone.now())
