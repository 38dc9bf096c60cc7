"""Desktop platforms by the words that name them."""

from __future__ import annotations

import re

from themis.domain.trajectory import Platform

_WORD = re.compile(r"[a-z]+")
_PLATFORMS = {
    "windows": Platform.WINDOWS,
    **dict.fromkeys(("macos", "osx", "darwin"), Platform.MACOS),
    **dict.fromkeys(("ubuntu", "linux"), Platform.LINUX),
}


def platform_in(name: str) -> Platform | None:
    """The platform a name speaks of: "Windows", "examples_windows", "agentnet_ubuntu_5k.jsonl"."""
    found = (_PLATFORMS.get(word) for word in _WORD.findall(name.lower()))
    return next((each for each in found if each is not None), None)
