"""The team's trajectories by id, and where the API tells of them."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.urls import reverse

from themis.accounts.models import Team
from themis.api.replies import Refused
from themis.critic import loader
from themis.domain.jsontypes import Json
from themis.trajectories import queries
from themis.trajectories.models import ALPHABET, Trajectory

_ID = re.compile(f"[{ALPHABET}]{{12}}")


def team_of(request: HttpRequest) -> Team:
    """Whose key it is."""
    team: Team = request.auth  # type: ignore[attr-defined]
    return team


def is_id(text: str) -> bool:
    """Whether a text is nothing but what could be a trajectory's id."""
    return _ID.fullmatch(text) is not None


def find(request: HttpRequest, trajectory_id: str) -> Trajectory | None:
    """One of the team's trajectories; None for what is none of theirs, or no id at all."""
    if not is_id(trajectory_id):
        return None
    found = queries.of_team(team_of(request)).select_related("team")
    return found.filter(pk=trajectory_id).first()


def get(request: HttpRequest, trajectory_id: str) -> Trajectory:
    """One of the team's trajectories; raises Refused (404)."""
    found = find(request, trajectory_id)
    if found is None:
        raise Refused(404, "not_found", unknown(trajectory_id))
    return found


def unknown(trajectory_id: str) -> str:
    """The sentence for a trajectory that does not exist."""
    return f"no trajectory {trajectory_id[:40]!r} in your team"


def critic_of(name: Json) -> str:
    """A critic by name, empty for the default one; raises Refused (422)."""
    if name in (None, ""):
        return ""
    if not isinstance(name, str) or name not in loader.CRITICS:
        known = ", ".join(loader.CRITICS)
        raise Refused(422, "unknown_critic", f"no critic {str(name)[:40]!r}: {known}")
    return name


def links(request: HttpRequest, trajectory_id: str) -> dict[str, Json]:
    """Where a trajectory and its reward are."""
    address = request.build_absolute_uri
    return {
        "url": address(reverse("api-v1:get_trajectory", args=[trajectory_id])),
        "reward": address(reverse("api-v1:get_reward", args=[trajectory_id])),
    }
