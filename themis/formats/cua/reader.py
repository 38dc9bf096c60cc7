"""Runs that cua's trajectory saver wrote: metadata.json and a folder for each turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_PICTURES
from themis.formats.chat.conversation import Conversation, Piece
from themis.formats.chat.embedded import Embedded
from themis.formats.contract import Recording
from themis.formats.cua.folder import METADATA, TURN, Folder
from themis.formats.fields import record
from themis.formats.files import is_plain, names_in, peek
from themis.formats.openai.items import Items
from themis.formats.openai.reader import recording_of

_OWN = re.compile(r'"trajectory_id"\s*:')
_BESIDE = re.compile(r'"(?:new_items|kwargs)"\s*:')


class Cua:
    """Trajectory folders of cua."""

    name = "cua"
    title = "cua"
    marks = "metadata.json with trajectory_id, beside folders turn_NNN"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if its metadata are those of a trajectory."""
        path = folder / METADATA
        if METADATA not in names or not is_plain(path):
            return
        begin = peek(path)
        has_turns = any(map(TURN.fullmatch, names_in(folder, most=MAX_PICTURES)))
        if _OWN.search(begin) and (has_turns or _BESIDE.search(begin)):
            yield folder

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        folder = Folder(source if source.is_dir() else source.parent)
        path = folder.path / METADATA
        left = ("new_items", "kwargs")
        about = {name: held for name, held in folder.metadata.items() if name not in left}
        kwargs = record(folder.metadata.get("kwargs"))
        about["kwargs"] = {name: held for name, held in kwargs.items() if name != "messages"}
        conversation = Conversation(path=path, pictures=Embedded(path))
        told = Piece(items=folder.items(), whole=True, about=about)
        conversation.take(told, Items(), METADATA)
        recording = recording_of(conversation, format=self.name)
        if not recording.trajectory.n_actions:
            raise UnreadableTrajectory(f"{path}: no call in any turn; there is nothing to judge")
        return recording
