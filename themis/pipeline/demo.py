"""What a first start shows: recorded trajectories, two people who can sign in, one API key."""

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
from themis.pipeline import flow
from themis.trajectories.ingest import Bringer, Stored, ingest
from themis.trajectories.models import Trajectory

RECORDED = settings.BASE_DIR / "demo" / "trajectories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """Made at random for this installation and kept in THEMIS_HOME/demo-logins.json, mode 600."""

    owner: str
    annotator: str
    api_key: str


def load(*, team: Team, at: datetime, tell: Callable[[str], None]) -> Logins | None:
    """Fill an empty installation with the demo; its logins, or None if it was never loaded.

    Nobody who can sign in: two people and a key are made. Nothing brought in: the recordings are.
    """
    file = settings.HOME / "demo-logins.json"
    if file.exists():
        return Logins(**json.loads(file.read_text()))
    if User.objects.exists():
        return None
    logins = Logins(
        owner=secrets.token_urlsafe(9),
        annotator=secrets.token_urlsafe(9),
        api_key=accounts.KEY_PREFIX + secrets.token_urlsafe(32),
    )
    _let_in(logins, team, at)
    if not Trajectory.objects.exists():
        tell("loading the demo ...")
        for result in ingest(RECORDED, Bringer(team=team, by=None, at=at, root=settings.BASE_DIR)):
            if isinstance(result, Stored):
                flow.submit(trajectory=result.trajectory, at=at)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        json.dump(asdict(logins), out)
    return logins


def _let_in(logins: Logins, team: Team, at: datetime) -> None:
    owner = accounts.enrol(username="owner", password=logins.owner, team=team, role=Role.ADMIN)
    accounts.enrol(username="annotator", password=logins.annotator, team=team, role=Role.ANNOTATOR)
    accounts.keep_key(plain=logins.api_key, team=team, name="demo", by=owner, at=at)
