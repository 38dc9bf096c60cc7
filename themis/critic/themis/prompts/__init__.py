"""The panel's prompts, one Markdown file per role; changing one changes the settings hash."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from string import Template

NAMES = ("court", "selector", "selector_again", "verifier", "reviewer", "judge")

TEXTS = {
    name: files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8") for name in NAMES
}


def system() -> str:
    """What every role is told first, the same in every case."""
    return TEXTS["court"].strip()


def question(name: str, facts: dict[str, str]) -> str:
    """One prompt with its facts filled in; `$` within the facts stays as it is."""
    return Template(TEXTS[name].strip()).substitute(facts)


def digest() -> str:
    """One name for exactly these prompts."""
    joined = "\0".join(TEXTS[name] for name in NAMES)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]
