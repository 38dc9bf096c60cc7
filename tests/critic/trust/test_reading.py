"""Tables from files: what is read, what is left out, what is refused and in which words."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themis.critic.trust import plainfile, reading, words
from themis.critic.trust.reading import read
from themis.critic.trust.table import Table
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

CSV = """id,task,label,platform,first,second
1,book,passed,web,passed,0.9
2,book,Failure,web,0,0.25
3,pay,unsure,android,1,0.5
4,pay,1,android,,1
"""


def read_text(folder: Path, text: str, name: str = "table.csv") -> Table:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def document(*rows: Json) -> str:
    return json.dumps({"version": "themis/verdicts/1", "rows": list(rows)})


def test_csv_columns_beside_its_own_are_judges(tmp_path: Path) -> None:
    told = read_text(tmp_path, CSV.replace("passed,0.9", "1,0.9"))
    assert told.judges == ("first", "second")
    assert [row.label for row in told.rows] == [Label.PASSED, Label.FAILED, Label.PASSED]
    assert told.tasks == ("book", "pay")
    assert told.rows[0].platform is Platform.WEB


def test_runs_without_a_usable_label_are_left_out_and_counted(tmp_path: Path) -> None:
    assert read_text(tmp_path, CSV.replace("passed,0.9", "1,0.9")).left_out == 1


def test_a_column_of_0_and_1_holds_outcomes(tmp_path: Path) -> None:
    told = read_text(tmp_path, CSV.replace("passed,0.9", "1,0.9"))
    assert [row.outcome("first") for row in told.rows] == [
        Outcome.PASSED,
        Outcome.FAILED,
        Outcome.UNDECIDED,
    ]
    assert not told.scored("first")
    assert told.scored("second")
    assert [row.score("second") for row in told.rows] == [0.9, 0.25, 1.0]


def test_outcomes_and_scores_in_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="first: outcomes and scores in one column"):
        read_text(tmp_path, CSV)


def test_json_holds_the_same(tmp_path: Path) -> None:
    told = read_text(
        tmp_path,
        document(
            {"id": 7, "task": "t", "label": True, "judges": {"a": "undecided", "b": 0.3}},
            {"id": 8, "task": "t", "label": None, "judges": {"a": "passed"}},
        ),
        "table.json",
    )
    assert told.judges == ("a", "b")
    assert told.left_out == 1
    assert told.rows[0].said == {"a": Outcome.UNDECIDED, "b": 0.3}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no column id, task, label"),
        ("id,task,label,a\n", "0 rows"),
        ("id,task,label\n1,t,passed\n", "0 judges"),
        ("id,task,label,a\n1,t,passed\n", "line 2: 3 cells under 4 headings"),
        ("id,task,label,a,a\n1,t,passed,1,1\n", "stands twice"),
        ("id,task,label,a\n1,t,maybe,1\n", "line 2: label: 'maybe' is no label"),
        ("id,task,label,a\n1,t,passed,good\n", "line 2: a: 'good' is no verdict"),
        ("id,task,label,a\n1,t,passed,1.5\n", "scores go from 0 to 1"),
        ("id,task,label,a\n1,t,passed,nan\n", "'nan' is no verdict"),
        ("id,task,label,a\n1,,passed,1\n", "line 2: task: expected 1 to 400 characters"),
        ("id,task,label,a\n1,t,passed,1\n1,t,failed,0\n", "line 3: id '1' stands twice"),
        ("id,task,label,platform,a\n1,t,passed,moon,1\n", "platform: 'moon' is unknown"),
        ('id,task,label,a\n1,t,passed,"1\n', "not valid CSV"),
        ("{}", "version"),
        ('{"version": "themis/verdicts/1"}', "rows: expected a list"),
        (document(3), "row 1: expected an object"),
        ('{"version": 1, "version": 2}', "stands twice"),
        ("{" * 9, "not valid JSON"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": NaN}', "NaN is not a number"),
        (document({"id": "1", "task": "t", "label": "passed", "judges": {"a": [1]}}), "a list"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(UnreadableTable, match=complaint):
        read_text(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="cannot be read"):
        read(tmp_path / "nothing.csv")


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(UnreadableTable, match="not a regular file"):
        read(tmp_path / "t.csv")


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"id,task,label,a\n1,\xff,passed,1\n")
    with pytest.raises(UnreadableTable, match="not UTF-8"):
        read(tmp_path / "t.csv")


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plainfile, "MAX_BYTES", 20)
    with pytest.raises(UnreadableTable, match="larger than 20 bytes"):
        read_text(tmp_path, CSV)


def test_a_table_with_too_many_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    with pytest.raises(UnreadableTable, match="4 rows; a table has 1 to 3"):
        read_text(tmp_path, CSV)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none()))
def test_a_cell_is_a_verdict_or_refused(cell: str | float | bool | None) -> None:
    try:
        said = words.said(cell)
    except words.Meaningless:
        return
    assert said is None or isinstance(said, Outcome) or 0.0 <= said <= 1.0


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_table_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(("id,task,label,a\n" + text).encode("utf-8", "surrogatepass"))
    try:
        told = read(path)
    except UnreadableTable:
        return
    assert told.judges == ("a",)
