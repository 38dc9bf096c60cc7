"""Pools of both kinds, each test with slots of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from themis.pipeline.slots.leases import LeasePool
from themis.pipeline.slots.locks import LockPool


def redis_address() -> str:
    """The Redis that `make test` starts."""
    address = os.environ.get("STACK_REDIS_URL")
    if not address:
        pytest.skip("no Redis here; `make test` starts one")
    return address


@pytest.fixture(params=["locks", pytest.param("leases", marks=pytest.mark.redis)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the slots of one test are: a folder, or Redis."""
    return redis_address() if request.param == "leases" else str(tmp_path / "slots")


@pytest.fixture
def name() -> str:
    """What one test's slots are called in Redis."""
    return uuid.uuid4().hex


@pytest.fixture
def pool(where: str, name: str) -> Callable[[int], LeasePool | LockPool]:
    """Makes pools, as different processes would, over the same slots."""

    def made(limit: int) -> LeasePool | LockPool:
        if where.startswith("redis:"):
            return LeasePool(where, name, limit)
        return LockPool(Path(where), limit)

    return made
