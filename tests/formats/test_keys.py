"""A key has one name, whoever wrote it."""

from __future__ import annotations

import pytest

from themis.formats.actions.keys import chord, spelt


@pytest.mark.parametrize("written", ["Return", "enter", "KEYCODE_ENTER", "\n", "KP_Enter"])
def test_every_word_for_enter_is_enter(written: str) -> None:
    assert spelt(written) == "enter"


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("ctrl+shift+T", ("ctrl", "shift", "T")),
        ("Control_L+s", ("ctrl", "s")),
        ("ctrl++", ("ctrl", "+")),
        ("+", ("+",)),
        ("ControlOrMeta+KeyA", ("ctrl", "a")),
        ("Super_L", ("meta",)),
        ("ArrowUp", ("up",)),
        ("F11", ("f11",)),
    ],
)
def test_a_chord_is_taken_apart(written: str, keys: tuple[str, ...]) -> None:
    assert chord(written) == keys


def test_a_chord_may_be_written_with_blanks() -> None:
    assert chord("ctrl shift Esc", by=" ") == ("ctrl", "shift", "esc")
