"""Content-addressed files."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from themis.trajectories import blobs


def test_bytes_come_back_under_their_digest() -> None:
    digest = blobs.digest_of(b"picture")
    blobs.put(b"picture", digest=digest)
    assert blobs.read(digest) == b"picture"


def test_the_same_bytes_are_one_file(settings: Settings) -> None:
    for _ in range(2):
        blobs.put(b"picture", digest=blobs.digest_of(b"picture"))
    assert sum(path.is_file() for path in settings.BLOBS.rglob("*")) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "a" * 63, "", "a" * 63 + "/"])
def test_nothing_but_a_digest_names_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        blobs.path_of(name)
