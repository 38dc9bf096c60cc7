"""What a chord is for depends on the keyboard it was pressed on."""

from __future__ import annotations

import pytest

from themis.critic.evidence_only.facts import Run
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.pyautogui import read_code


def names(source: str, platform: Platform) -> tuple[str, ...]:
    steps = (Step(actions=read_code(source, Mouse())),)
    (act,) = Run(Trajectory(instruction="x", platform=platform, steps=steps)).acts
    return act.names


@pytest.mark.parametrize("key", ["ctrl", "ctrlleft", "command"])
def test_a_chord_that_saves_is_saving_however_its_key_is_spelt(key: str) -> None:
    assert names(f"pyautogui.hotkey({key!r}, 'S')", Platform.MACOS) == ("save",)


@pytest.mark.parametrize("platform", [Platform.WINDOWS, Platform.LINUX])
def test_the_windows_key_saves_nothing(platform: Platform) -> None:
    assert names("pyautogui.hotkey('win', 's')", platform) == ("meta+s",)
