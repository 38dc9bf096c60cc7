"""Words of pictures with their places, where the tesseract program is installed."""

from __future__ import annotations

import pytest

from tests.critic.evidence_only.test_reading import needs_program, written
from themis.critic.evidence_only import words


@needs_program
def test_words_have_places_in_pixels_of_the_recorded_picture() -> None:
    lines = words.lines_of(written("Order 4711 received"), width=900)
    assert lines is not None
    (line,) = lines
    assert [word.text for word in line] == ["Order", "4711", "received"]
    first = line[0].box
    assert 30 < first.x < 60
    assert 60 < first.y < 90
    assert first.width < 200


@needs_program
def test_a_picture_that_was_kept_smaller_is_told_in_the_recorded_size() -> None:
    once, twice = (words.lines_of(written("Hello"), width=width) for width in (900, 1800))
    assert once
    assert twice
    assert twice[0][0].box.x == pytest.approx(2 * once[0][0].box.x, abs=0.2)


def test_what_is_no_picture_is_not_read() -> None:
    assert words.lines_of(b"not a picture", width=10) is None


def test_without_the_program_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert not words.is_possible()
    assert words.lines_of(written("Hello"), width=900) is None


@pytest.mark.parametrize(
    "table",
    [
        "",
        "level\ttext\n5\tHello",
        "level\tleft\ttop\twidth\theight\tconf\ttext\n5\tx\t1\t1\t1\t90\tHello\n5\t1",
    ],
)
def test_a_table_that_is_cut_off_or_odd_gives_no_words(table: str) -> None:
    assert words._lines(table, 1.0) == ()
