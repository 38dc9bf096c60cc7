"""The page of limits tells every bound there is, with its value, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from themis.formats import bounds

ROOT = Path(__file__).parents[1]
ROWS = [
    line
    for line in (ROOT / "docs" / "limits.md").read_text("utf-8").splitlines()
    if line.startswith("|")
]
BOUNDS = {name: value for name, value in vars(bounds).items() if name.startswith("MAX_")}
OF_WHAT_THEMIS_DOES = ("THEMIS_MODEL_", "THEMIS_WORKER")  # numbers that bound nothing foreign


def of_settings() -> Iterator[tuple[str, int]]:
    """Limits that the environment sets, and their defaults."""
    source = (ROOT / "themis" / "settings.py").read_text("utf-8")
    for name, default in re.findall(r'env\.number\("(\w+)", ([\d_]+)', source):
        if not name.startswith(OF_WHAT_THEMIS_DOES):
            yield name, int(default)


VARIABLES = dict(of_settings())


def named(pattern: str) -> list[str]:
    """The names in the tables, each as often as it stands there."""
    return sorted(re.findall(rf"`({pattern})`", "\n".join(ROWS)))


def row_of(name: str) -> str:
    (row,) = (row for row in ROWS if f"`{name}`" in row)
    return row


def told(value: int) -> str:
    """A number as the page has it."""
    for unit, size in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if value % size == 0:
            return f"| {value // size:,} {unit} |"
    return f"| {value:,} |"


def test_the_page_names_every_bound_of_the_readers_and_no_other() -> None:
    assert named(r"MAX_\w+") == sorted(BOUNDS)


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_the_page_tells_its_value(name: str) -> None:
    assert told(BOUNDS[name]) in row_of(name)


def test_the_page_names_every_variable_that_is_a_limit_and_no_other() -> None:
    assert named(r"THEMIS_\w+") == sorted(VARIABLES)


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_the_page_tells_its_default(name: str) -> None:
    unit = " MB" if name.endswith("_MB") else ""
    assert f"| {VARIABLES[name]:,}{unit} " in row_of(name)


def test_the_example_of_an_environment_lists_each_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert [name for name in VARIABLES if f"#{name}={VARIABLES[name]}\n" not in example] == []
