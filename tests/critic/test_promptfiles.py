"""Prompts, forms and versions are files, and changing one changes who judges."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from themis.critic import loader
from themis.critic.promptfiles import PromptFiles
from themis.critic.schemas import HERE, REPLIES, schema_text

FILES = {
    "VERSION": "3",
    "__init__.py": "",
    "opening.md": "You sit here.",
    "ask.md": "Is it $thing?",
    "ask.schema.json": '{"type": "object"}',
    "unused.md": "Nobody asks this.",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "asked_of_nobody"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def version(package: Path) -> str:
    return PromptFiles(package.name, "ask", system="opening").version


@pytest.mark.parametrize("name", ["VERSION", "opening.md", "ask.md", "ask.schema.json"])
def test_changing_any_file_changes_the_version(package: Path, name: str) -> None:
    before = version(package)
    (package / name).write_text(FILES[name].replace("e", "a") + "4")
    assert version(package) != before


def test_what_is_not_asked_changes_nothing(package: Path) -> None:
    before = version(package)
    (package / "unused.md").write_text("Nobody at all.")
    assert version(package) == before
    assert before.startswith("3.")


def test_a_question_holds_its_facts_and_its_form_is_the_file(package: Path) -> None:
    files = PromptFiles(package.name, "ask", system="opening")
    assert files.question("ask", thing="$5") == "Is it $5?"
    assert files.schema("ask") == {"type": "object"}


@pytest.mark.parametrize("name", REPLIES)
def test_the_form_in_the_file_is_the_form_that_is_read(name: str) -> None:
    written = (HERE / f"{name}.schema.json").read_text()
    assert written == schema_text(REPLIES[name]), "run python -m themis.critic.schemas"


def test_every_schema_file_has_a_type() -> None:
    found = {str(path.relative_to(HERE)) for path in HERE.rglob("*.schema.json")}
    assert found == {f"{name}.schema.json" for name in REPLIES}


@pytest.mark.parametrize("name", loader.CRITICS)
def test_every_version_fits_its_column(name: str) -> None:
    assert 0 < len(loader.critic(name).version) <= 20
