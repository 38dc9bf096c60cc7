"""Sets the scene of a story, has it performed, reads its truth and writes it down."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from demo.pages.server import serve
from demo.recorder.desktop import desktop
from demo.recorder.story import DesktopStory, Story, WebStory
from demo.recorder.take import perform
from demo.recorder.web import browser_page
from demo.recorder.writer import write
from themis.domain.trajectory import Platform


def record(story: Story, folder: Path) -> None:
    """Record one story into `folder`, which is replaced."""
    if isinstance(story, WebStory):
        _record_web(story, folder)
    elif isinstance(story, DesktopStory):
        _record_desktop(story, folder)
    else:
        raise TypeError(f"{story.name}: no stage for {type(story).__name__}")


def _record_web(story: WebStory, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as room:
        database = Path(room) / f"{story.site}.sqlite"
        with serve(story.site, database) as address, browser_page(address) as surface:
            take = perform(story, surface)
        with closing(sqlite3.connect(database)) as connection:
            truth = story.truth(connection)
    write(
        folder,
        story=story,
        platform=Platform.WEB,
        take=take,
        truth=truth,
        program=surface.program,
    )


def _record_desktop(story: DesktopStory, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as room:
        home = Path(room) / "robin"
        with desktop(story, home) as surface:
            take = perform(story, surface)
            truth = story.truth(home)
    program = ", ".join(command[0] for command in story.programs)
    write(folder, story=story, platform=Platform.LINUX, take=take, truth=truth, program=program)
