"""Addresses of recorded pictures: each signed for one picture of one team, the same every time.

The signature does not open anything by itself: whoever asks must be in the team as well.
"""

from __future__ import annotations

from functools import lru_cache

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from themis.trajectories.models import Trajectory

SCREEN, THUMBNAIL = "screen", "thumbnail"
_SALT = "themis.web.pictures"


def address_of(trajectory: Trajectory, position: int, kind: str = SCREEN) -> str:
    """Where a picture is found; `kind` is SCREEN or THUMBNAIL."""
    return _address(trajectory.team_id, trajectory.pk, position, kind)


# A page of a long run says most addresses twice, and several people are given the same run.
@lru_cache(maxsize=20_000)
def _address(team_id: int, pk: str, position: int, kind: str) -> str:
    signature = Signer(salt=_SALT).signature(_named(team_id, pk, position, kind))
    return reverse(f"trajectories:{kind}", args=[pk, position, signature])


def is_signed(*, team_id: int, pk: str, position: int, kind: str, signature: str) -> bool:
    """Whether that address was made here, for that team."""
    try:
        Signer(salt=_SALT).unsign(f"{_named(team_id, pk, position, kind)}:{signature}")
    except BadSignature:
        return False
    return True


def _named(team_id: int, pk: str, position: int, kind: str) -> str:
    return f"{team_id}/{pk}/{position}/{kind}"
