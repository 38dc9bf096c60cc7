"""The names that a run in OS-Themis' layout may give its fields.

What is published says: a trajectory.json with the reasoning, the action and the screenshot of each
step. It does not fix the names, so that those in use among GUI datasets are all understood.
"""

from __future__ import annotations

from collections.abc import Iterable

from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform
from themis.formats.fields import items, record, text

TASKS = ("instruction", "task", "goal", "task_instruction", "task_description", "query", "intent")
STEPS = ("steps", "trajectory", "traj", "history")
THOUGHTS = ("reasoning", "thought", "thoughts", "think", "rationale")
ACTIONS = ("action", "actions", "code", "action_code", "operation")
BEFORE = (
    *("screenshot", "screenshot_path", "screenshot_before", "before_screenshot", "image"),
    *("image_path", "screenshot_file", "img"),
)
AFTER = ("screenshot_after", "after_screenshot", "next_screenshot")
ALL_SCREENS = ("screenshots", "images")
LAST = ("final_screenshot", "last_screenshot")
ERRORS = ("error", "error_message")
PLATFORMS = ("platform", "os")
FOREIGN = ("themis", "schema_version", "summary_info", "trajectory_info", "chat_messages")
_PLATFORMS = {
    **{each.value: each for each in Platform},
    "ubuntu": Platform.LINUX,
    "mobile": Platform.ANDROID,
    "mac": Platform.MACOS,
}


def steps_of(data: Json) -> list[dict[str, Json]]:
    """The steps of such a file; none where it is something else."""
    if isinstance(data, dict) and any(name in data for name in FOREIGN):
        return []
    found = data if isinstance(data, list) else items(first(record(data), STEPS))
    steps = [record(each) for each in found]
    return steps if any(_is_step(each) for each in steps) else []


def _is_step(step: dict[str, Json]) -> bool:
    """A step has an action, and a screenshot or a thought beside it."""
    beside = (*THOUGHTS, *BEFORE, *AFTER)
    return first(step, ACTIONS) is not None and first(step, beside) is not None


def task_of(data: Json) -> str:
    """What the agent was asked to do; empty where nothing says it."""
    for held in (record(data), *map(record, items(data)[:1])):
        said = first(held, TASKS)
        if isinstance(said, dict):
            said = first(said, TASKS)
        if text(said).strip():
            return text(said)
    return ""


def platform_of(data: Json) -> Platform:
    """Where the agent worked, if the file says so."""
    return _PLATFORMS.get(text(first(record(data), PLATFORMS)).lower(), Platform.UNKNOWN)


def first(held: dict[str, Json], names: Iterable[str]) -> Json:
    """The first of these fields that has something in it."""
    return next((held[name] for name in names if held.get(name)), None)
