"""Several web processes of one installation: what dies is replaced, and nothing is left behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from pytest_django.fixtures import Settings

from tests.e2e.shell import Installation, address_of
from tests.vllm_server import until
from themis.domain.errors import Misconfigured
from themis.web.management.commands import serve

PATIENCE = 60  # seconds


def beside(parent: int) -> set[int]:
    """The web processes that a server has started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            started = (stat.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[1] == str(parent) and b"spawn_main" in started:
            found.add(int(stat.parent.name))
    return found


def is_silent(address: str) -> bool:
    try:
        return healthy(address) != 200
    except OSError as error:  # one that ends while it answers is none that refuses
        return isinstance(error, URLError)


def healthy(address: str) -> int:
    """The status of a request that any of the processes may answer."""
    with urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:  # noqa: S310  our own
        return int(answer.status)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("themis", ["grown"], indirect=True)
def test_a_killed_web_process_is_replaced_and_none_outlives_its_parent(
    themis: Installation,
) -> None:
    themis.variables |= {"THEMIS_WEB": "2", "THEMIS_WORKERS": "0"}
    process = themis.start("serve", "--port", "0")
    address = address_of(process)
    first = until(lambda: pair(process.pid), seconds=PATIENCE, what="no two web processes")
    os.kill(min(first), signal.SIGKILL)
    until(lambda: pair(process.pid) - first, seconds=PATIENCE, what="none was replaced")
    for _ in range(8):
        assert healthy(address) == 200
    process.kill()
    process.communicate()
    until(lambda: is_silent(address), seconds=PATIENCE, what="the port was not let go of")


def pair(parent: int) -> set[int]:
    found = beside(parent)
    return found if len(found) == 2 else set()


def test_sqlite_serves_one_process(settings: Settings) -> None:
    settings.WEB, settings.IS_SHARED = 2, False
    with pytest.raises(Misconfigured, match="THEMIS_WEB"):
        serve.start_workers()
