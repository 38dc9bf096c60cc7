"""What a step in Themis' own form must keep to, whichever file it stands in."""

from __future__ import annotations

from themis.domain.action import MODES, Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Step
from themis.formats.bounds import MAX_ACTIONS

STATUSES = ("success", "failure", "infeasible")


def check_step(step: Step, n_screens: int, at: str) -> None:
    """Raises UnreadableTrajectory for what cannot be: `at` and the field begin the message."""
    for name, position in (("before", step.before), ("after", step.after)):
        if position is not None and not 0 <= position < n_screens:
            raise UnreadableTrajectory(
                f"{at}.{name}: {position} is no position in screens, which has {n_screens}"
            )
    if len(step.actions) > MAX_ACTIONS:
        raise UnreadableTrajectory(f"{at}.actions: more than {MAX_ACTIONS}; split the step")
    for number, action in enumerate(step.actions):
        if wrong := wrong_with(action):
            raise UnreadableTrajectory(f"{at}.actions[{number}].{wrong}")


def wrong_with(action: Action) -> str:
    """The field that cannot be and why; empty where nothing is wrong."""
    if len(action.path) == 1:
        return "path: one point is no way; give two or more"
    if action.count < 1:
        return f"count: {action.count} is too few; 1 is the least"
    if action.seconds is not None and action.seconds < 0:
        return "seconds: cannot be negative"
    if action.box is not None and (action.box.width < 0 or action.box.height < 0):
        return "box: cannot have a negative size"
    if action.mode is not None and action.mode not in MODES.get(action.type, ()):
        allowed = ", ".join(MODES.get(action.type, ())) or "none"
        return f"mode: {action.mode!r:.40} is no way of {action.type.value}; there are {allowed}"
    if action.status is not None and action.status not in STATUSES:
        return f"status: expected one of {', '.join(STATUSES)}"
    if action.type is ActionType.TERMINATE and action.status is None:
        return f"status: missing; a terminate says {', '.join(STATUSES)}"
    return ""
