"""Thumbnails are made when somebody looks, and kept."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.stories import png
from themis.trajectories import blobs, thumbnails


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_thumbnail_is_small_webp(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1280, 720), (9, 99, 199)).save(out, kind)
    digest = blobs.digest_of(out.getvalue())
    blobs.put(out.getvalue(), digest=digest)
    with Image.open(io.BytesIO(thumbnails.read(digest))) as small:
        assert (small.format, small.size) == ("WEBP", (320, 180))


def test_the_second_look_finds_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = blobs.digest_of(png())
    blobs.put(png(), digest=digest)
    first = thumbnails.read(digest)
    blobs.path_of(digest).unlink()
    assert thumbnails.read(digest) == first


def test_without_its_screen_there_is_none() -> None:
    with pytest.raises(FileNotFoundError):
        thumbnails.read("0" * 64)
