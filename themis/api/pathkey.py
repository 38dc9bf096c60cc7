"""A key in the path, for programs that cannot send headers: /k/<key>/<rest> is /<rest> with a key.

Whoever else is named by headers or cookies does not count. Nothing behind this sees the key in a
path, so that no log of ours can tell it; proxies in front do, and may keep it.
"""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import quote, unquote

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
    WebSocketScope,
)

LEAD = "/k/"
DROPPED = {b"authorization", b"x-api-key", b"cookie"}
ADDED = ((b"referrer-policy", b"no-referrer"), (b"cache-control", b"no-store"))
_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")
_NO_KEY = "malformed"  # opens nothing, as any key that nobody made

Asked: TypeAlias = HTTPScope | WebSocketScope


def unpacked(scope: Asked) -> Asked:
    """The scope as if the key had come as a bearer token; as it is where no key is in the path.

    What no key can be is sent on as one that opens nothing.
    """
    root = scope.get("root_path", "") or ""
    lead = root if root and scope["path"].startswith(root) else ""
    if not scope["path"].startswith(lead + LEAD):
        return scope
    # As it was sent: an escaped slash must not end the key in the one and not in the other.
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    _, _, key, rest = (*raw[len(lead) :].split(b"/", 3), b"", b"")[:4]
    plain = unquote(key.decode("latin-1"))
    bearer = plain if _KEY.fullmatch(plain) else _NO_KEY
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in DROPPED]
    changed = scope.copy()
    changed["raw_path"] = lead.encode() + b"/" + rest
    changed["path"] = lead + "/" + unquote(rest.decode("latin-1"))
    changed["headers"] = [*kept, (b"authorization", f"Bearer {bearer}".encode())]
    return changed


class PathKeys:
    """An application that takes keys in paths too, and says that such answers are for nobody else.

    Outermost: what looks at who is asking finds the key where it looks for one.
    """

    def __init__(self, inner: ASGI3Application) -> None:
        self._inner = inner

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        asked = unpacked(scope) if scope["type"] in ("http", "websocket") else scope
        if asked is scope:
            await self._inner(scope, receive, send)
            return

        async def secretly(event: ASGISendEvent) -> None:
            await send(_kept_to_oneself(event))

        await self._inner(asked, receive, secretly)


def _kept_to_oneself(event: ASGISendEvent) -> ASGISendEvent:
    if event["type"] != "http.response.start":
        return event
    replaced = {name for name, _ in ADDED}
    others = [each for each in event["headers"] if each[0].lower() not in replaced]
    return {**event, "headers": [*others, *ADDED]}
