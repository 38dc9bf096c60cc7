"""The client as an installation serves it: pip installs it, and it runs without the server."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.e2e.shell import ROOT
from themis.api import wheel

pytestmark = pytest.mark.once
UV = ROOT / ".venv" / "bin" / "uv"


def test_what_is_served_is_installed_and_imported_without_the_server(tmp_path: Path) -> None:
    where = Client().get("/client/").content.decode().strip()
    path, name = where.removeprefix("http://testserver"), where.rpartition("/")[2]
    served = Client().get(path)
    assert served.status_code == 200
    (tmp_path / name).write_bytes(served.content)
    place = tmp_path / "site"
    options = ("--quiet", "--offline", "--no-deps", "--target", str(place))
    subprocess.run([str(UV), "pip", "install", *options, str(tmp_path / name)], check=True)
    program = "import themis.client as c; print(c.__file__); import themis.client.adapters.verl"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(place)},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().startswith(str(place))
    assert not (place / "themis" / "settings.py").exists()


def test_the_same_sources_make_the_same_bytes() -> None:
    once = wheel.wheel()
    wheel.wheel.cache_clear()
    assert wheel.wheel() == once


def test_the_client_runs_on_the_pythons_it_says_it_does() -> None:
    oldest = tuple(int(part) for part in wheel.OLDEST_PYTHON.split("."))
    for file in (ROOT / "themis" / "client").rglob("*.py"):
        ast.parse(file.read_text(), feature_version=(oldest[0], oldest[1]))
