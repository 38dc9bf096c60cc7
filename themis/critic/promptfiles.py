"""Prompts, the forms of their replies and their version: files beside the critic that asks.

`NAME.md` is what is asked, `NAME.schema.json` the JSON schema of the reply, `VERSION` a number for
people. The version of a critic is that number and a digest over all of its files, so that changing
a word of any makes another version.
"""

from __future__ import annotations

import hashlib
import json
import typing
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from types import MappingProxyType

from themis.domain.jsontypes import Json

SHARED = "themis.critic.examination.prompts"
EXAMINER = "examiner"
DIGEST_CHARS = 8
NOTHING: Mapping[str, str] = MappingProxyType({})


class PromptFiles:
    """The named files of a package, and what is told first.

    `system` names a file of the package; without it, it is what all examiners are told.
    `besides` are texts from other files that are asked as well.
    """

    def __init__(
        self,
        package: str,
        *names: str,
        system: str = "",
        besides: Mapping[str, str] = NOTHING,
    ) -> None:
        self._besides = dict(besides)
        self._number = _text(files(package) / "VERSION")
        self._system = _text(
            files(package) / f"{system}.md" if system else files(SHARED) / f"{EXAMINER}.md"
        )
        self._texts = {name: _text(files(package) / f"{name}.md") for name in names}
        self._schemas = {
            name: _text(path)
            for name in names
            if (path := files(package) / f"{name}.schema.json").is_file()
        }

    @property
    def system(self) -> str:
        """What is told first, the same in every case."""
        return self._system

    @property
    def version(self) -> str:
        """The version of whoever asks by these files: "2.1f0c9a3b"."""
        files_ = (self._texts, self._schemas, self._besides)
        told = [self._number, self._system, *(part for each in files_ for part in _flat(each))]
        digest = hashlib.sha256("\0".join(told).encode()).hexdigest()
        return f"{self._number}.{digest[:DIGEST_CHARS]}"

    def text(self, name: str) -> str:
        """One prompt as it stands in its file."""
        return self._texts[name]

    def question(self, name: str, **facts: str) -> str:
        """One prompt with its facts filled in; `$` within the facts stays as it is."""
        return Template(self._texts[name]).substitute(facts)

    def schema(self, name: str) -> dict[str, Json]:
        """The JSON schema that replies to one prompt have to fit."""
        return typing.cast("dict[str, Json]", json.loads(self._schemas[name]))


def _flat(texts: dict[str, str]) -> list[str]:
    return [part for name, text in sorted(texts.items()) for part in (name, text)]


def _text(path: Traversable) -> str:
    return path.read_text(encoding="utf-8").strip()
