"""The steps of a submission: its first version has parallel lists, its second one record a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Step
from themis.formats.actions.abp import BATCHED
from themis.formats.actions.mind2web_verbs import has_failed
from themis.formats.actions.online_mind2web import read_payload
from themis.formats.bounds import MAX_ACTIONS, MAX_STEPS
from themis.formats.fields import number, record, text
from themis.formats.frame import Frame
from themis.formats.online_mind2web.screens import Screens

_FAILED = "FAILED"
_TOLD = frozenset(("step", "screenshot", "action", "thought"))  # keys that are told elsewhere


class History(NamedTuple):
    """What was done, and what is odd about the record of it."""

    steps: tuple[Step, ...]
    warnings: tuple[str, ...]


def separate(entries: list[Json], thoughts: list[Json], screens: Screens) -> History:
    """Actions, thoughts and pictures in lists of their own, held together by position alone."""
    said = [text(thought) for thought in thoughts[: len(entries)]]
    said += [""] * (len(entries) - len(said))
    names = [read_payload(entry, Frame()).name for entry in entries]
    steps = []
    for start, end in _turns(names, said, screens):
        before = screens.after(start)
        actions = tuple(_read(entry, screens, before) for entry in entries[start:end])
        steps.append(
            Step(
                thought=said[start],
                actions=actions,
                before=before,
                after=screens.after(end),
                error=_error(entries[end - 1], ""),
            )
        )
    return History(tuple(steps), tuple(_oddities(len(entries), len(thoughts), screens)))


def _turns(names: list[str], said: list[str], screens: Screens) -> Iterator[tuple[int, int]]:
    """Which entries were one turn: what was sent at once has one picture, saved for each."""
    start = 0
    for at in range(1, len(names) + 1):
        together = (
            at < len(names)
            and at - start < MAX_ACTIONS
            and names[at - 1] in BATCHED
            and names[at] in BATCHED
            and said[at - 1] == said[at]
            and screens.is_same(at, at + 1)
        )
        if not together:
            yield start, at
            start = at


def _oddities(n_actions: int, n_thoughts: int, screens: Screens) -> Iterator[str]:
    if n_thoughts not in (0, n_actions):
        yield (
            f"thoughts: {n_thoughts} for {n_actions} actions; thoughts may stand at the wrong step"
        )
    if not len(screens):
        yield "trajectory: there are no screenshots"
        return
    if len(screens) > n_actions + 1:
        yield f"trajectory: {len(screens)} screenshots for {n_actions} actions"
    for done in range(1, n_actions):
        if screens.after(done) is None:
            yield f"trajectory: no screenshot after action {done}"


def listed(entries: list[Json], screens: Screens) -> History:
    """One record a step, with the name of the picture it was decided on."""
    steps: list[Step] = []
    warnings: list[str] = []
    for at, entry in enumerate(map(record, entries)):
        name = text(entry.get("screenshot"))
        before = screens.named(name) if name else None
        if before is None:
            warnings.append(f"step {at}: screenshot {name:.120} is not in the folder")
        if steps:
            steps[-1] = replace(steps[-1], after=before)
        steps.append(_step(entry, at, before, screens))
    return History(tuple(steps), tuple(warnings))


def _step(entry: dict[str, Json], at: int, before: int | None, screens: Screens) -> Step:
    action = _read(entry.get("action"), screens, before)
    if action.type is ActionType.NAVIGATE and action.mode == "goto" and action.text is None:
        action = replace(action, text=text(entry.get("url")) or None)
    beside: dict[str, Json] = {key: value for key, value in entry.items() if key not in _TOLD}
    return Step(
        thought=text(entry.get("thought")),
        actions=(action,),
        before=before,
        error=_error(entry.get("action"), text(entry.get("action_status"))),
        number=_unexpected(entry.get("step"), at),
        raw=beside or None,
    )


def _unexpected(step: Json, at: int) -> int | None:
    own = number(step)
    if own is None or not 0 <= own <= MAX_STEPS or own in (at, at + 1):
        return None
    return int(own)


def _read(entry: Json, screens: Screens, before: int | None) -> Action:
    size = screens.size(before)
    return read_payload(entry, Frame(device=size, picture=size))


def _error(written: Json, status: str) -> str | None:
    failed = status == _FAILED or has_failed(text(written))
    return "the recorder says that the action had no effect (FAILED)" if failed else None
