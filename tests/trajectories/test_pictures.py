"""Pictures from outside are decoded before anything of them is kept."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.stories import png
from themis.domain.errors import UnreadableScreen
from themis.formats.contract import Picture
from themis.trajectories import pictures


def picture(content: bytes) -> Picture:
    return Picture(name="step_1.png", content=content)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + png()[33:]
    )


def test_a_picture_is_measured_and_named_by_its_bytes() -> None:
    checked = pictures.check(picture(png(size=(64, 48))))
    assert (checked.screen.width, checked.screen.height) == (64, 48)
    assert checked.screen.media_type == "image/png"
    assert checked.content == png(size=(64, 48))


def test_the_content_decides_not_the_name() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    assert pictures.check(picture(out.getvalue())).screen.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG"),
        (b"GIF89a" + bytes(20), "not a PNG"),
        (png()[:60], "not a whole"),
        (bomb(60_000, 60_000), "pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "step_1.png"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableScreen, match=why) as refusal:
        pictures.check(picture(content))
    assert "step_1.png" in str(refusal.value)


def test_a_file_over_the_limit_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 10)
    with pytest.raises(UnreadableScreen, match="smaller"):
        pictures.check(picture(png()))


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableScreen, match="cannot be read"):
        pictures.check(Picture(name="gone.png", path=tmp_path / "gone.png"))


@given(st.binary(max_size=400), st.integers(0, 120))
def test_damaged_bytes_are_refused_or_read_never_a_crash(noise: bytes, at: int) -> None:
    whole = png()
    try:
        pictures.check(picture(whole[:at] + noise + whole[at + len(noise) :]))
    except UnreadableScreen as refusal:
        assert "step_1.png" in str(refusal)
