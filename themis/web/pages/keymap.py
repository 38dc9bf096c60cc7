"""Settings, Keys of the review room: each person puts commands on the keys they like."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from themis.accounts import services
from themis.web.access import MemberRequest, for_members
from themis.web.shortcuts import COMMANDS, ROOM, faults, keymap, shown

LONGEST = 40  # characters of a key's name


@require_http_methods(["GET", "POST"])
@for_members
def index(request: MemberRequest) -> HttpResponse:
    """The commands with their keys; a keymap with conflicts is shown again and not kept."""
    if "reset" in request.POST:
        services.remap(user=request.user, keys={})
        messages.success(request, "All keys are back where they were.")
        return redirect("settings:keymap")
    asked = _asked(request) if request.method == "POST" else keymap(request.user.keys)
    wrong = faults(asked)
    if request.method == "POST" and not wrong:
        own = {name: key for name, key in asked.items() if key != COMMANDS[name].keys[0]}
        services.remap(user=request.user, keys=own)
        messages.success(request, "Your keys are saved.")
        return redirect("settings:keymap")
    page = {"groups": _groups(asked, wrong), "wrong": wrong}
    return render(request, "settings/keymap.html", page, status=422 if wrong else 200)


def _asked(request: MemberRequest) -> dict[str, str]:
    before = keymap(request.user.keys)
    return {
        name: request.POST.get(f"key-{name}", before[name]).strip()[:LONGEST] for name in COMMANDS
    }


def _groups(asked: dict[str, str], wrong: dict[str, str]) -> list[dict[str, object]]:
    return [
        {
            "title": group.title,
            "rows": [
                {
                    "command": each.command,
                    "does": each.does,
                    "key": asked[each.command],
                    "default": each.keys[0],
                    "default_shown": shown(each.keys[0]),
                    "is_own": asked[each.command] != each.keys[0],
                    "fault": wrong.get(each.command, ""),
                }
                for each in group.shortcuts
                if each.command
            ],
        }
        for group in ROOM
    ]
