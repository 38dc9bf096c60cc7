"""A place in any space is brought to pixels of the picture, or nowhere."""

from __future__ import annotations

import pytest

from themis.domain.action import Point, Space, SpaceKind
from themis.formats.frame import NORM1, NORM1000, PX, Frame
from themis.formats.pictures import Size

PHONE = Frame(device=Size(1080, 2400), picture=Size(540, 1200))
RESIZED = Space(kind=SpaceKind.RESIZED, width=270, height=600)


@pytest.mark.parametrize(
    ("x", "y", "space"),
    [(540, 600, PX), (0.5, 0.25, NORM1), (500, 250, NORM1000), (135, 150, RESIZED)],
)
def test_the_same_place_in_every_space(x: float, y: float, space: Space) -> None:
    assert PHONE.place(x, y, space) == Point(x=270, y=300)


@pytest.mark.parametrize(
    ("x", "y", "space"),
    [(1.5, 0.5, NORM1), (-1, 3, PX), (None, 3, PX), (1, 1, Space(kind=SpaceKind.RESIZED))],
)
def test_what_is_off_the_screen_has_no_place(x: float | None, y: float, space: Space) -> None:
    assert PHONE.place(x, y, space) is None


def test_a_fraction_of_an_unknown_screen_has_no_place() -> None:
    assert Frame().place(0.5, 0.5, NORM1) is None
    assert Frame().place(3, 4, PX) == Point(x=3, y=4)
