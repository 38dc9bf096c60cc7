"""From an address to the place."""

from __future__ import annotations

from pathlib import Path

from themis.trajectories.watching.bucket import SCHEME, Bucket
from themis.trajectories.watching.contract import Place
from themis.trajectories.watching.folder import Folder


def place(address: str) -> Place:
    """s3://bucket/prefix is a bucket, anything else a folder; raises Misconfigured."""
    return Bucket(address) if address.startswith(SCHEME) else Folder(Path(address))
