"""The search for recordings under a path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.formats.recordings import (
    DONE,
    atif,
    call,
    mcp,
    native,
    osworld,
    tool,
    touch,
    webvoyager,
    write_json,
)
from themis.domain.errors import Misconfigured, UnknownFormat, UnreadableTrajectory
from themis.formats import registry
from themis.formats.registry import READERS, Found, find, reader, unknown


def every_format(folder: Path) -> Path:
    webvoyager(folder / "web", "", "Thought: x\nAction: Wait")
    osworld(folder / "os", "DONE")
    native(folder / "own")
    atif(folder / "exchanged", {"source": "agent", "message": "", "tool_calls": [tool("fly")]})
    mcp(folder / "mcp", call("1", "mcp__a__back"), DONE)
    return folder


def test_every_format_is_found_in_order_and_read(tmp_path: Path) -> None:
    found = list(find(every_format(tmp_path)))
    assert [(each.source.name, each.reader.name) for each in found] == [
        ("exchanged", "atif"),
        ("run-1", "mcp-stream"),
        ("os", "osworld"),
        ("own", "themis"),
        ("web", "webvoyager"),
    ]
    assert all(each.reader.read(each.source).trajectory.n_actions == 1 for each in found)


def test_the_source_begins_with_the_path_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_format(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [str(each.source) for each in find(Path("own"))] == ["own"]
    sources = [str(each.source) for each in find(Path())]
    assert sources == ["exchanged", "mcp/results/maestro/a1/run-1", "os", "own", "web"]
    assert all(each.reader.read(each.source) for each in find(Path()))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("web/interact_messages.json", "webvoyager"),
        ("os/traj.jsonl", "osworld"),
        ("own/trajectory.json", "themis"),
        ("exchanged/trajectory.json", "atif"),
        ("mcp/results/maestro/a1/run-1/transcript.jsonl", "mcp-stream"),
    ],
)
def test_a_file_that_is_given_is_found_under_its_own_name(
    tmp_path: Path, file: str, name: str
) -> None:
    path = every_format(tmp_path) / file
    assert list(find(path)) == [Found(path, reader(name))]
    assert reader(name).read(path).trajectory.n_actions == 1


def test_one_reader_alone_finds_only_its_own(tmp_path: Path) -> None:
    found = find(every_format(tmp_path), only=reader("osworld"))
    assert [each.source.name for each in found] == ["os"]


def test_a_folder_that_two_recognise_belongs_to_the_first(tmp_path: Path) -> None:
    native(tmp_path)
    osworld(tmp_path, "DONE")
    assert [each.reader.name for each in find(tmp_path)] == ["themis"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    native(tmp_path / "real")
    inside = tmp_path / "search"
    inside.mkdir()
    (inside / "link").symlink_to(tmp_path / "real")
    (inside / "trajectory.json").symlink_to(tmp_path / "real" / "trajectory.json")
    (inside / "loop").symlink_to(inside)
    assert list(find(inside)) == []


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTrajectory, match="no such file or folder"):
        list(find(tmp_path / "gone"))


def test_a_search_too_deep_or_too_wide_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path.joinpath(*["d"] * 18)
    deep.mkdir(parents=True)
    with pytest.raises(UnreadableTrajectory, match="deeper than 16 folders"):
        list(find(tmp_path))
    wide = tmp_path / "wide"
    wide.mkdir()
    for number in range(4):
        (wide / str(number)).touch()
    monkeypatch.setattr(registry, "MAX_ENTRIES", 3)
    with pytest.raises(UnreadableTrajectory, match="more than 3 files"):
        list(registry._walk(wide, registry._Search(READERS, entries=3)))


def test_a_pipe_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "traj.jsonl")
    assert list(find(tmp_path)) == []


def test_the_error_for_nothing_says_what_was_seen_and_where_to_read_on(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "deep/b.png", "notes.txt")
    error = unknown(tmp_path)
    assert isinstance(error, UnknownFormat)
    assert str(error) == (
        f"{tmp_path}: no recording found in 3 files (2 .png, 1 .txt). What is read, and how it is"
        " recognised, stands in docs/formats.md"
    )


def test_the_error_for_nothing_names_the_format_that_is_nearest(tmp_path: Path) -> None:
    write_json(tmp_path / "traj.jsonl", {"no": "step"})
    assert f"nearest is osworld, known by {reader('osworld').marks}" in str(unknown(tmp_path))
    alone = str(unknown(tmp_path, only=reader("themis")))
    assert "Looked for themis alone" in alone
    assert "osworld" not in alone


def test_the_error_for_nothing_is_short_whatever_stands_there(tmp_path: Path) -> None:
    names = ("trajectory.json", "traj.jsonl", "result.json", "metadata.json", "transcript.jsonl")
    touch(tmp_path, *names, *(f"{number}.{number:0100d}" for number in range(50)))
    assert len(str(unknown(tmp_path))) < len(str(tmp_path)) + 500


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert "in an empty folder" in str(unknown(tmp_path))


def test_an_unknown_reader_is_a_wrong_setting_that_names_the_known() -> None:
    with pytest.raises(Misconfigured, match="webvoyager, osworld, mcp-stream"):
        reader("nope")
