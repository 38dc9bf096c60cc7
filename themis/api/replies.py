"""What an endpoint answers, before it is a response: kept, replayed, and sent as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse, JsonResponse

from themis.domain.errors import ThemisError
from themis.domain.jsontypes import Json

RETRY_AFTER = 1  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status and a JSON object; `url` in a 201 is where the new thing is."""

    status: int
    body: dict[str, Json]
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """As it is sent."""
        response = JsonResponse(self.body, status=self.status)
        where = self.body.get("url")
        if self.status == 201 and isinstance(where, str):
            response["Location"] = where
        for name, value in self.headers.items():
            response[name] = value
        return response


class Refused(ThemisError):
    """A request that is not carried out; its reply says why and what to do."""

    def __init__(self, status: int, code: str, error: str, **more: Json) -> None:
        super().__init__(error)
        headers = {"Retry-After": str(RETRY_AFTER)} if code == "in_progress" else {}
        self.reply = Reply(
            status=status, body={"code": code, "error": error, **more}, headers=headers
        )
