"""What a vocabulary is: the words one framework has for actions, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from themis.domain.action import Action
from themis.domain.jsontypes import Json
from themis.formats.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """One framework's actions. Its table is docs/actions/<name>.md, which a test walks."""

    name: str
    title: str
    words: frozenset[str]  # every action it knows, by the source's own name
    read: Callable[[Json, Frame], tuple[Action, ...]]
    """One action as the source writes it, on the screen it was decided on.

    What is unknown is a TOOL_CALL under the source's name; nothing is raised for its content.
    """
