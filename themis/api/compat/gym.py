"""NeMo Gym's resources server, and the same as verifiers and prime-rl talk to it.

`manage.py gym` serves it at the root of a port of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, JsonResponse
from ninja import Router

from themis.api import asking
from themis.api.compat import gym_metrics, pulling
from themis.api.compat.doors import PORT_OR_KEYS, grant_of
from themis.api.compat.pulling import patience_of
from themis.api.front.waiting import LONGEST
from themis.api.replies import Refused
from themis.domain.jsontypes import Json
from themis.rewards.models import RequestStatus, RewardRequest

ECHOED = ("responses_create_params", "response")
INDICES = (gym_metrics.TASK, "_ng_rollout_index")
WHERE = "the row (its label, ground_truth, extra_info or metadata) or the response"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How clients of the protocol are answered."""

    name: str
    patience: int  # seconds
    masks: bool  # whether it knows samples that are masked, and rows that failed


NEMO_GYM = Manner(name="NeMo Gym", patience=int(LONGEST), masks=True)  # it has no limit
VERIFIERS = Manner(name="verifiers", patience=55, masks=False)  # gives up after 60 s
MANNERS = {"gym": NEMO_GYM, "verifiers": VERIFIERS}  # by their path


def router_of(manner: Manner) -> Router:
    """The four addresses."""
    router = Router(tags=["compat"], auth=PORT_OR_KEYS)
    slug = manner.name.lower().replace(" ", "_")

    @router.post("/seed_session", operation_id=f"{slug}_seed_session")
    def seed_session(request: HttpRequest) -> JsonResponse:
        """Nothing is kept between the calls of a rollout, so nothing is begun."""
        pulling.read(request)
        return JsonResponse({})

    @router.post("/verify", operation_id=f"{slug}_verify")
    def verify(request: HttpRequest) -> JsonResponse:
        """The reward of the run that the row, or the response, names."""
        return _verified(request, manner)

    @router.post("/aggregate_metrics", operation_id=f"{slug}_aggregate_metrics")
    def aggregate_metrics(request: HttpRequest) -> JsonResponse:
        """Means and spreads over replies of `/verify`, without those that are masked or failed."""
        rows = pulling.read(request).get("verify_responses")
        if not isinstance(rows, list):
            raise Refused(
                422, "invalid", "verify_responses: expected a list", field="verify_responses"
            )
        return JsonResponse(gym_metrics.of(rows))

    @router.get("/reverify_mode", operation_id=f"{slug}_reverify_mode")
    def reverify_mode(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  ninja gives it
        """A run can be verified again from its row alone."""
        return JsonResponse("stateless", safe=False)

    return router


def _verified(request: HttpRequest, manner: Manner) -> JsonResponse:
    data = pulling.read(request)
    for name in ECHOED:
        if not isinstance(data.get(name), dict):
            raise Refused(422, "invalid", f"{name}: expected an object", field=name)
    (row,) = pulling.ask(request, [_named(data)])
    reply = {name: data[name] for name in (*ECHOED, *INDICES) if name in data}
    if manner.masks and row.status == RequestStatus.BROKEN:
        return JsonResponse(reply | _failed(data, row))
    (answer,) = pulling.answers([row], _patience(request, manner))
    if manner.masks and answer.reward is None:
        return JsonResponse(reply | _metrics(answer) | _masked(data))
    number = pulling.number(answer, manner.name)
    return JsonResponse(reply | _metrics(answer) | {"reward": number})


def _patience(request: HttpRequest, manner: Manner) -> int:
    granted = grant_of(request)
    told = granted.patience if granted else None
    return patience_of(request, manner.patience if told is None else told)


def _named(data: dict[str, Json]) -> str:
    """The row is the data set's; the response is the model's, which is looked at last."""
    row = {name: held for name, held in data.items() if name not in ECHOED}
    params, response = (cast("dict[str, Json]", data[name]) for name in ECHOED)
    values = (row, params.get("metadata"), params, response)
    return pulling.trajectory_of(*values, where=WHERE, field="verifier_metadata")


def _metrics(answer: pulling.Answer) -> dict[str, Json]:
    """Numbers at the top, which the clients log; the id for people."""
    told: dict[str, Json] = {"themis_passed": answer.passed, "themis_id": answer.row.pk}
    if answer.confidence is not None:
        told["themis_confidence"] = answer.confidence
    return told


def _masked(data: dict[str, Json]) -> dict[str, Json]:
    """No reward. The protocol has a number in every reply: this one is marked as not to be used.

    Gym reads the mark at the top, NeMo RL the one in `instance_config`.
    """
    kept = data.get("instance_config")
    instance = kept if isinstance(kept, dict) else {}
    return {
        "reward": 0.0,
        "mask_sample": True,
        "instance_config": {**instance, "mask_sample": True},
    }


def _failed(data: dict[str, Json], row: RewardRequest) -> dict[str, Json]:
    """A row that Gym puts aside and tries again; masked for those who do not."""
    return {
        **_masked(data),
        "_ng_failure_class": "judge_failed",
        "_ng_failure_judge_error": f"{row.code}: {row.cause}"[:2000],
        "_ng_failure_terminal": row.code in asking.CODES,
    }
