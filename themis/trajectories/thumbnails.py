"""Small pictures for filmstrips and lists, made when somebody first looks, then kept."""

from __future__ import annotations

import io
import os
from threading import BoundedSemaphore

from PIL import Image

from themis.trajectories import blobs
from themis.trajectories.pictures import MEDIA_TYPES

SIZE = (320, 320)  # pixels
KIND = "thumbnails"
_making = BoundedSemaphore(os.cpu_count() or 1)  # each holds a whole decoded screen


def read(digest: str) -> bytes:
    """The thumbnail (WebP) of a kept screen; raises FileNotFoundError if that is gone."""
    try:
        return blobs.read(digest, kind=KIND)
    except FileNotFoundError:
        with _making:
            small = _made_of(blobs.read(digest))
    blobs.put(small, digest=digest, kind=KIND)
    return small


def _made_of(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as image:
        image.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))  # JPEG decodes no more than it takes
        small = image.convert("RGB")
    small.thumbnail(SIZE, Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=70, method=2)
    return out.getvalue()
