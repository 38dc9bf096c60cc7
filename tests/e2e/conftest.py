"""The two shapes of an installation, and a real model server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.vllm import VLLM
from tests.e2e import shell
from tests.e2e.shell import Installation
from tests.vllm_server import VllmServer, vllm_server, write_model


@pytest.fixture(params=["embedded", "grown"])
def themis(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """An installation of each shape, with no run in it."""
    if request.param == "embedded":
        return Installation.peopled(tmp_path / "var")
    database, broker = os.environ.get("STACK_DATABASE_URL"), os.environ.get("STACK_REDIS_URL")
    if not database or not broker:
        pytest.skip("no PostgreSQL and Redis here; `make test` starts them")
    return Installation.grown(tmp_path / "var", database, broker)


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """A folder with a random vision model of few words."""
    reason = VLLM.why_not()
    if reason:
        pytest.skip(reason)
    return shell.made_once("tiny-model", lambda folder: write_model(folder, "--terse"))


@pytest.fixture
def server(shared_server: VllmServer) -> VllmServer:
    """A vLLM server of our own, or the user's, that runs whatever was done to it before."""
    if shared_server.is_dead:
        shared_server.start()
    return shared_server


@pytest.fixture(scope="session")
def shared_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VllmServer]:
    """One server for all tests: it takes its half a minute to start."""
    own = os.environ.get("THEMIS_TEST_VLLM_URL")
    if own:
        yield VllmServer.at(own, os.environ.get("THEMIS_TEST_VLLM_MODEL", "tiny"))
        return
    model: Path = request.getfixturevalue("tiny_model")
    with vllm_server(model, tmp_path_factory.mktemp("vllm") / "vllm.log") as started:
        yield started
