"""ROLL's remote reward system: a task is submitted, its result asked for until it is there."""

from __future__ import annotations

import re

from django.http import HttpRequest, JsonResponse
from ninja import Router

from themis.api import reach
from themis.api.compat import pulling
from themis.api.compat.doors import ROLL_KEYS
from themis.api.replies import Refused
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.rewards.models import RequestStatus, RewardRequest

_ID = re.compile(r"rw_[0-9a-z]{20}")
DONE, RUNNING, BROKEN, UNDECIDED, REFUSED = range(5)
WHERE = "reward_info, data_id, the prompt or the response"
SOURCES = ("reward_info", "data_id", "rollout_id", "prompt", "response")

router = Router(tags=["compat"], auth=ROLL_KEYS)


@router.post("/roll/submit_task", operation_id="roll_submit_task")
def submit_task(request: HttpRequest) -> JsonResponse:
    """Ask for a reward; `reward_request_id` is what `task_result` is asked with."""
    try:
        data = pulling.read(request)
        told = [data.get(name) for name in SOURCES]
        pk = pulling.trajectory_of(*told, where=WHERE, field="reward_info")
        (row,) = pulling.ask(request, [pk])
    except (Refused, UnreadableTrajectory) as error:
        return _refused(error)
    return JsonResponse({"errcode": DONE, "errmsg": "", "reward_request_id": row.pk})


@router.api_operation(["GET", "POST"], "/roll/task_result", operation_id="roll_task_result")
def task_result(request: HttpRequest) -> JsonResponse:
    """What became of it. errcode: 0 done, 1 running, 2 broken, 3 undecided, 4 no such request.

    A broken one is begun anew by submitting it again.
    """
    try:
        row = _row(request, pulling.read(request).get("reward_request_id"))
    except (Refused, UnreadableTrajectory) as error:
        return _refused(error)
    if row.status == RequestStatus.BROKEN:
        return JsonResponse({"errcode": BROKEN, "errmsg": f"{row.code}: {row.cause}"})
    if not row.is_settled:
        return JsonResponse({"errcode": RUNNING, "errmsg": "still being worked out"})
    try:
        return JsonResponse(_result(pulling.answer_of(row)))
    except Refused as refused:
        return JsonResponse({"errcode": UNDECIDED, "errmsg": str(refused)})


def _row(request: HttpRequest, name: Json) -> RewardRequest:
    is_one = isinstance(name, str) and _ID.fullmatch(name) is not None
    found = reach.requests(request).filter(pk=name).first() if is_one else None
    if found is None:
        said = f"reward_request_id: no request {str(name)[:40]!r} in your team"
        raise Refused(404, "not_found", said, field="reward_request_id")
    return found


def _result(answer: pulling.Answer) -> dict[str, Json]:
    reward = pulling.number(answer, "ROLL")
    row = answer.row
    return {
        "errcode": DONE,
        "errmsg": "",
        "reward_request_id": row.pk,
        "reward_score": reward,
        # Its worker reads `debug_info` of each.
        "dimention_reward_score": {
            "themis": {
                "score": reward,
                "outcome": row.outcome,
                "confidence": answer.confidence,
                "reason": answer.reason,
                "debug_info": {},
            }
        },
        "start_time": row.asked_at.isoformat(),
        "end_time": row.settled_at.isoformat() if row.settled_at else None,
    }


def _refused(error: Refused | UnreadableTrajectory) -> JsonResponse:
    """In its own form, and with a status that its log shows."""
    if isinstance(error, UnreadableTrajectory):
        error = Refused(422, "invalid", str(error))
    body = {"errcode": REFUSED, "errmsg": str(error), **error.reply.body}
    response = JsonResponse(body, status=error.reply.status)
    for name, value in error.reply.headers.items():
        response[name] = value
    return response
