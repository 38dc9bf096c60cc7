"""Pictures are developed the same in one process or several; nothing is left behind."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.stories import png
from themis.formats.contract import Picture
from themis.trajectories import darkroom as darkroom_
from themis.trajectories.darkroom import Darkroom, Developed, Shot, Spoiled

TAKEN = [
    Picture(name="first.png", content=png(1)),
    Picture(name="broken.png", content=b"no picture"),
    Picture(name="last.png", content=png(2)),
]


class Deadly(Picture):
    """Ends the process that opens it, as lack of memory would."""

    def read(self, limit: int) -> bytes:
        os._exit(1)


def told(shot: Shot) -> str:
    return shot.screen.digest if isinstance(shot, Developed) else shot.why


def developed(darkroom: Darkroom) -> list[Shot]:
    return [shot for some in darkroom.develop(TAKEN) for shot in some.result()]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("portion", [1, 8])
def test_shots_come_in_the_order_of_the_pictures(
    processes: int, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom_, "PORTION", portion)
    with Darkroom(processes) as darkroom:
        shots = developed(darkroom)
    assert [type(shot) for shot in shots] == [Developed, Spoiled, Developed]
    with Darkroom() as again:
        assert list(map(told, developed(again))) == list(map(told, shots))


def test_what_was_not_published_is_gone(settings: Settings) -> None:
    with Darkroom() as darkroom:
        darkroom.develop(TAKEN)
    assert not [path for path in Path(settings.BLOBS).rglob("*") if path.is_file()]


def test_after_a_process_died_others_go_on() -> None:
    with Darkroom(2) as darkroom:
        (broken,) = darkroom.develop([Deadly(name="deadly.png")])
        with pytest.raises(BrokenProcessPool):
            broken.result()
        assert isinstance(developed(darkroom)[0], Developed)
