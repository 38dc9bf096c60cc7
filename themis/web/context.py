"""What the frame around every page shows."""

from __future__ import annotations

from django.http import HttpRequest

from themis import __version__
from themis.pipeline import flow
from themis.web.shortcuts import SHORTCUTS


def chrome(request: HttpRequest) -> dict[str, object]:
    """The team, the critic that judges by default, and the keys that work everywhere."""
    frame: dict[str, object] = {"version": __version__, "shortcuts": SHORTCUTS}
    team = getattr(request, "team", None)
    if team is not None:
        frame |= {
            "team": team,
            "is_owner": getattr(request, "is_owner", False),
            "default_critic": flow.default_critic(team),
        }
    return frame
