"""The command: lines for people, JSON for programs, sentences for mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.critic.trust import tables
from themis.critic.trust.__main__ import main
from themis.critic.trust.table import Table


def written(path: Path, told: Table) -> str:
    lines = ["id,task,label," + ",".join(told.judges)]
    for row in told.rows:
        said = ",".join(str(row.said.get(judge, "")) for judge in told.judges)
        lines.append(f"{row.id},{row.task},{row.label},{said}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_report_says_what_is_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "t.csv", tables.counted(190, 10, 20, 180))
    assert main([path, "--floor", ".85"]) == 0
    told = capsys.readouterr().out
    assert "TP 190 FP 10 FN 20 TN 180" in told
    assert "0.85   yes          50.0%      0.950" in told


def test_the_five_floors_are_asked_for_unless_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "t.csv", tables.scored(300, seed=1))
    assert main([path, "--json"]) == 0
    (section,) = json.loads(capsys.readouterr().out)["sections"]
    assert [each["floor"] for each in section["floors"]] == [0.7, 0.75, 0.8, 0.85, 0.9]
    assert section["reliability"]["calibrated"] in {"platt", "isotonic"}


def test_two_judges_are_told_alone_and_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{n},t{n},{n % 2},{n % 2},{n % 3 % 2}" for n in range(60)]
    path.write_text("id,task,label,a,b\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert main([str(path), "--json"]) == 0
    names = [each["name"] for each in json.loads(capsys.readouterr().out)["sections"]]
    assert names == ["a", "b", "both", "either"]
    assert main([str(path), "--json", "--judge", "b"]) == 0
    names = [each["name"] for each in json.loads(capsys.readouterr().out)["sections"]]
    assert names == ["b"]


def test_too_few_labels_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "t.csv", tables.counted(5, 0, 1, 4))
    assert main([path, "--floor", ".9"]) == 0
    told = capsys.readouterr().out
    assert "not calibrated: a has 6 passed and 4 failed labels" in told
    assert "80" in told.splitlines()[-1]


@pytest.mark.parametrize(
    ("more", "complaint"),
    [(["--judge", "z"], "no judge z"), (["--floor", "1.5"], "a floor lies between")],
)
def test_mistakes_end_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], complaint: str
) -> None:
    path = written(tmp_path / "t.csv", tables.counted(5, 5))
    assert main([path, *more]) == 2
    assert complaint in capsys.readouterr().err


def test_a_missing_table_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["/nowhere/t.csv"]) == 2
    assert "cannot be read" in capsys.readouterr().err
