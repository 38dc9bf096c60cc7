"""Addresses under /api/v1/."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja.errors import AuthenticationError, HttpError, ValidationError

from themis import __version__
from themis.api import (
    agreement,
    exports,
    jobs,
    measurements,
    queues,
    reward_requests,
    rewards,
    steps,
    trajectories,
)
from themis.api.document import KeyedApi
from themis.api.keys import TEAM_KEYS
from themis.api.replies import Refused
from themis.api.unavailable import ERRORS, unavailable

api = KeyedApi(
    title="Themis",
    version=__version__,
    description="Rewards for GUI-agent trajectories, with the evidence they rest on.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
    auth=TEAM_KEYS,
)
api.add_router("", reward_requests.router)
api.add_router("", rewards.router)
api.add_router("", measurements.router)
api.add_router("", exports.router)
api.add_router("", jobs.router)
api.add_router("", queues.router)
api.add_router("", trajectories.router)
api.add_router("", steps.router)
api.add_router("", agreement.router)


@api.exception_handler(AuthenticationError)
def unauthorised(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """No key, or one that does not open anything."""
    problem = {
        "code": "unauthorised",
        "error": "send an API key as `Authorization: Bearer thk_…`; Settings → API keys makes one",
    }
    response = api.create_response(request, problem, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="themis"'
    return response


@api.exception_handler(Refused)
def not_let_in(_request: HttpRequest, refused: Refused) -> HttpResponse:
    """A key that has expired, may not do this, or is used too often."""
    response = refused.reply.response()
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="themis", error="invalid_token"'
    return response


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter that cannot be read."""
    (first, *_) = error.errors
    where = ".".join(str(part) for part in first["loc"])
    return api.create_response(
        request, {"code": "invalid", "error": f"{where}: {first['msg']}"}, status=422
    )


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A request that cannot be answered."""
    problem = {"code": "refused", "error": error.message}
    return api.create_response(request, problem, status=error.status_code)


def away(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """A database that does not answer."""
    response = unavailable(error).reply.response()
    vars(response)["_has_been_logged"] = True  # in a line, not with all that was under way
    return response


for each in ERRORS:
    api.add_exception_handler(each, away)

urlpatterns = [path("", api.urls)]
