"""Which of these tests are collected: those against a real model server only where one is given.

And the two shapes of an installation.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import psycopg
import pytest
import redis

from tests.e2e.shell import Installation

collect_ignore = [] if os.environ.get("THEMIS_TEST_VLLM_URL") else ["test_vllm.py"]


@pytest.fixture(params=["embedded", "grown"])
def themis(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """An installation of each shape, with nothing in it."""
    if request.param == "embedded":
        return Installation(tmp_path / "var")
    database, broker = os.environ.get("STACK_DATABASE_URL"), os.environ.get("STACK_REDIS_URL")
    if not database or not broker:
        pytest.skip("no PostgreSQL and Redis here; `make test` starts them")
    name = f"themis_{uuid.uuid4().hex}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    broker = broker.replace("/0", "/7")
    redis.Redis.from_url(broker).flushdb()
    own = database.rpartition("/")[0] + f"/{name}"
    variables = {"DATABASE_URL": own, "REDIS_URL": broker, "THEMIS_WORKERS": "1"}
    return Installation(tmp_path / "var", variables)
