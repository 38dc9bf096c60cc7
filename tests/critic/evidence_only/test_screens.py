"""Pictures: how much they differ, whatever their bytes hold."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from themis.critic.evidence_only.screens import STILL, difference, grey
from themis.domain.errors import UnreadableScreen


def picture(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (960, 720)) -> bytes:
    image = Image.new("RGB", size, "white")
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill="black")
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def test_a_cursor_and_a_clock_are_no_change() -> None:
    moved = picture((10, 10, 400, 40), (500, 300, 501, 316))
    assert 0 < difference(picture((10, 10, 400, 40)), moved) <= STILL


def test_a_new_line_of_text_is_a_change() -> None:
    longer = picture((10, 10, 400, 40), (10, 60, 300, 75))
    assert difference(picture((10, 10, 400, 40)), longer) > STILL


def test_the_difference_of_opposites_is_everything() -> None:
    assert difference(picture(), picture((0, 0, 960, 720))) == 1.0


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(UnreadableScreen):
        grey(b"\x89PNG\r\n\x1a\n" + chunk, side=100)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_picture_are_named_so(content: bytes) -> None:
    with pytest.raises(UnreadableScreen):
        grey(content, side=100)


@given(st.integers(min_value=0, max_value=400))
def test_a_picture_cut_short_is_named_so_or_shown(length: int) -> None:
    whole = picture((10, 10, 400, 40), size=(64, 48))
    try:
        assert grey(whole[:length], side=32).width <= 32
    except UnreadableScreen:
        assert length < len(whole)
