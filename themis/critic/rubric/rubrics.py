"""The rubrics by family of task, read from files: a line that says which tasks, then criteria."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

NAMES = (
    "look_up",
    "reach",
    "create",
    "change",
    "arrange",
    "configure",
    "hand_over",
    "combine",
)
MARK_OF_TASKS, MARK_OF_CRITERION = "# ", "- "


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What kind of task it is, and what a run has to meet to have done one."""

    name: str
    tasks: str
    criteria: tuple[str, ...]


def _family(name: str, text: str) -> Family:
    lines = text.splitlines()
    return Family(
        name=name,
        tasks=lines[0].removeprefix(MARK_OF_TASKS),
        criteria=tuple(
            line.removeprefix(MARK_OF_CRITERION)
            for line in lines
            if line.startswith(MARK_OF_CRITERION)
        ),
    )


_TEXTS = {
    name: files("themis.critic.rubric.families").joinpath(f"{name}.md").read_text(encoding="utf-8")
    for name in NAMES
}
FAMILIES = {name: _family(name, text) for name, text in _TEXTS.items()}


def overview() -> str:
    """Every family with its kind of tasks, one on each line."""
    return "\n".join(f'- "{each.name}": {each.tasks}' for each in FAMILIES.values())


def texts() -> dict[str, str]:
    """The files as they stand, by family."""
    return dict(_TEXTS)
