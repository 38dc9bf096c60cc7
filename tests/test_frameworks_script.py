"""Where training frameworks cannot be installed, one sentence says why; torch is shared."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import frameworks
from scripts.vllm import Missing

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout without .frameworks."""
    monkeypatch.delenv("THEMIS_FRAMEWORKS", raising=False)
    monkeypatch.setattr("sys.argv", ["frameworks.py"])
    monkeypatch.setattr(frameworks, "INSTALLED", tmp_path / ".installed")
    monkeypatch.setattr(frameworks, "WHY_NOT", tmp_path / ".frameworks-missing")
    return tmp_path


def fail() -> None:
    raise Missing("the index is away")


def test_too_small_a_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(Missing, match=r"3 GB of disk, and 1\.0 GB are free"):
        frameworks.check_machine()


@pytest.mark.parametrize(("wish", "status"), [("", 0), ("1", 1)])
def test_why_they_are_missing_is_kept_for_the_tests(
    monkeypatch: pytest.MonkeyPatch, wish: str, status: int
) -> None:
    monkeypatch.setenv("THEMIS_FRAMEWORKS", wish)
    monkeypatch.setattr(frameworks, "install", fail)
    monkeypatch.setattr(frameworks, "check_machine", lambda: None)
    assert frameworks.main() == status
    assert frameworks.why_not() == "no training frameworks here: the index is away"
    assert frameworks.is_impossible()


def test_what_is_installed_is_not_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    frameworks.INSTALLED.write_text(frameworks.wanted_hash())
    monkeypatch.setattr(frameworks, "install", fail)
    assert frameworks.main() == 0
    assert frameworks.why_not() is None


def test_versions_are_those_of_vllm_but_for_what_a_framework_cannot_take() -> None:
    pins = dict(line.split("==") for line in frameworks.shared_pins().splitlines())
    wanted = frameworks.WANTED.read_text()
    assert f"torch=={pins['torch']}" in wanted
    assert f"transformers=={pins['transformers']}" in wanted
    assert not set(frameworks.APART) & set(pins)
