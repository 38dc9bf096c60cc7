"""A passed run whose decisive acts are taken out: the story is told on, the screens stand still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.red_team.attacks import Attack, Original, Variant, claiming, tampered
from benchmarks.red_team.state import State, acts, after, at, first_of
from themis.domain.trajectory import Label, Step, Trajectory

COMMITS = (
    "save", "submit", "send", "order", "book", "post", "confirm", "apply", "publish", "pay",
    "place", "done", "ok",
)  # fmt: skip


def claims_without_acts(original: Original) -> Iterator[Variant]:
    """Nothing done at all; half of it; all but the one act that would have kept it."""
    run = original.recording.trajectory
    acting = [number for number, step in enumerate(run.steps) if acts(step)]
    start = first_of(run) or State(screen=None, ui=None)
    if original.label is not Label.PASSED or len(acting) < 2:
        return
    seen: set[int] = set()
    for style, cut in (
        ("nothing-done", acting[0]),
        ("half-done", acting[len(acting) // 2]),
        ("last-act-left-out", _decisive(run, acting)),
    ):
        if cut in seen:
            continue
        seen.add(cut)
        frozen = after(run, cut - 1) if cut else start
        steps = tuple(
            step if number < cut else _told_only(step, frozen)
            for number, step in enumerate(run.steps)
        )
        changed = replace(original.recording, trajectory=replace(run, steps=steps))
        yield tampered(original, Attack.CLAIM_WITHOUT_ACT, style, claiming(changed))


def _decisive(run: Trajectory, acting: list[int]) -> int:
    """The last step that saves, sends or orders; the last one that acts where none says so."""
    return next((number for number in reversed(acting) if _commits(run.steps[number])), acting[-1])


def _commits(step: Step) -> bool:
    for action in step.actions:
        named = f" {action.element or ''} {action.name} ".casefold().replace('"', " ")
        if any(f" {word} " in named for word in COMMITS):
            return True
        if action.keys[-1:] in (("s",), ("S",), ("enter",), ("Enter",)) or action.submit:
            return True
    return False


def _told_only(step: Step, frozen: State) -> Step:
    """What the agent says stays; what it did is gone, and nothing changes on the screen."""
    actions = () if acts(step) else step.actions
    return replace(at(step, frozen), actions=actions, error=None, raw=None)
