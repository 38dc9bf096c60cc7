"""The workers of the grown shape: a dead one is replaced, and none after the end."""

from __future__ import annotations

import subprocess

import pytest

from themis.pipeline import crew
from themis.pipeline.crew import Crew

pytestmark = pytest.mark.once
STARTED: list[list[str]] = []


class Process:
    """One that ends when it is told to."""

    def __init__(self, command: list[str], stdout: int) -> None:
        self.returncode: int | None = None
        STARTED.append(command)

    def poll(self) -> int | None:
        return self.returncode

    def kill(self) -> None:
        self.returncode = -9


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Crew:
    STARTED.clear()
    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(crew, "SOONEST", 0.0)
    crewed = Crew([["one"], ["other"]])
    crewed.look()
    return crewed


def kill_one(made: Crew) -> None:
    process = made.places[0].process
    assert process is not None
    process.kill()


def test_a_dead_worker_is_started_again(made: Crew) -> None:
    made.look()
    assert len(STARTED) == 2
    kill_one(made)
    made.look()
    assert [command[-1] for command in STARTED] == ["one", "other", "one"]


def test_what_cannot_live_is_not_started_all_the_time(
    made: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SOONEST", 60.0)
    kill_one(made)
    made.look()
    assert len(STARTED) == 2


def test_none_is_started_after_the_end(made: Crew) -> None:
    made.kill()
    made.look()
    assert len(STARTED) == 2
