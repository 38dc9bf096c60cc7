"""The demo's recordings and all variants of them, made once."""

from __future__ import annotations

import pytest

from benchmarks.red_team.__main__ import DEMO
from benchmarks.red_team.attacks import Original, Variant, originals
from benchmarks.red_team.variants import variants


@pytest.fixture(scope="session")
def found() -> list[Original]:
    return list(originals([DEMO]))


@pytest.fixture(scope="session")
def made(found: list[Original]) -> tuple[Variant, ...]:
    return variants(found)
