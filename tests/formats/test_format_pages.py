"""docs/formats.md has a row for every reader, and every reader a page of its own."""

from __future__ import annotations

import re
from pathlib import Path

from themis.formats.registry import READERS

DOCS = Path(__file__).parents[2] / "docs"
NAMES = {each.name for each in READERS}
OWN = {"themis": "trajectory-format.md"}  # whose page others link to from everywhere


def test_every_reader_has_a_row_in_the_table_and_no_row_is_without_one() -> None:
    table = (DOCS / "formats.md").read_text("utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(
        dict.fromkeys(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE))
    )
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == NAMES


def test_every_reader_has_a_page() -> None:
    pages = {page.stem for page in (DOCS / "formats").glob("*.md")}
    assert pages == NAMES - set(OWN)
    assert all((DOCS / page).is_file() for page in OWN.values())


def test_every_page_begins_with_the_title_of_its_reader() -> None:
    for each in READERS:
        page = DOCS / OWN.get(each.name, f"formats/{each.name}.md")
        first = page.read_text("utf-8").splitlines()[0]
        assert first.startswith("# "), each.name
