"""One demonstration in either of its two notations, as the same few fields."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform
from themis.formats.bounds import MAX_STEPS
from themis.formats.fields import items, number, record, text, whole
from themis.formats.pictures import Size
from themis.formats.platforms import platform_in

_MAX_SIDE = 100_000  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One step as it was shown."""

    number: int | None
    image: str
    code: str
    thought: str
    boxes: tuple[Json, ...]  # ground truth actions, with boxes around their targets
    raw: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """A whole one."""

    instruction: str
    steps: tuple[Shown, ...]
    platform: Platform | None
    device: Size | None  # of the demonstrator's screen, which the pictures may be smaller than
    meta: dict[str, Json]


def read_demonstration(value: Json, at: str) -> Demonstration:
    """The fields of a bench file or a data set line; UnreadableTrajectory begins with `at`."""
    told = record(value)
    key = "traj" if "traj" in told else "steps"
    steps = items(told.get(key))
    if not steps:
        raise UnreadableTrajectory(f"{at}: {key}: no step is there; export the demonstration again")
    if len(steps) > MAX_STEPS:
        raise UnreadableTrajectory(f"{at}: {key}: more than {MAX_STEPS}; split the recording")
    instruction = _instruction(told)
    if not instruction:
        raise UnreadableTrajectory(
            f"{at}: instruction: missing; give `instruction` or `high_level_task_description`"
        )
    info = record(told.get("meta_info"))
    return Demonstration(
        instruction=instruction,
        steps=tuple(_step(record(step)) for step in steps),
        platform=platform_in(text(info.get("system"))),
        device=_size(record(info.get("screen_resolution"))),
        meta={name: held for name, held in told.items() if name != key},
    )


def _instruction(told: dict[str, Json]) -> str:
    """What the person asked; `actual_task` was written after the fact and says what was done."""
    keys = ("instruction", "high_level_task_description", "user_task_description")
    said = (text(told.get(key)).strip() for key in (*keys, "natural_language_task"))
    return next(filter(None, said), "")


def _step(step: dict[str, Json]) -> Shown:
    value = record(step.get("value"))
    said = value or record(step.get("inner_monologue"))
    intended = text(said.get("action")) or text(said.get("low_level_instruction"))
    counted = step.get("index", step.get("step_num"))
    is_whole = isinstance(counted, int) and not isinstance(counted, bool)
    return Shown(
        number=counted if is_whole and isinstance(counted, int) else None,
        image=text(step.get("image")),
        code=text(value.get("code")) or text(step.get("action")),
        thought="\n\n".join(filter(None, (text(said.get("thought")).strip(), intended.strip()))),
        boxes=tuple(items(step.get("ground_truth_actions"))),
        raw=step,
    )


def _size(told: dict[str, Json]) -> Size | None:
    if not all((number(told.get(side)) or 0) >= 1 for side in ("width", "height")):
        return None
    across, along = (
        whole(told.get(side), default=1, most=_MAX_SIDE) for side in ("width", "height")
    )
    return Size(across, along)
