"""What the room's page sends, read with distrust, and how a refusal is told to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, JsonResponse, UnreadablePostError

from themis.domain import wire
from themis.domain.errors import (
    NotYours,
    QueueIsClosed,
    Stale,
    ThemisError,
    UnfitOpinion,
    UnreadableTrajectory,
)
from themis.domain.jsontypes import Json
from themis.domain.opinion import Opinion
from themis.web.access import MemberRequest

P = ParamSpec("P")
LIMIT = 2**20  # bytes of what one request says
WHOLE = 2**53  # numbers that a browser can count to
Asked = dict[str, Json]


class Unreadable(ThemisError):
    """A request that no page of ours sends."""


def asked_of(request: MemberRequest) -> Asked:
    """What a request asks: its JSON body, or the field `body` of a closing page's form.

    Raises Unreadable.
    """
    try:
        if request.content_type == "application/json":
            text = request.read(LIMIT + 1)
        else:
            text = request.POST.get("body", "").encode()
    except UnreadablePostError:
        raise Unreadable("The request broke off.") from None
    if len(text) > LIMIT:
        raise Unreadable("That is more than one decision can hold.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("The request is no JSON.") from None
    if not isinstance(data, dict):
        raise Unreadable("The request is no object.")
    return data


def whole(asked: Asked, name: str) -> int:
    """A whole number; raises Unreadable."""
    value = asked.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < WHOLE:
        raise Unreadable(f"{name}: expected a whole number.")
    return value


def text(asked: Asked, name: str) -> str:
    """Text, "" where there is none; raises Unreadable."""
    value = asked.get(name, "")
    if not isinstance(value, str):
        raise Unreadable(f"{name}: expected text.")
    return wire.clean(value)


def seconds(asked: Asked) -> float:
    """How long the run was before somebody's eyes; 0 for what is no duration."""
    value = asked.get("seconds", 0)
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 <= value < 1e6 else 0.0  # type: ignore[arg-type,operator]


def opinion(asked: Asked) -> Opinion:
    """What the person says; raises UnreadableTrajectory, which names the field."""
    return wire.load(Opinion, asked.get("opinion"), at="opinion")


def holds(asked: Asked) -> list[tuple[int, str]]:
    """The leases that a page has: their numbers and tokens."""
    rows = asked.get("holds")
    found = []
    for row in rows[:20] if isinstance(rows, list) else []:
        match row:
            case [int() as hold_id, str() as token] if 0 <= hold_id < WHOLE:
                found.append((hold_id, token))
    return found


def answering(
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
    """The view, whose refusals become JSON: what kind, a sentence, and what has changed."""

    @wraps(view)
    def answered(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Stale as error:
            return _refusal(409, "stale", error, changes=list(error.changes))
        except NotYours as error:
            return _refusal(409, "gone", error)
        except QueueIsClosed as error:
            return _refusal(409, "closed", error)
        except UnfitOpinion as error:
            return _refusal(422, "unfit", error, fields=error.fields)
        except (UnreadableTrajectory, Unreadable) as error:
            return _refusal(422, "unreadable", error)

    return answered


def _refusal(status: int, kind: str, error: ThemisError, **more: object) -> JsonResponse:
    return JsonResponse({"kind": kind, "error": str(error), **more}, status=status)
