"""Training frameworks share the files of vLLM."""

from __future__ import annotations

import pytest

from scripts import frameworks
from scripts.frameworks import FRAMEWORKS

pytestmark = pytest.mark.once


def test_versions_are_those_of_vllm_but_for_what_a_framework_cannot_take() -> None:
    pins = dict(line.split("==") for line in frameworks.shared_pins().splitlines())
    wanted = FRAMEWORKS.wanted.read_text()
    assert f"torch=={pins['torch']}" in wanted
    assert f"transformers=={pins['transformers']}" in wanted
    assert not set(frameworks.APART) & set(pins)
