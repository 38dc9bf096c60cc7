"""The tables of docs/actions/: read for the tests, and gathered into docs/actions.md.

`python -m tests.formats.action_tables` writes the gathered table anew.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.wire import encode
from themis.formats.actions.vocabularies import VOCABULARIES
from themis.formats.frame import Frame
from themis.formats.pictures import Size

DOCS = Path(__file__).parents[2] / "docs"
SCREEN = Frame(device=Size(1280, 720), picture=Size(1280, 720))  # what every example stands on
BEGIN, END = "<!-- gathered from actions/*.md -->", "<!-- end -->"
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a vocabulary's table."""

    word: str
    example: Json
    becomes: list[Json]


def rows(name: str) -> list[Row]:
    """The table of one vocabulary: Action, Example, Becomes, each cell in backticks."""
    found = []
    for line in (DOCS / "actions" / f"{name}.md").read_text("utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]]
        if len(cells) != 3 or not cells[0].startswith("`"):
            continue
        word, example, becomes = (cell.strip("`") for cell in cells)
        given = json.loads(becomes)
        found.append(Row(word, _example(example), given if isinstance(given, list) else [given]))
    return found


def _example(cell: str) -> Json:
    """JSON where the source writes JSON; otherwise text as it stands."""
    try:
        value: Json = json.loads(cell)
    except ValueError:
        return cell
    return value


def plain(action: Action) -> Json:
    """An action without what the source calls it and wrote."""
    fields = encode(action)
    assert isinstance(fields, dict)
    return {name: held for name, held in fields.items() if name not in ("name", "raw")}


def gathered() -> str:
    """Canonical type by vocabulary: which words of each become it."""
    lines = [
        "| | " + " | ".join(f"[{each.title}](actions/{each.name}.md)" for each in VOCABULARIES)
    ]
    lines = [f"{lines[0]} |", "|---" * (len(VOCABULARIES) + 1) + "|"]
    tables = [rows(each.name) for each in VOCABULARIES]
    for kind in ActionType:
        cells = [_words(table, kind) for table in tables]
        lines.append(f"| `{kind.value}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _words(table: list[Row], kind: ActionType) -> str:
    words = [row.word for row in table if kind.value in _kinds(row)]
    return ", ".join(f"`{word}`" for word in dict.fromkeys(words))


def _kinds(row: Row) -> set[Json]:
    return {action["type"] for action in row.becomes if isinstance(action, dict)}


def page() -> str:
    """docs/actions.md with its gathered table as it should be."""
    text = (DOCS / "actions.md").read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{gathered()}\n{END}{tail}"


if __name__ == "__main__":
    (DOCS / "actions.md").write_text(page(), "utf-8")
