"""PNG as lossless WebP: the same pixels in fewer bytes, or not at all."""

from __future__ import annotations

import io

from PIL import Image

from themis.trajectories.pictures import BROKEN

PLAIN = {"1": "RGB", "L": "RGB", "RGB": "RGB", "RGBA": "RGBA", "P": "RGBA", "LA": "RGBA"}
EFFORT = 3  # of 6; more takes twice as long for a few bytes in a hundred


def as_webp(content: bytes) -> bytes | None:
    """A PNG's pixels as WebP; None where that is not smaller or would not be the same.

    More than 8 bits a channel, several frames and colours other than sRGB stay PNG.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.mode not in PLAIN or getattr(image, "n_frames", 1) > 1:
                return None
            if image.info.keys() & {"icc_profile", "gamma"} and "srgb" not in image.info:
                return None
            pixels = image.convert("RGBA" if "transparency" in image.info else PLAIN[image.mode])
        out = io.BytesIO()
        pixels.save(out, "WEBP", lossless=True, exact=True, method=EFFORT)
        small = out.getvalue()
        if len(small) >= len(content) or not _is_same(small, pixels):
            return None
    except BROKEN:  # beyond what WebP can hold
        return None
    return small


def _is_same(content: bytes, pixels: Image.Image) -> bool:
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as image:
        return (
            image.size == pixels.size and image.convert(pixels.mode).tobytes() == pixels.tobytes()
        )
