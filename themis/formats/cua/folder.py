"""The folder that cua's trajectory saver writes: what happened, in the order of its files.

Every file below turn_NNN is numbered through the whole run. The JSON there has no pictures in it;
they stand beside it as files, those named `action` with a cross drawn on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_LOG, MAX_PICTURES
from themis.formats.fields import items, record, text
from themis.formats.files import is_folder, is_plain, names_in
from themis.formats.jsonfile import read_json
from themis.formats.openai.turns import parsed

METADATA = "metadata.json"
TURN = re.compile(r"turn_\d{3,6}")
_FILE = re.compile(r"(\d{4,8})_(\w{1,80})\.(json|png)")
_MARKED = "screenshot_action"
_SHOTS = "screenshots"
_OUTPUTS = ("computer_call_output", "function_call_output")


class _File(NamedTuple):
    number: int
    name: str
    turn: str
    file: str


class Folder:
    """One run's folder, its files listed once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metadata = record(read_json(path / METADATA, limit=MAX_LOG))
        self._files = sorted(_listed(path))
        self._shots = frozenset(names_in(path / _SHOTS, most=MAX_PICTURES))
        self._n_bytes = 0

    def items(self) -> list[Json]:
        """What was asked, and all that was called and came back, each output with its picture.

        The files of the turns tell it; where there are none, the metadata does.
        """
        asked = record(self.metadata.get("kwargs")).get("messages")
        told: list[Json] = [{"role": "user", "content": asked}] if text(asked) else items(asked)
        of_turns = list(self._of_turns())
        new = [self._at_hand(record(item)) for item in items(self.metadata.get("new_items"))]
        if not of_turns:
            return [*told, *new]
        inside = {text(item.get("call_id")): item for item in new if _is_output(item)}
        return [*told, *(self._filled(item, inside) for item in of_turns)]

    def _of_turns(self) -> Iterator[dict[str, Json]]:
        for file in self._files:
            if file.name == "agent_response":
                response = record(self._read(file).get("response"))
                yield from map(record, items(response.get("output")))
                usage = {k: v for k, v in response.items() if k != "output"}
                yield {"type": "response", "file": f"{file.turn}/{file.file}", **usage}
            elif file.name in ("computer_call_result", "function_call_result"):
                for result in map(record, items(self._read(file).get("result"))):
                    yield self._with_file(result, file)

    def _read(self, file: _File) -> dict[str, Json]:
        path = self.path / file.turn / file.file
        self._n_bytes += path.stat().st_size
        if self._n_bytes > MAX_LOG:
            raise UnreadableTrajectory(f"{self.path}: more than {MAX_LOG} bytes of turns")
        return record(read_json(path, limit=MAX_LOG))

    def _with_file(self, item: dict[str, Json], result: _File) -> dict[str, Json]:
        """The picture taken just before the result was written, else just after it."""
        near = [
            file
            for file in self._files
            if file.turn == result.turn
            and file.file.endswith(".png")
            and file.name != _MARKED
            and abs(file.number - result.number) <= 1
        ]
        if near and _is_output(item):
            return _with_picture(item, f"{near[0].turn}/{near[0].file}")
        return self._at_hand(item)

    def _at_hand(self, item: dict[str, Json]) -> dict[str, Json]:
        """A picture that was written to `screenshots/`, under the path it has here."""
        named = _picture_of(item)
        if not named or named.startswith("data:"):
            return item
        last = PureWindowsPath(PurePosixPath(named).name).name
        return _with_picture(item, f"{_SHOTS}/{last}") if last in self._shots else item

    def _filled(self, item: dict[str, Json], inside: dict[str, dict[str, Json]]) -> Json:
        """The same output as the metadata has it, where the turn's is without a picture."""
        if not _is_output(item) or _picture_of(item) not in ("", "[omitted]"):
            return item
        other = inside.get(text(item.get("call_id")))
        return other if other is not None and _picture_of(other) else item


def _listed(path: Path) -> Iterator[_File]:
    left = MAX_PICTURES * 4
    for turn in filter(TURN.fullmatch, names_in(path, most=MAX_PICTURES)):
        if not is_folder(path / turn):
            continue
        for name in names_in(path / turn, most=MAX_PICTURES):
            left -= 1
            if left < 0:
                raise UnreadableTrajectory(f"{path}: too many files; split the recording")
            match = _FILE.fullmatch(name)
            if match is not None and is_plain(path / turn / name):
                yield _File(int(match[1]), match[2], turn, name)


def _is_output(item: dict[str, Json]) -> bool:
    return text(item.get("type")) in _OUTPUTS


def _picture_of(item: dict[str, Json]) -> str:
    output = record(item.get("output"))
    return text(output.get("image_url")) or text(output.get("screenshot"))


def _with_picture(item: dict[str, Json], named: str) -> dict[str, Json]:
    output = item.get("output")
    if isinstance(output, str):
        output = parsed(output) or {"text": output}
    held = {"type": "input_image", **record(output)}
    held.pop("screenshot", None)
    return {**item, "output": {**held, "image_url": named}}
