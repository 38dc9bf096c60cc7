"""Every real recording belongs to one reader, and to look for them all takes no time."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.formats.recordings import DATA, NO_DATA
from themis.formats.registry import READERS, find

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA),
]

SECONDS = 2.0  # of processor time


def test_each_recording_is_recognised_by_one_reader_alone() -> None:
    alone = Counter(found.place for each in READERS for found in find(DATA, only=each))
    assert alone == {found.place: 1 for found in find(DATA)}


def test_no_recording_stands_inside_another() -> None:
    sources = {found.source for found in find(DATA)}
    assert [each for each in sources if not sources.isdisjoint(each.parents)] == []


def test_the_search_over_all_of_them_is_quick() -> None:
    started = time.process_time()
    assert sum(1 for _ in find(DATA)) > 200
    assert time.process_time() - started < SECONDS
