"""Pictures that are small to send and long to decode are refused before anything decodes them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.stories import png
from themis.domain.errors import UnreadableScreen
from themis.formats.contract import Picture
from themis.trajectories import labour, pictures

COMMENT = b"\xff\xfe\x00\x02"


def jpeg(*, size: tuple[int, int] = (64, 64), progressive: bool = False) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, "JPEG", progressive=progressive)
    return out.getvalue()


def chunk() -> bytes:
    return struct.pack(">I4sI", 0, b"teXt", zlib.crc32(b"teXt"))


def checked(content: bytes) -> None:
    pictures.check(Picture(name="step_1.png", content=content))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(png()[:33] + chunk() * labour.MAX_PARTS + png()[33:], id="png chunks"),
        pytest.param(jpeg()[:2] + COMMENT * labour.MAX_PARTS + jpeg()[2:], id="jpeg segments"),
        pytest.param(jpeg()[:2] + b"\xff" * labour.MAX_PARTS + jpeg()[2:], id="jpeg padding"),
        pytest.param(jpeg()[:20] + b"\x00" * labour.MAX_PARTS + jpeg()[20:], id="jpeg junk"),
    ],
)
def test_a_picture_in_countless_parts_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableScreen, match=r"step_1\.png: in over 20,000 parts"):
        checked(content)


def test_a_jpeg_that_scans_the_same_pixels_again_and_again_is_refused() -> None:
    whole = jpeg(progressive=True)
    scan = whole[whole.rfind(b"\xff\xda") : -2]
    with pytest.raises(UnreadableScreen, match="too many scans"):
        checked(whole[:-2] + scan * (labour.MAX_SCANNED // 64**2) + whole[-2:])


@pytest.mark.parametrize("content", [png(), jpeg(), jpeg(progressive=True)])
def test_what_programs_write_is_taken(content: bytes) -> None:
    checked(content)


def test_the_largest_picture_may_be_progressive() -> None:
    pixels = pictures.MAX_PIXELS
    assert labour.scanned(jpeg(progressive=True), pixels) <= labour.MAX_SCANNED
    assert labour.scanned(png(), pixels) == pixels


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_picture_cut_short_ends_the_count(cut: int) -> None:
    assert not labour.is_crowded(png()[:cut])
    assert not labour.is_crowded(jpeg()[:cut])
