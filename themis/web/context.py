"""What the frame around every page shows."""

from __future__ import annotations

from functools import partial
from typing import cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from themis import __version__
from themis.accounts.models import Right
from themis.notices import queries as notices
from themis.pipeline import flow
from themis.web.access import MemberRequest
from themis.web.shortcuts import SHORTCUTS, groups


def chrome(request: HttpRequest) -> dict[str, object]:
    """The team, the critic that judges by default, and the keys that work everywhere."""
    frame: dict[str, object] = {"version": __version__, "shortcuts": SHORTCUTS}
    if hasattr(request, "team"):
        member = cast(MemberRequest, request)
        frame |= {
            "team": member.team,
            "may": {right.value: right in member.rights for right in Right},
            "role": member.role,
            "shortcuts": (*SHORTCUTS, *groups(member.user.keys)),
            "unread": partial(notices.unread, member.user, member.team),  # asked where it is shown
            "default_critic": SimpleLazyObject(partial(flow.default_critic, member.team)),
        }
    return frame
