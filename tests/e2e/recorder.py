"""A recorder as people write one: the standard library, one run, step by step."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request

from tests import stories
from tests.e2e.shell import KEY, Installation
from themis.domain.jsontypes import Json

MAKE_KEY = """
from django.utils import timezone
from themis.accounts import services
from themis.accounts.models import Team
team = Team.objects.first() or services.found_team(slug="default", name="Default")
print("key " + services.issue_key(team=team, name="recorder", by=None, at=timezone.now())[1])
"""


def key_of(themis: Installation) -> str:
    """An API key of an installation that has been migrated."""
    if themis.is_peopled:
        return KEY
    done = themis.run("shell", "-v", "0", "-c", MAKE_KEY)
    return next(line.split()[1] for line in done.out.splitlines() if line.startswith("key "))


def post(
    address: str, path: str, key: str, body: dict[str, Json], *, once: str = ""
) -> tuple[int, dict[str, Json]]:
    """The status and the object that a server answers; ConnectionError when it has died."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if once:
        headers["Idempotency-Key"] = once
    request = urllib.request.Request(  # noqa: S310  an address of the test's own
        f"{address}/api/v1{path}", json.dumps(body).encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)
    except urllib.error.URLError as error:
        raise ConnectionError(str(error)) from None


def standing(address: str, name: str, key: str, *, what: str = "trajectories") -> dict[str, Json]:
    """What GET tells of a trajectory, or of its reward."""
    request = urllib.request.Request(  # noqa: S310  an address of the test's own
        f"{address}/api/v1/{what}/{name}", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        told: dict[str, Json] = json.load(answer)
        return told


def piece(number: int) -> dict[str, Json]:
    """One step and the screen after it."""
    picture = base64.b64encode(stories.png(number)).decode()
    click: Json = {"type": "type", "point": {"x": 10, "y": 20}, "text": f"word {number}"}
    step: Json = {"thought": f"Thought {number}", "actions": [click], "after": number}
    return {"at": number, "steps": [step], "screens": [f"data:image/png;base64,{picture}"]}
