"""Some of the demo's recordings and all variants of them, made once."""

from __future__ import annotations

import pytest

from benchmarks.red_team.__main__ import DEMO
from benchmarks.red_team.attacks import Original, Variant, originals
from benchmarks.red_team.variants import variants

SOME = ("note-saved", "note-unsaved", "order-three", "order-short")


@pytest.fixture(scope="session")
def found() -> list[Original]:
    return list(originals(DEMO / name for name in SOME))


@pytest.fixture(scope="session")
def made(found: list[Original]) -> tuple[Variant, ...]:
    return variants(found)
