"""Environments apart: where one cannot be installed, one sentence says why, and is kept."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import apart
from scripts.apart import Apart, Missing

pytestmark = pytest.mark.once


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Apart:
    """An environment that is not there, on a machine that could have it."""
    monkeypatch.delenv("THEMIS_TOOLS", raising=False)
    monkeypatch.setattr("sys.argv", ["tools.py"])
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "11", "9"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=9 * 10**9))
    monkeypatch.setattr(apart, "REQUIREMENTS", tmp_path)
    (tmp_path / "tools.txt").write_text("hammer==1.0\n")
    (tmp_path / ".tools").mkdir()
    return Apart(name="tools", what="tools", room=4 * 10**9, resolve=fail, root=tmp_path)


def fail(*_: object) -> None:
    raise Missing("the index is away")


def test_a_machine_that_has_all_it_takes_passes(tools: Apart) -> None:
    tools.check_machine()


def test_another_machine_is_named(tools: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(Missing, match="not for linux on aarch64"):
        tools.check_machine()


def test_too_small_a_disk_is_told(tools: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(Missing, match=r"4 GB of disk, and 1\.0 GB are free"):
        tools.check_machine()


def test_another_python_looks_for_the_one_it_takes(
    tools: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "13", "0"))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert apart.python() == "/usr/bin/python3.11"
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Missing, match=r"no python3\.11"):
        tools.check_machine()


@pytest.mark.parametrize(("wish", "status"), [("", 0), ("1", 1)])
def test_what_failed_is_kept_for_the_tests_and_an_error_where_it_must_be_there(
    tools: Apart,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wish: str,
    status: int,
) -> None:
    monkeypatch.setenv("THEMIS_TOOLS", wish)
    monkeypatch.setattr(apart, "uv", fail)
    assert not tools.is_impossible
    assert tools.main() == status
    assert "no tools for the tests: the index is away" in capsys.readouterr().err
    assert tools.why_not() == "no tools here: the index is away"
    assert tools.is_impossible


def test_what_is_not_wanted_is_not_installed_and_no_fault_is_kept(
    tools: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEMIS_TOOLS", "0")
    monkeypatch.setattr(apart, "uv", lambda *_: pytest.fail("it was installed"))
    assert tools.main() == 0
    assert "not wanted" in str(tools.why_not())
    assert not tools.missing.exists()


def test_what_is_installed_is_known_by_what_was_asked_for_and_how_it_was_finished(
    tools: Apart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tools.finished_by = tmp_path / "mends.py"
    tools.finished_by.write_text("mend()\n")
    tools.missing.write_text("once it failed\n")
    asked: list[str] = []
    monkeypatch.setattr(apart, "uv", lambda *each: asked.append(each[0]))
    assert (tools.main(), tools.why_not()) == (0, None)
    assert not tools.missing.exists()
    assert (tools.main(), asked) == (0, ["venv", "pip"])  # nothing is done twice
    tools.finished_by.write_text("mend_otherwise()\n")
    assert "make tools" in str(tools.why_not())
    assert not tools.is_impossible


def test_compiled_modules_are_kept_whatever_the_caller_wishes(
    tools: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    given = tools.environment(MORE="yes")
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert (given["MORE"], given["HF_HUB_OFFLINE"]) == ("yes", "1")
