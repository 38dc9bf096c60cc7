"""Who sends a request, told from its headers alone, before anything of its body is kept."""

from __future__ import annotations

from asgiref.typing import HTTPScope
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http.cookie import parse_cookie

from themis.accounts import queries

BEARER = "bearer "
GRANT = "themis.port"  # in a scope, where no client can write: whose port a request came in at


def is_known(scope: HTTPScope) -> bool:
    """Whether somebody is signed in, an API key is that of a team, or the port needs none."""
    if GRANT in scope:
        return True
    key = key_of(scope)
    if key and queries.live_key(key) is not None:
        return True
    cookies = parse_cookie(header(scope, b"cookie").decode("latin-1"))
    session = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return session.isascii() and session.isalnum() and SESSION_KEY in SessionStore(session)


def header(scope: HTTPScope, name: bytes) -> bytes:
    """A header's value, the first where there are several; empty if there is none."""
    for each, value in scope["headers"]:
        if each.lower() == name:
            return value
    return b""


def key_of(scope: HTTPScope) -> str:
    """The API key that a request carries; empty if it carries none."""
    said = header(scope, b"authorization").decode("latin-1")
    bearer = said[len(BEARER) :] if said.lower().startswith(BEARER) else ""
    return bearer.strip() or header(scope, b"x-api-key").decode("latin-1")
