"""A reviewer as the room's page is one: signs in, takes, drafts, decides; the standard library."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

from themis.domain.jsontypes import Json

_HELD = re.compile(r'data-(item|hold|token|version|number)="([^"]*)"')
_DRAFT = re.compile(r'<script id="held" type="application/json">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class Held:
    """What the page of one item says of the lease."""

    item: int
    hold: int
    token: str
    version: int
    number: int
    page: str

    @property
    def said(self) -> str:
        """What was typed before, as JSON."""
        found = _DRAFT.search(self.page)
        return found[1] if found else ""


@dataclass
class Reviewer:
    """One browser at one server."""

    address: str
    _jar: CookieJar = field(default_factory=CookieJar)

    def sign_in(self, username: str, password: str) -> None:
        """Raises AssertionError where the server does not let this person in."""
        self.get("/login/")
        form = urllib.parse.urlencode(
            {"username": username, "password": password, "csrfmiddlewaretoken": self._csrf}
        )
        _, page = self._send("/login/", form.encode(), "application/x-www-form-urlencoded")
        assert 'name="password"' not in page, "not signed in"

    def get(self, path: str) -> str:
        """A page."""
        return self._send(path, None, "")[1]

    def post(self, path: str, body: dict[str, Json]) -> tuple[int, str]:
        """What the room's page sends, and the answer."""
        return self._send(path, json.dumps(body).encode(), "application/json")

    def take(self, queue: int) -> Held:
        """The next item; fails where there is none."""
        _, page = self.post(f"/review/queues/{queue}/work/take/", {})
        found = dict(_HELD.findall(page.split("<header", 1)[0]))
        assert "hold" in found, page[:500]
        numbers = {name: int(found[name]) for name in ("item", "hold", "version", "number")}
        return Held(token=found["token"], page=page, **numbers)

    @property
    def _csrf(self) -> str:
        return next((each.value or "" for each in self._jar if each.name == "csrftoken"), "")

    def _send(self, path: str, body: bytes | None, kind: str) -> tuple[int, str]:
        headers = {"X-CSRFToken": self._csrf, "Referer": self.address}
        headers |= {"Content-Type": kind} if kind else {}
        request = urllib.request.Request(self.address + path, body, headers)  # noqa: S310  ours
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
