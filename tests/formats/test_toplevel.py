"""What stands behind a field of the outermost object."""

from __future__ import annotations

import time

import pytest

from themis.formats.toplevel import behind


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"themis": "trajectory/2"}', '"trajectory/2"}'),
        ('  {"a": [{"b": 1}], "themis" :\n{}}', "{}}"),
        ('{"themis": ', ""),
        ('{"a": {"themis": 1}}', None),
        ('{"a": "themis", "b": 1}', None),
        ('{"a": "\\"themis\\": 1"}', None),
        ('{"a": "\\\\", "themis": 1}', "1}"),
        ('[{"themis": 1}]', None),
        ('{"a": 1} {"themis": 1}', None),
        ("", None),
    ],
)
def test_only_the_first_level_counts(content: str, found: str | None) -> None:
    assert behind(content, "themis") == found


def test_a_text_that_never_closes_is_looked_at_once() -> None:
    content = '{"themis"' + '"\\"' * 500_000
    began = time.perf_counter()
    assert behind(content, "themis") is None
    assert time.perf_counter() - began < 5
