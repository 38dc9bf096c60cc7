"""A folder stands for the only recording in it; of several each file stands for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from themis.domain.errors import UnreadableTrajectory
from themis.formats.onefile import file_of, sources


def texts(folder: Path, names: frozenset[str]) -> list[Path]:
    return [folder / name for name in sorted(names) if name.endswith(".txt")]


def test_the_only_file_goes_by_its_folder(tmp_path: Path) -> None:
    assert sources(tmp_path, [tmp_path / "a"]) == [tmp_path]


def test_several_go_by_their_own_names(tmp_path: Path) -> None:
    several = [tmp_path / "a", tmp_path / "b"]
    assert sources(tmp_path, several) == several
    assert sources(tmp_path, []) == []


def test_a_folder_leads_to_its_only_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.png").touch()
    assert file_of(tmp_path, texts, "text") == tmp_path / "a.txt"
    assert file_of(tmp_path / "a.txt", texts, "text") == tmp_path / "a.txt"


@pytest.mark.parametrize("names", [[], ["a.txt", "b.txt"]])
def test_a_folder_of_another_number_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(UnreadableTrajectory, match="expected one text; name the file"):
        file_of(tmp_path, texts, "text")
