"""What a run shows at a moment, and how the moment it ends at is exchanged for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from themis.domain.action import ActionType
from themis.domain.trajectory import Step, Trajectory
from themis.formats.contract import Picture, Recording

PASSIVE = frozenset(
    {ActionType.WAIT, ActionType.OBSERVE, ActionType.MESSAGE, ActionType.TERMINATE, ActionType.MOVE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A screen, by its position among the pictures, and the UI text beside it."""

    screen: int | None
    ui: str | None


def first_of(run: Trajectory) -> State | None:
    """The earliest that was recorded, before the second act; None where nothing was by then."""
    n_acts = 0
    for step in run.steps:
        if step.before is not None or step.before_ui is not None:
            return State(screen=step.before, ui=step.before_ui)
        n_acts += acts(step)
        if n_acts > 1:
            return None
        if step.after is not None or step.after_ui is not None:
            return State(screen=step.after, ui=step.after_ui)
    return None


def after(run: Trajectory, position: int) -> State:
    """What a step left: its own record, or what the next one found."""
    step = run.steps[position]
    later = run.steps[position + 1] if position + 1 < len(run.steps) else None
    return State(
        screen=step.after if step.after is not None or not later else later.before,
        ui=step.after_ui if step.after_ui is not None or not later else later.before_ui,
    )


def last_of(run: Trajectory) -> State:
    """What the run left behind."""
    step = run.steps[-1]
    return State(
        screen=step.after if step.after is not None else step.before,
        ui=step.after_ui if step.after_ui is not None else step.before_ui,
    )


def acts(step: Step) -> bool:
    """Whether a step can have changed anything."""
    return any(action.type not in PASSIVE for action in step.actions)


def at(step: Step, state: State) -> Step:
    """The step in front of another screen, which stays as it is."""
    return replace(
        step, before=state.screen, before_ui=state.ui, after=state.screen, after_ui=state.ui
    )


def ended_differently(
    recording: Recording, *, picture: Picture | None, ui: Callable[[str], str] | None
) -> Recording:
    """The run with another picture, or other UI text, wherever its last state is recorded."""
    end = last_of(recording.trajectory)
    fresh = len(recording.pictures) if picture else end.screen
    steps = list(recording.trajectory.steps)
    for position in range(len(steps) - 1, -1, -1):
        step = steps[position]
        is_end = _shows(step.after, step.after_ui, end)
        if is_end:
            step = replace(
                step,
                after=fresh,
                after_ui=ui(step.after_ui) if ui and step.after_ui else step.after_ui,
            )
        is_end = (is_end or step.after is None) and _shows(step.before, step.before_ui, end)
        if is_end:
            step = replace(
                step,
                before=fresh,
                before_ui=ui(step.before_ui) if ui and step.before_ui else step.before_ui,
            )
        steps[position] = step
        if not is_end:
            break
    return Recording(
        trajectory=replace(recording.trajectory, steps=tuple(steps)),
        pictures=(*recording.pictures, picture) if picture else recording.pictures,
    )


def _shows(screen: int | None, ui: str | None, end: State) -> bool:
    if end.screen is not None:
        return screen == end.screen
    return ui is not None and ui == end.ui
