"""A program that talks to the API with a team's key, and small runs for it to send."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.test import Client

from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import Team
from themis.domain.jsontypes import Json

TRAJECTORIES = "/api/v1/trajectories"


@dataclass
class Caller:
    """One team's key, and a client that raises nothing: a 500 is an answer to assert on."""

    team: Team
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    key: str = ""

    def __post_init__(self) -> None:
        self.key = accounts.issue_key(team=self.team, name="recorder", by=None, at=stories.NOW)[1]

    def headers(self, once: str = "") -> dict[str, str]:
        given = {"Authorization": f"Bearer {self.key}"}
        return given | ({"Idempotency-Key": once} if once else {})

    def get(self, path: str) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers())  # type: ignore[return-value]

    def post(self, path: str, body: Json | bytes, *, once: str = "") -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(  # type: ignore[return-value]
            f"/api/v1{path}", content, content_type="application/json", headers=self.headers(once)
        )

    def send(self, form: dict[str, object], *, once: str = "") -> HttpResponse:
        return self.client.post(TRAJECTORIES, form, headers=self.headers(once))  # type: ignore[return-value]

    def opened(self, **more: Json) -> str:
        """The id of a run that was just opened."""
        reply = self.post("/trajectories", beginning(**more))
        assert reply.status_code == 201, reply.content
        return str(reply.json()["trajectory"])  # type: ignore[attr-defined]


def told(response: HttpResponse) -> dict[str, Json]:
    """The object that was answered."""
    answer: dict[str, Json] = json.loads(response.content)
    return answer


def uri(content: bytes, media_type: str = "image/png") -> str:
    """A picture as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def step(number: int = 0, **more: Json) -> dict[str, Json]:
    """A step between two screens."""
    action: Json = {"type": "type", "point": {"x": 10, "y": 20}, "text": f"word {number}"}
    return {"thought": f"Thought {number}", "actions": [action], **more}


def beginning(**more: Json) -> dict[str, Json]:
    """A run that goes on."""
    return {"open": True, "instruction": "Save the note", "platform": "web", **more}


def piece(at: int, n_steps: int = 1) -> dict[str, Json]:
    """Steps that each bring one screen with them; screen n comes after step n."""
    numbers = range(at, at + n_steps)
    steps: list[Json] = [step(number, after=number) for number in numbers]
    return {"at": at, "steps": steps, "screens": [uri(stories.png(number)) for number in numbers]}


def whole(**more: Json) -> dict[str, Json]:
    """A run of two steps with its screens."""
    return {
        "themis": "trajectory/2",
        "instruction": "Save the note",
        "platform": "web",
        "screens": [uri(stories.png(shade)) for shade in range(3)],
        "steps": [step(0, before=0, after=1), step(1, before=1, after=2)],
        "ending": {"claim": "success"},
        **more,
    }
