"""Online-Mind2Web submissions: result.json and the pictures in trajectory/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from themis.domain.action import ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Step, Trajectory
from themis.formats.bounds import MAX_STEPS
from themis.formats.chat.embedded import Embedded
from themis.formats.contract import Recording
from themis.formats.fields import items, record, text
from themis.formats.files import is_plain, peek
from themis.formats.jsonfile import read_json
from themis.formats.online_mind2web.screens import Screens
from themis.formats.online_mind2web.steps import History, listed, separate

RESULT = "result.json"
_TOLD = frozenset(("task", "action_history", "thoughts"))  # keys that are told elsewhere


class OnlineMind2Web:
    """Submissions in the first and the second version of the schema."""

    name = "online-mind2web"
    title = "Online-Mind2Web"
    marks = "result.json with task and action_history, pictures in trajectory/"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its result.json has an action history."""
        path = folder / RESULT
        if RESULT in names and is_plain(path) and '"action_history"' in peek(path):
            yield folder

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = source if source.is_dir() else source.parent
        path = folder / RESULT if source.is_dir() else source
        result = read_json(path)
        if not isinstance(result, dict):
            raise UnreadableTrajectory(f"{path}: expected an object; export the run again")
        inside = Embedded(path)
        return _recording(record(inside.without(result, path.name)), path, inside)


def _recording(result: dict[str, Json], path: Path, inside: Embedded) -> Recording:
    instruction = _instruction(result)
    if not instruction:
        raise UnreadableTrajectory(f"{path}: task: expected what was asked; put it there")
    entries = items(result.get("action_history"))
    if not entries:
        raise UnreadableTrajectory(f"{path}: action_history: holds no action; record it again")
    if len(entries) > MAX_STEPS:
        raise UnreadableTrajectory(f"{path}: more than {MAX_STEPS} steps; split the run")
    screens = Screens(path.parent, len(entries), inside)
    history = _history(result, entries, screens)
    trajectory = Trajectory(
        instruction=instruction,
        platform=Platform.WEB,
        steps=history.steps,
        ending=_ending(result, history.steps),
        format=OnlineMind2Web.name,
        warnings=(*inside.warnings, *history.warnings),
        meta={key: value for key, value in result.items() if key not in _TOLD},
    )
    return Recording(trajectory=trajectory, pictures=inside.album.pictures)


def _instruction(result: dict[str, Json]) -> str:
    asked = result.get("task") or result.get("confirmed_task")
    if isinstance(asked, list):  # SeeAct's own: tasks that followed one another
        return "\n".join(filter(None, (text(each).strip() for each in asked)))
    return text(asked).strip()


def _history(result: dict[str, Json], entries: list[Json], screens: Screens) -> History:
    if any("action" in record(entry) and "screenshot" in record(entry) for entry in entries):
        return listed(entries, screens)
    return separate(entries, items(result.get("thoughts")), screens)


def _ending(result: dict[str, Json], steps: tuple[Step, ...]) -> Ending:
    last = next(iter(reversed(steps[-1].actions)), None)
    ended = last if last is not None and last.type is ActionType.TERMINATE else None
    said = text(result.get("final_result_response")) or text(result.get("agent_final_answer"))
    answer = said or (ended.text if ended else None)
    return Ending(claim=Claim.SUCCESS if ended else None, answer=answer or None)
