"""OpenCUA's human demonstrations: AgentNet's JSON Lines and the files of AgentNetBench."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.pyautogui import read_code
from themis.formats.agentnet.demonstration import Demonstration, Shown, read_demonstration
from themis.formats.agentnet.targets import with_boxes
from themis.formats.bounds import MAX_LINE, MAX_RUN_ACTIONS
from themis.formats.chat.embedded import Embedded
from themis.formats.claims import ending_of
from themis.formats.contract import Part, Recording
from themis.formats.files import is_folder, is_plain, names_in, peek
from themis.formats.frame import Frame
from themis.formats.jsonfile import line_starts, read_json, read_line
from themis.formats.pictures import Album
from themis.formats.platforms import platform_in

_BENCH = ('"steps"', '"ground_truth_actions"', '"image"')
_DATA_SET = ('"traj"', '"image"', '"code"')
_INLINE = re.compile(r'"image"\s*:\s*"(?:data:image/|iVBORw0KGgo|/9j/)')
_MAX_BESIDE = 1_000  # entries beside a file among which folders of pictures are looked for


class AgentNet:
    """Human demonstrations on desktops, one a line or one a file."""

    name = "agentnet"
    title = "OpenCUA AgentNet"
    marks = "a .jsonl of objects with traj, or a .json with steps and ground_truth_actions"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """Each file that holds demonstrations."""
        for name in sorted(names):
            path = folder / name
            if name.endswith((".json", ".jsonl")) and is_plain(path) and _is(path):
                yield path

    def parts(self, source: Path) -> Iterator[Part]:
        """One a line of JSON Lines."""
        if source.suffix == ".jsonl":
            for number, offset in line_starts(source):
                yield Part(str(number), offset)

    def read_part(self, source: Path, part: Part) -> Recording:
        """One line; raises UnreadableTrajectory with file, field and remedy."""
        value = read_line(source, number=int(part.name), offset=part.offset)
        return _recording(value, source, f"{source}: line {part.name}")

    def read(self, source: Path) -> Recording:
        """The one demonstration of a file; raises UnreadableTrajectory with the remedy."""
        if source.is_dir():
            source = self._only(source)
        if source.suffix != ".jsonl":
            return _recording(read_json(source), source, str(source))
        parts = list(islice(self.parts(source), 2))
        if len(parts) != 1:
            raise UnreadableTrajectory(
                f"{source}: holds {'several demonstrations' if parts else 'none'}; name one of its"
                " lines, or export it again"
            )
        return self.read_part(source, parts[0])

    def _only(self, folder: Path) -> Path:
        found = list(self.find(folder, frozenset(names_in(folder, most=_MAX_BESIDE))))
        if len(found) != 1:
            raise UnreadableTrajectory(
                f"{folder}: holds {len(found)} demonstrations; name the file"
            )
        return found[0]


def _is(path: Path) -> bool:
    """Whether a first object has the fields of one of the two; a broken rest is told by reading."""
    content = peek(path)
    if _INLINE.search(content):  # a picture hides what stands behind it
        content = peek(path, limit=MAX_LINE)
    return content.lstrip().startswith("{") and any(
        all(mark in content for mark in marks) for marks in (_BENCH, _DATA_SET)
    )


def _recording(value: Json, path: Path, at: str) -> Recording:
    album = Album(at)
    inside = Embedded(path, album)
    shown = read_demonstration(inside.without(value, at), at)
    pictures = _pictures(shown, path.parent, inside)
    steps = tuple(_steps(shown, pictures, album, at))
    trajectory = Trajectory(
        instruction=shown.instruction,
        platform=shown.platform or platform_in(path.name) or Platform.UNKNOWN,
        steps=steps,
        ending=ending_of(steps),
        format=AgentNet.name,
        warnings=(*inside.warnings, *_missing(shown, pictures)),
        meta=shown.meta,
    )
    return Recording(trajectory=trajectory, pictures=album.pictures)


def _pictures(shown: Demonstration, folder: Path, inside: Embedded) -> list[int | None]:
    """The screen of each step: in the file, beside it, or in a folder of images beside it."""
    album = inside.album
    beside = [name for name in names_in(folder, most=_MAX_BESIDE) if "image" in name.lower()]
    places = ["", *(f"{name}/" for name in beside if is_folder(folder / name))]
    found: list[int | None] = []
    for step in shown.steps:
        if (held := inside.standing(step.image)) is not None:
            found.append(held)
            continue
        name = PurePosixPath(step.image).name
        names = [place + each for each in dict.fromkeys((step.image, name)) for place in places]
        positions = (album.add_file(folder, each) for each in names if step.image)
        found.append(next((each for each in positions if each is not None), None))
    return found


def _missing(shown: Demonstration, pictures: list[int | None]) -> tuple[str, ...]:
    lost = [
        step.image
        for step, picture in zip(shown.steps, pictures, strict=True)
        if step.image and picture is None
    ]
    if not lost:
        return ()
    said = f"{len(lost)} of {len(pictures)} screenshots are not there, {lost[0]:.80} first"
    return (f"{said}; put them beside the file or into images/",)


def _steps(
    shown: Demonstration, pictures: list[int | None], album: Album, at: str
) -> Iterator[Step]:
    mouse = Mouse()
    n_actions = 0
    counts = [step.number for step in shown.steps]
    numbered = counts != list(range(1, len(counts) + 1))
    for place, step in enumerate(shown.steps):
        size = album.size(pictures[place])
        mouse.frame = Frame(device=shown.device, picture=size)
        actions = with_boxes(read_code(step.code, mouse), step.boxes, mouse.frame)
        n_actions += len(actions)
        if n_actions > MAX_RUN_ACTIONS:
            raise UnreadableTrajectory(f"{at}: more than {MAX_RUN_ACTIONS} actions; split it")
        yield Step(
            thought=step.thought,
            actions=actions,
            before=pictures[place],
            after=_next(shown.steps, pictures, place),
            number=step.number if numbered else None,
            raw=step.raw,
        )


def _next(steps: tuple[Shown, ...], pictures: list[int | None], at: int) -> int | None:
    """The screen of the next step, unless steps between the two were taken out."""
    if at + 1 == len(steps):
        return None
    number, following = steps[at].number, steps[at + 1].number
    skipped = number is not None and following is not None and following != number + 1
    return None if skipped else pictures[at + 1]
