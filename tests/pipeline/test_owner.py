"""Whether the process that works on a run still lives."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

from tests.stories import NOW
from themis.pipeline import owner


def test_this_process_lives() -> None:
    assert not owner.is_gone(owner.this_process(), beat_at=None, at=NOW)


def test_a_process_that_ended_is_gone_at_once() -> None:
    child = subprocess.run(
        [sys.executable, "-c", "from themis.pipeline import owner; print(owner.this_process())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert owner.is_gone(child.stdout.strip(), beat_at=NOW, at=NOW)


def test_a_pid_that_was_given_away_is_not_the_old_process() -> None:
    host, pid, _ = owner.this_process().split("/")
    assert owner.is_gone(f"{host}/{pid}/12345", beat_at=NOW, at=NOW)


def test_elsewhere_silence_decides() -> None:
    elsewhere = "another-host/1/1"
    assert not owner.is_gone(elsewhere, beat_at=NOW, at=NOW + timedelta(seconds=30))
    assert owner.is_gone(elsewhere, beat_at=NOW, at=NOW + timedelta(seconds=90))
    assert owner.is_gone("", beat_at=None, at=NOW)
