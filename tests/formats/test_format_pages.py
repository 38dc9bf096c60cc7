"""docs/formats.md has a row for every reader, and every reader a page of its own."""

from __future__ import annotations

import re
from pathlib import Path

from themis.formats.registry import READERS

DOCS = Path(__file__).parents[2] / "docs"
NAMES = {each.name for each in READERS}
OWN = {"themis": "trajectory-format.md"}  # whose page others link to from everywhere


def _page(name: str) -> str:
    return OWN.get(name, f"formats/{name}.md")


def test_every_reader_has_one_row_that_leads_to_its_page() -> None:
    table = (DOCS / "formats.md").read_text("utf-8")
    rows = re.findall(r"^\| \[`([\w-]+)`\]\(([\w/.-]+)\) \|", table, re.MULTILINE)
    assert sorted(rows) == sorted((name, _page(name)) for name in NAMES)


def test_the_readme_counts_the_formats() -> None:
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert f"Runs of {len(NAMES)} formats" in readme


def test_every_reader_has_a_page() -> None:
    pages = {page.stem for page in (DOCS / "formats").glob("*.md")}
    assert pages == NAMES - set(OWN)
    assert all((DOCS / page).is_file() for page in OWN.values())


def test_every_page_begins_with_a_title() -> None:
    for each in READERS:
        first = (DOCS / _page(each.name)).read_text("utf-8").splitlines()[0]
        assert first.startswith("# "), each.name
