"""What the frame around every page shows."""

from __future__ import annotations

from django.http import HttpRequest

from themis import __version__
from themis.accounts.models import Team
from themis.critic import loader
from themis.domain.errors import Misconfigured
from themis.pipeline import endpoints
from themis.web.shortcuts import SHORTCUTS


def chrome(request: HttpRequest) -> dict[str, object]:
    """The team, the critic that judges by default, and the keys that work everywhere."""
    frame: dict[str, object] = {"version": __version__, "shortcuts": SHORTCUTS}
    team = getattr(request, "team", None)
    if team is not None:
        frame |= {
            "team": team,
            "is_owner": getattr(request, "is_owner", False),
            "default_critic": loader.default_name(has_model(team)),
        }
    return frame


def has_model(team: Team) -> bool:
    """Whether a model is set, be it with a key that cannot be read any more."""
    try:
        return endpoints.endpoint_of(team) is not None
    except Misconfigured:
        return True
