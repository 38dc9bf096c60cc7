"""Prompts that stand in files beside the critic that asks them."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from string import Template

SHARED = "themis.critic.examination.prompts"
EXAMINER = "examiner"


class PromptFiles:
    """The named Markdown files of a package, and what every examiner is told first."""

    def __init__(self, package: str, *names: str) -> None:
        self._texts = {EXAMINER: _text(SHARED, EXAMINER)}
        self._texts |= {name: _text(package, name) for name in names}

    @property
    def system(self) -> str:
        """What is told first, the same in every case."""
        return self._texts[EXAMINER]

    @property
    def digest(self) -> str:
        """One name for exactly these prompts; changing one changes the settings hash."""
        joined = "\0".join(f"{name}\0{text}" for name, text in sorted(self._texts.items()))
        return hashlib.sha256(joined.encode()).hexdigest()[:16]

    def question(self, name: str, **facts: str) -> str:
        """One prompt with its facts filled in; `$` within the facts stays as it is."""
        return Template(self._texts[name]).substitute(facts)


def _text(package: str, name: str) -> str:
    return files(package).joinpath(f"{name}.md").read_text(encoding="utf-8").strip()
