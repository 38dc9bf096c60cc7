"""What stands behind a field of a JSON object's first level, without building the object."""

from __future__ import annotations

import re

# A text that is not closed runs to the end: each character is looked at once.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)
_COLON = re.compile(r"\s*:\s*")
_MAX_BEHIND = 200  # characters


def behind(content: str, name: str) -> str | None:
    """The first characters after `"name":`; empty where the text ends there; None without it.

    Only a field of the outermost object counts, not one of an object within it.
    """
    wanted = f'"{name}"'
    if wanted not in content or not content.lstrip().startswith("{"):
        return None
    depth = 0
    for token in _TOKEN.finditer(content):
        mark = token[0]
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
        elif depth == 1 and mark == wanted and (colon := _COLON.match(content, token.end())):
            return content[colon.end() : colon.end() + _MAX_BEHIND]
        if depth == 0:
            return None
    return None
