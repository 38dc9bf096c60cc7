"""Addresses under /compat/ and /v1/: each framework's own words, and OpenAI's for the judge."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from themis.api.asking import WAITS
from themis.api.compat import gym, judge, openenv, openrlhf, roll, slime
from themis.api.compat.doors import KEYS
from themis.api.replies import Refused, Reply
from themis.api.unavailable import ERRORS, UNAVAILABLE, unavailable
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json

NO_KEY = Reply(
    status=401,
    body={
        "code": "unauthorised",
        "error": "send an API key as `Authorization: Bearer thk_…`, or /k/thk_…/ before the path",
    },
    headers={"WWW-Authenticate": 'Bearer realm="themis"'},
)
KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}

compat = NinjaAPI(
    docs_url=None, openapi_url=None, urls_namespace="compat", title="Themis for RL frameworks"
)
compat.add_router("", openrlhf.router)
compat.add_router("", slime.router)
compat.add_router("", roll.router)
compat.add_router("", openenv.router)
for name, manner in gym.MANNERS.items():
    compat.add_router(f"/{name}", gym.router_of(manner))

judging = NinjaAPI(
    docs_url=None, openapi_url=None, urls_namespace="judge", title="Themis as a judge", auth=KEYS
)
judging.add_router("", judge.router)


def _reply_to(error: Exception | type[Exception]) -> Reply:
    """What an error is answered with."""
    match error:
        case Refused():
            return error.reply
        case OperationalError() | InterfaceError():
            return unavailable(error).reply
        case AuthenticationError():
            return NO_KEY
        case UnreadableTrajectory():
            return Refused(422, "invalid", str(error), field="body").reply
        case HttpError():
            return Reply(status=error.status_code, body={"code": "refused", "error": error.message})
        case _:
            return Refused(422, "invalid", str(error)[:200]).reply


def _plainly(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return _sent(_reply_to(error))


def _as_openai(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The same, as clients of OpenAI's interface read it."""
    reply = _reply_to(error)
    kind = "server_error" if reply.status >= 500 else "invalid_request_error"
    body: dict[str, Json] = {
        "error": {
            "message": reply.body.get("error"),
            "type": KINDS.get(reply.status, kind),
            "param": reply.body.get("field"),
            "code": reply.body.get("code"),
        }
    }
    return _sent(Reply(status=reply.status, body=body, headers=reply.headers))


def _sent(reply: Reply) -> HttpResponse:
    """An answer that is held back is no error of the server: Django need not put it in its log.

    That the database is away is there already.
    """
    response = reply.response()
    is_known = WAITS in response or reply.body.get("code") == UNAVAILABLE
    response._has_been_logged = is_known  # type: ignore[attr-defined]
    return response


KNOWN = (Refused, UnreadableTrajectory, AuthenticationError, ValidationError, HttpError)
for kind in (*KNOWN, *ERRORS):
    compat.add_exception_handler(kind, _plainly)
    judging.add_exception_handler(kind, _as_openai)

urlpatterns = [path("compat/", compat.urls), path("v1/", judging.urls)]
