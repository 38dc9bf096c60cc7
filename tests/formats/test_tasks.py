"""Task files in a folder of their own, and files that hold several recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.formats.recordings import touch, write_json, write_lines
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Platform, Trajectory
from themis.formats import bounds, jsonfile, registry
from themis.formats.contract import Part, Recording
from themis.formats.jsonfile import line_starts, read_line
from themis.formats.tasks import TaskFiles


class Lines:
    """A reader of files that hold a recording a line."""

    name = "lines"
    title = "Lines"
    marks = "runs.jsonl"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        yield from (folder / name for name in names if name == "runs.jsonl")

    def read(self, source: Path) -> Recording:
        raise UnreadableTrajectory(f"{source}: read it line by line")

    def parts(self, source: Path) -> Iterator[Part]:
        yield from (Part(str(number), offset) for number, offset in line_starts(source))

    def read_part(self, source: Path, part: Part) -> Recording:
        said = read_line(source, number=int(part.name), offset=part.offset)
        run = Trajectory(instruction=str(said), platform=Platform.WEB, steps=())
        return Recording(trajectory=run, pictures=())


def test_each_recording_of_a_file_is_found_and_read_by_itself(tmp_path: Path) -> None:
    (tmp_path / "runs.jsonl").write_bytes(b'"a"\n\n  \n"b"\r\n{oops\n"c"')
    found = list(registry.find(tmp_path, only=Lines()))
    assert [each.place.removeprefix(f"{tmp_path}/") for each in found] == [
        "runs.jsonl#1",
        "runs.jsonl#4",
        "runs.jsonl#5",
        "runs.jsonl#6",
    ]
    assert [found[at].read().trajectory.instruction for at in (0, 1, 3)] == ["a", "b", "c"]
    with pytest.raises(UnreadableTrajectory, match="line 5: not valid JSON"):
        found[2].read()


def test_an_empty_file_of_recordings_is_one_refusal(tmp_path: Path) -> None:
    touch(tmp_path, "x")
    (tmp_path / "runs.jsonl").write_bytes(b"")
    (found,) = registry.find(tmp_path, only=Lines())
    assert found.part is None
    assert found.place == str(tmp_path / "runs.jsonl")


@pytest.mark.parametrize("bound", ["MAX_COLLECTION", "MAX_RECORDINGS"])
def test_a_file_of_too_many_recordings_ends_in_one_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(jsonfile, bound, 2)
    write_lines(tmp_path / "runs.jsonl", "a", "b", "c", "d")
    *_, last = registry.find(tmp_path, only=Lines())
    assert last.part is None


def test_a_line_longer_than_allowed_is_one_recording_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonfile, "MAX_LINE", 8)
    monkeypatch.setattr(jsonfile, "_PIECE", 3)
    write_lines(tmp_path / "runs.jsonl", "x" * 20, "b")
    first, second = registry.find(tmp_path, only=Lines())
    assert second.read().trajectory.instruction == "b"
    with pytest.raises(UnreadableTrajectory, match="line 1: a line may hold 8 bytes"):
        first.read()


def test_tasks_are_found_by_id_at_any_depth(tmp_path: Path) -> None:
    for name in ("chrome/id-1.json", "gimp/id-1.json", "id-12.json", "a/b/id-1.yaml"):
        write_json(tmp_path / name, {})
    tasks = TaskFiles(tmp_path)
    assert tasks.named("id-1", ".json") == (
        tmp_path / "chrome" / "id-1.json",
        tmp_path / "gimp" / "id-1.json",
    )
    assert tasks.named("id-1", ".yaml", ".json")[0] == tmp_path / "a" / "b" / "id-1.yaml"
    assert tasks.beginning("id-", ".yaml") == (tmp_path / "a" / "b" / "id-1.yaml",)


@pytest.mark.parametrize("name", ["", "..", "../id", "/id", "id\0", "ID", "i"])
def test_a_name_that_is_no_id_finds_nothing(tmp_path: Path, name: str) -> None:
    write_json(tmp_path / "tasks" / "id.json", {})
    write_json(tmp_path / "id.json", {})
    assert TaskFiles(tmp_path / "tasks").named(name, ".json") == ()


def test_links_among_tasks_are_not_followed(tmp_path: Path) -> None:
    write_json(tmp_path / "out" / "id.json", {})
    inside = tmp_path / "tasks"
    inside.mkdir()
    (inside / "id.json").symlink_to(tmp_path / "out" / "id.json")
    (inside / "more").symlink_to(tmp_path / "out")
    assert TaskFiles(inside).named("id", ".json") == ()


def test_a_folder_of_tasks_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTrajectory, match="tasks cannot be listed"):
        TaskFiles(tmp_path / "gone")


def test_a_folder_of_too_many_tasks_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath(*["d"] * (bounds.MAX_DEPTH + 2)).mkdir(parents=True)
    write_json(tmp_path.joinpath(*["d"] * (bounds.MAX_DEPTH + 2)) / "id.json", {})
    with pytest.raises(UnreadableTrajectory, match="name the folder of the tasks alone"):
        TaskFiles(tmp_path)
