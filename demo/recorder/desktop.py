"""placeholder"""
from __future__ import annotations
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from demo.recorder.story import DesktopStory
from demo.recorder.surface import Surface

@contextmanager
def desktop(story: DesktopStory, home: Path) -> Iterator[Surface]:
    raise NotImplementedError
    yield
