"""What a first start shows: recorded runs, somebody of each kind who can sign in, one API key."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings

from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.pipeline import flow, queues
from themis.pipeline.plans import Plan
from themis.trajectories.ingest import Bringer, Stored, ingest
from themis.trajectories.models import Trajectory

RECORDED = settings.BASE_DIR / "demo" / "trajectories"
ROLES = {
    "owner": Role.ADMIN,
    "manager": Role.MANAGER,
    "adjudicator": Role.ADJUDICATOR,
    "annotator": Role.ANNOTATOR,
    "annotator2": Role.ANNOTATOR,
}
QUEUE = Plan(
    name="Did the agent do it?",
    guidance="A run has passed only if what was asked for is seen to be done in the last screens. "
    "What the agent says of itself proves nothing.",
    reviewers=2,
    limit=8,  # what is left of the recordings has a label, and measures reviewers
    gold_percent=20,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """Made at random for this installation and kept in THEMIS_HOME/demo-logins.json, mode 600.

    Passwords go by the name they belong to; "" is nobody: older installations have two people.
    """

    owner: str
    annotator: str
    api_key: str
    annotator2: str = ""
    adjudicator: str = ""
    manager: str = ""

    @property
    def people(self) -> dict[str, str]:
        """Passwords by name, of those who are there."""
        return {name: each for name in ROLES if (each := getattr(self, name))}


def load(*, team: Team, at: datetime, tell: Callable[[str], None]) -> Logins | None:
    """Fill an empty installation with the demo; its logins, or None if it was never loaded.

    Nobody who can sign in: people and a key are made. Nothing brought in: the recordings are.
    """
    file = settings.HOME / "demo-logins.json"
    if file.exists():
        return Logins(**json.loads(file.read_text()))
    if User.objects.exists():
        return None
    logins = Logins(
        **{name: secrets.token_urlsafe(9) for name in ROLES},
        api_key=accounts.KEY_PREFIX + secrets.token_urlsafe(32),
    )
    _let_in(logins, team, at)
    if not Trajectory.objects.exists():
        tell("loading the demo ...")
        for result in ingest(RECORDED, Bringer(team=team, by=None, at=at, root=settings.BASE_DIR)):
            if isinstance(result, Stored):
                flow.submit(trajectory=result.trajectory, at=at)
        _hand_out(team, at)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        json.dump(asdict(logins), out)
    return logins


def _hand_out(team: Team, at: datetime) -> None:
    """A queue, so that who reviews has something to decide at once."""
    if not team.trajectories.exists():
        return
    made = queues.make_queue(team=team, by=None, plan=QUEUE, at=at)
    queues.fill(made, at)


def _let_in(logins: Logins, team: Team, at: datetime) -> None:
    people = {
        name: accounts.enrol(username=name, password=password, team=team, role=ROLES[name])
        for name, password in logins.people.items()
    }
    owner = people["owner"]
    accounts.keep_key(plain=logins.api_key, team=team, name="demo", by=owner, at=at)
