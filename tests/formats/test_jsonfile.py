"""JSON that nobody vouches for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from themis.domain.errors import UnreadableTrajectory
from themis.formats import jsonfile
from themis.formats.files import peek, read_bytes
from themis.formats.jsonfile import parse, read_json, read_lines


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"{", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": 1, "b": 2, "a": 3}', "'a' stands twice in one object"),
        (b"[" * 100_000, "nested too deep"),
        (b"[" * 70 + b"]" * 70, "nested deeper than 64 levels"),
        (b"9" * 5000, "not valid JSON"),
    ],
)
def test_what_is_no_good_json_is_refused_with_the_place(content: bytes, complaint: str) -> None:
    with pytest.raises(UnreadableTrajectory, match=complaint) as caught:
        parse(content, at="a.json: line 3")
    assert str(caught.value).startswith("a.json: line 3: ")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_json_does_not_know_are_null_or_refused(number: str) -> None:
    assert parse(f"[{number}]", at="x") == [None]
    with pytest.raises(UnreadableTrajectory, match="is not a number JSON knows"):
        parse(f"[{number}]", at="x", strict=True)


def test_escapes_smuggle_nothing_in() -> None:
    found = parse(r'{"a\u0000": ["\ud800", "\ud83d\ude00"]}', at="x")
    assert found == {"a\ufffd": ["\ufffd", "\U0001f600"]}


def test_a_byte_order_mark_is_no_content() -> None:
    assert parse(b"\xef\xbb\xbf[]", at="x") == []


def test_a_text_of_too_many_values_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfile, "MAX_VALUES", 3)
    assert parse("[1,2]", at="x") == [1, 2]
    with pytest.raises(UnreadableTrajectory, match="more than 3 values"):
        parse("[1,2,3,4]", at="x")


def test_a_file_over_its_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"[1]")
    assert read_json(tmp_path / "a.json", limit=3) == [1]
    with pytest.raises(UnreadableTrajectory, match=r"a\.json: larger than 2 bytes"):
        read_json(tmp_path / "a.json", limit=2)


def test_blank_lines_are_passed_over_and_still_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n1\n  \n2")
    assert list(read_lines(tmp_path / "a.jsonl")) == [(2, 1), (4, 2)]


def test_a_line_or_a_file_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"1\n22222\n")
    monkeypatch.setattr(jsonfile, "MAX_LINE", 4)
    with pytest.raises(UnreadableTrajectory, match="line 2: a line may hold 4 bytes"):
        list(read_lines(tmp_path / "a.jsonl"))
    monkeypatch.setattr(jsonfile, "MAX_LINE", 99)
    monkeypatch.setattr(jsonfile, "MAX_STREAM", 5)
    with pytest.raises(UnreadableTrajectory, match="the file 5"):
        list(read_lines(tmp_path / "a.jsonl"))


def test_a_link_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "gone", "nul\0", "."):
        with pytest.raises(UnreadableTrajectory):
            read_bytes(tmp_path / name, limit=9)
        assert peek(tmp_path / name) == ""
