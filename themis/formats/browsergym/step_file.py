"""One StepInfo: what was observed before an action, the action, and what is said beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_EMBEDDED
from themis.formats.browsergym.axtree import as_text
from themis.formats.browsergym.goal import without_pictures
from themis.formats.browsergym.steps import Observed, acted
from themis.formats.fields import number, record, text
from themis.formats.inert import Array, Unfit
from themis.formats.pickles import Held, as_json, png
from themis.formats.pictures import Album, Size

# The page told over again, and what was made of it for a prompt: kept as `ui`, or not at all.
_PAGE = frozenset(("dom_object", "axtree_object", "dom_txt", "axtree_txt", "pruned_html"))
_RETOLD = _PAGE | {"extra_element_properties", "screenshot", "screenshot_som", "goal_object"}
_PROMPTS = frozenset(("think", "chat_messages", "markdown_page", "html_page"))
_TOLD = frozenset(("obs", "action", "agent_info", "step"))


class Shots:
    """The screenshots of one run: files beside the steps, or pixels inside them."""

    def __init__(self, folder: Path, album: Album) -> None:
        self._folder = folder
        self._album = album
        self._embedded = 0

    def of(self, step: int, inside: Held) -> tuple[int | None, Size | None]:
        """The position of a step's screen and its size."""
        for ending in ("png", "jpg", "jpeg"):
            name = f"screenshot_step_{step}.{ending}"
            position = self._album.add_file(self._folder, name)
            if position is not None:
                return position, self._album.size(position)
        if not isinstance(inside, Array):
            return None, None
        try:
            content = png(inside)
        except Unfit:
            return None, None
        self._embedded += len(content)
        if self._embedded > MAX_EMBEDDED:
            raise UnreadableTrajectory(
                f"{self._folder}: more than {MAX_EMBEDDED} bytes of pictures in the steps; save"
                " them as files"
            )
        position = self._album.add_bytes(f"step_{step}.pkl.gz screenshot", content)
        return position, self._album.size(position)


def goal_in(held: Held) -> Json:
    """What a step says was asked: parts, or text; None where it says nothing."""
    seen = held.get("obs") if isinstance(held, dict) else None
    if not isinstance(seen, dict):
        return None
    return as_json(seen.get("goal_object")) or as_json(seen.get("goal")) or None


def read_step(held: Held, at: int, shots: Shots) -> Observed:
    """One step as AgentLab's loop pickles it."""
    pixels = held.get("obs") if isinstance(held, dict) else None
    pixels = pixels.get("screenshot") if isinstance(pixels, dict) else None
    step = record(as_json(held))
    seen, agent = record(step.get("obs")), record(step.get("agent_info"))
    picture, size = shots.of(at, pixels)
    times = record(step.get("profiling"))
    return Observed(
        number=at,
        actions=acted(_action(step.get("action")), seen.get("extra_element_properties"), size),
        thought=text(agent.get("think")),
        picture=picture,
        ui=text(seen.get("axtree_txt")) or as_text(seen.get("axtree_object")) or None,
        error=text(seen.get("last_action_error")) or None,
        started_at=_time(times.get("agent_start")),
        ended_at=_time(times.get("env_stop")),
        raw=_beside(step, seen, agent),
    )


def _action(action: Json) -> str | None:
    return action if isinstance(action, str) and action not in ("", "None") else None


def _beside(step: dict[str, Json], seen: dict[str, Json], agent: dict[str, Json]) -> Json:
    told: dict[str, Json] = {key: value for key, value in step.items() if key not in _TOLD}
    told["obs"] = {key: value for key, value in seen.items() if key not in _RETOLD}
    told["agent_info"] = {key: value for key, value in agent.items() if key not in _PROMPTS}
    return without_pictures(told)


def _time(value: Json) -> str | None:
    seconds = number(value)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return None
