"""An OpenEnv environment of one step: an action names a run, and the reward is what it gets.

Its clients keep a WebSocket open (`openenv_socket`); here is what it shares with plain HTTP.
"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from ninja import Router

from themis import __version__
from themis.api.compat import pulling
from themis.api.compat.doors import KEYS
from themis.api.compat.pulling import Answer, patience_of
from themis.api.replies import Refused
from themis.domain.jsontypes import Json
from themis.rewards.models import RewardRequest

PATIENCE = 50  # seconds; the client gives a message up after 60
ABOUT = "Step with the reference of a recorded run; the reward is what Themis pays for it."

router = Router(tags=["compat"])


@router.post("/openenv/reset", auth=KEYS, operation_id="openenv_reset")
def reset(request: HttpRequest) -> JsonResponse:
    """Nothing to be set up: every run is there already."""
    pulling.read(request)
    return JsonResponse(begun())


@router.post("/openenv/step", auth=KEYS, operation_id="openenv_step")
def step(request: HttpRequest) -> JsonResponse:
    """The reward of the run that the action names."""
    data = pulling.read(request)
    action = data.get("action")
    (row,) = pulling.ask(request, [named(action)])
    (answer,) = pulling.answers([row], patience_of(request, PATIENCE))
    return JsonResponse(observed(answer))


@router.get("/openenv/state", auth=KEYS, operation_id="openenv_state")
def state(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  ninja gives it
    """Over HTTP nothing is kept between two requests."""
    return JsonResponse({"episode_id": None, "step_count": 0})


@router.get("/openenv/schema", auth=None, operation_id="openenv_schema")
def schema(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  ninja gives it
    """What an action, an observation and the state look like."""
    return JsonResponse(SCHEMA)


@router.get("/openenv/metadata", auth=None, operation_id="openenv_metadata")
def metadata(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  ninja gives it
    """What this environment is."""
    return JsonResponse({"name": "themis", "description": ABOUT, "version": __version__})


@router.get("/openenv/health", auth=None, operation_id="openenv_health")
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  ninja gives it
    """It is there."""
    return JsonResponse({"status": "healthy"})


def named(action: Json) -> str:
    """The run that an action names; raises Refused (422)."""
    if not isinstance(action, dict):
        raise Refused(422, "invalid", "action: expected an object", field="action")
    own = pulling.own_id(action.get("trajectory"))
    return pulling.trajectory_of(own, action, where="action.trajectory", field="action.trajectory")


def begun() -> dict[str, Json]:
    """What a reset gives."""
    return {"observation": {"status": "ready", "instruction": ABOUT}, "reward": None, "done": False}


def observed(answer: Answer) -> dict[str, Json]:
    """What a step gives that has an answer; undecided, its reward is null and `mask` is true."""
    seen: dict[str, Json] = {
        "status": answer.row.status,
        "trajectory": answer.row.trajectory_id,
        "id": answer.row.pk,
        "outcome": answer.row.outcome,
        "mask": answer.reward is None,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "feedback": answer.said.get("feedback"),
    }
    return {"observation": seen, "reward": answer.reward, "done": True}


def awaited(row: RewardRequest) -> dict[str, Json]:
    """What a step gives whose client has no time left: not done, the same step again goes on."""
    seen: dict[str, Json] = {
        "status": "running",
        "trajectory": row.trajectory_id,
        "id": row.pk,
        "instruction": "Still being worked out; send the same step again.",
    }
    return {"observation": seen, "reward": None, "done": False}


_TEXT: Json = {"type": "string"}
SCHEMA: dict[str, Json] = {
    "action": {
        "type": "object",
        "properties": {
            "trajectory": {**_TEXT, "description": "themis://trajectory/<id>, or the id"},  # type: ignore[dict-item]
            "text": {**_TEXT, "description": "any text that holds the reference"},  # type: ignore[dict-item]
        },
    },
    "observation": {
        "type": "object",
        "properties": {
            "status": _TEXT,
            "trajectory": _TEXT,
            "id": _TEXT,
            "outcome": _TEXT,
            "mask": {"type": "boolean"},
            "confidence": {"type": ["number", "null"]},
            "reason": _TEXT,
            "feedback": {"type": ["object", "null"]},
        },
    },
    "state": {
        "type": "object",
        "properties": {
            "episode_id": {"type": ["string", "null"]},
            "step_count": {"type": "integer"},
        },
    },
}
