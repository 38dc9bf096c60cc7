"""Other people's files are the ones that the table names."""

from __future__ import annotations

import hashlib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


def table() -> dict[str, str]:
    lines = (VENDOR / "README.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return {row[0]: row[4] for row in cells[2:]}


def test_every_file_is_named_with_its_hash() -> None:
    kept = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.suffix in {".js", ".woff2", ".css"}
    }
    assert kept == table()


def test_every_file_comes_with_its_licence() -> None:
    readme = (VENDOR / "README.md").read_text()
    for path in VENDOR.glob("*.LICENSE.txt"):
        assert path.name in readme
    assert len(list(VENDOR.glob("*.LICENSE.txt"))) == len(table())
