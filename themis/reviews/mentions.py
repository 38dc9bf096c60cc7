"""People named in a text: "@name", whoever in the team is called so."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from themis.accounts.models import Team, User

MOST = 20  # people one comment can call
_NAMED = re.compile(r"(?<![\w.@+-])@([\w.@+-]{1,150})")  # what Django takes as a name
_TRAILING = ".@+-_"  # of a name, or of the sentence around it


def found(text: str, names: Container[str]) -> Iterator[tuple[int, int, str]]:
    """Where a text names somebody: start, end, and the name in lower case."""
    for match in _NAMED.finditer(text):
        name = match[1].lower()
        while name and name not in names and name[-1] in _TRAILING:
            name = name[:-1]
        if name in names:
            yield match.start(), match.start() + 1 + len(name), name


def people(text: str, team: Team) -> list[User]:
    """Who of the team is named, in that order, each once."""
    spoken = {match[1].lower().rstrip(_TRAILING) for match in _NAMED.finditer(text)}
    if not spoken:
        return []
    members = {user.username.lower(): user for user in team.members.all()}
    named = dict.fromkeys(name for _, _, name in found(text, members))
    return [members[name] for name in named][:MOST]
