"""Seconds of what `make fuzz` does for minutes, with the same seeds every time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz import mutations, reading
from tests.fuzz.samples import SAMPLES
from themis.formats.registry import READERS, find

N_SEEDS = 80
N_PICKLES = 60


def sample(name: str, tmp_path: Path) -> Path:
    folder = tmp_path / "good"
    folder.mkdir()
    SAMPLES[name](folder)
    return folder


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == {each.name for each in READERS}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_good_recording_is_found_by_its_reader_alone_and_read(name: str, tmp_path: Path) -> None:
    folder = sample(name, tmp_path)
    assert [found.reader.name for found in find(folder)] == [name]
    assert reading.read_all(folder) == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_a_good_recording_is_taken_for_no_other_format(name: str, tmp_path: Path) -> None:
    folder = sample(name, tmp_path)
    for other in READERS:
        if other.name != name:
            assert list(find(folder, only=other)) == [], other.name


@pytest.mark.parametrize("name", SAMPLES)
def test_a_spoilt_recording_is_read_or_refused(name: str, tmp_path: Path) -> None:
    good = sample(name, tmp_path)
    n_read = 0
    for seed in range(N_SEEDS):
        folder = reading.fresh(good, tmp_path / "spoilt")
        reading.spoil(folder, seed)
        n_read += reading.read_all(folder)
    assert 0 < n_read < N_SEEDS  # the damage is neither none nor total


@pytest.mark.parametrize("name", ["androidworld", "agentlab"])
def test_some_pickles_that_are_spoilt_below_their_gzip_are_still_read(
    name: str, tmp_path: Path
) -> None:
    good = sample(name, tmp_path)
    n_read = 0
    for seed in range(N_PICKLES):
        folder = reading.fresh(good, tmp_path / "spoilt")
        mutations.inner_bits(folder, random.Random(seed))  # noqa: S311  repeatable on purpose
        n_read += reading.read_all(folder)
    assert N_PICKLES // 10 < n_read < N_PICKLES
