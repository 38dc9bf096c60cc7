"""Folders of drafts: swept when their process is dead, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from themis.trajectories import drafts
from themis.trajectories.drafts import Drafts

DIES = """
import os, sys
from pathlib import Path
from themis.trajectories.drafts import Drafts
made = Drafts(Path(sys.argv[1]))
(made.path / ".new-1").write_bytes(b"half a picture")
os._exit(9)
"""


@pytest.fixture
def blobs(tmp_path: Path) -> Path:
    (tmp_path / "blobs").mkdir()
    return tmp_path / "blobs"


def age(folder: Path) -> None:
    """Let nothing have happened in a folder for years."""
    os.utime(folder, (0, 0))


def test_what_a_dead_process_left_is_deleted(blobs: Path) -> None:
    subprocess.run([sys.executable, "-c", DIES, str(blobs)], check=False)
    (left,) = blobs.iterdir()
    age(left)
    drafts.sweep(blobs)
    assert not left.exists()


def test_what_a_living_process_holds_stays_however_old(blobs: Path) -> None:
    held = Drafts(blobs)
    age(held.path)
    drafts.sweep(blobs)
    assert held.path.exists()
    held.close()


def test_what_was_just_made_stays_though_nobody_holds_it_yet(blobs: Path) -> None:
    fresh = blobs / f"{drafts.PREFIX}fresh"
    fresh.mkdir()
    drafts.sweep(blobs)
    assert fresh.exists()


def test_what_is_no_folder_of_drafts_stays(blobs: Path) -> None:
    (blobs / "screens").mkdir()
    age(blobs / "screens")
    drafts.sweep(blobs)
    assert (blobs / "screens").exists()


def test_a_closed_folder_is_gone(blobs: Path) -> None:
    Drafts(blobs).close()
    assert list(blobs.iterdir()) == []


def test_a_place_that_is_not_there_has_nothing_to_sweep(blobs: Path) -> None:
    drafts.sweep(blobs / "none")
