"""Several named models from one TOML file, read strictly: an error names the place and the remedy.

default = "judge"              # asked where no model is named; else the first one

[[models]]
name = "judge"

[[models.endpoints]]
url = "http://10.0.0.1:8001/v1"
model = "qwen3-vl"
key_file = "judge.key"         # or key = "..."
concurrency = 24
timeout = 180
prices = { read = 0.2, cached = 0.05, written = 0.6 }
image_ids = true
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from themis.critic.models.endpoint import endpoint as checked
from themis.critic.models.pricing import Prices
from themis.domain.errors import Misconfigured
from themis.pipeline.endpoint import CONCURRENCY, NAME, TIMEOUT, Endpoint, Origin

Table: TypeAlias = dict[str, object]
VARIABLE = "THEMIS_MODELS_FILE"
FIELDS = ("url", "model", "key", "key_file", "concurrency", "timeout", "prices", "image_ids")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsFile:
    """What stands in the file: endpoints by the model's name, and which one is the default."""

    models: Mapping[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    default: str = ""


def read(path: str) -> ModelsFile:
    """The models of a file, none where no file is given; raises Misconfigured."""
    if not path:
        return ModelsFile()
    try:
        written = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"{VARIABLE}: {path} cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise Misconfigured(f"{VARIABLE}: {path} is not TOML: {error}") from None
    return _Reader(Path(path)).read(written)


class _Reader:
    """One file; everything it refuses is named by the place where it stands."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, written: Table) -> ModelsFile:
        self._known(written, "", ("default", "models"))
        models = dict(self._model(*each) for each in self._tables(written, "", "models"))
        if len(models) < len(list(self._tables(written, "", "models"))):
            raise self._wrong("models", "two have the same name; list all endpoints under one")
        default = self._text(written, "", "default", needed=False) or next(iter(models))
        if default not in models:
            raise self._wrong("default", f"names none of {', '.join(models)}")
        return ModelsFile(models=models, default=default)

    def _model(self, at: str, table: Table) -> tuple[str, tuple[Endpoint, ...]]:
        self._known(table, at, ("name", "endpoints"))
        name = self._text(table, at, "name")
        if not NAME.fullmatch(name):
            raise self._wrong(
                f"{at}.name", "takes up to 40 letters, digits, dots, dashes and underscores"
            )
        return name, tuple(self._endpoint(*each) for each in self._tables(table, at, "endpoints"))

    def _endpoint(self, at: str, table: Table) -> Endpoint:
        self._known(table, at, FIELDS)
        url = self._text(table, at, "url")
        try:
            checked(url)
        except Misconfigured as error:
            raise self._wrong(f"{at}.url", str(error).removeprefix("THEMIS_MODEL_URL ")) from None
        image_ids = table.get("image_ids")
        if image_ids is not None and not isinstance(image_ids, bool):
            raise self._wrong(f"{at}.image_ids", "takes true or false; without it vLLM is detected")
        return Endpoint(
            url=url,
            model=self._text(table, at, "model"),
            key=self._key(table, at),
            concurrency=self._number(table, at, "concurrency", CONCURRENCY),
            timeout=self._number(table, at, "timeout", TIMEOUT),
            origin=Origin.FILE,
            prices=self._prices(table.get("prices"), f"{at}.prices"),
            image_ids=image_ids,
        )

    def _key(self, table: Table, at: str) -> str:
        file = self._text(table, at, "key_file", needed=False)
        if not file:
            return self._text(table, at, "key", needed=False)
        if "key" in table:
            raise self._wrong(f"{at}.key_file", "stands beside a key; give one of them")
        try:
            return (self._path.parent / file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self._wrong(f"{at}.key_file", f"{file} cannot be read ({error})") from None

    def _prices(self, table: object, at: str) -> Prices | None:
        if table is None:
            return None
        if not isinstance(table, dict):
            raise self._wrong(at, "takes { read = ..., cached = ..., written = ... }")
        self._known(table, at, ("read", "cached", "written"))
        for name in ("read", "written"):
            if name not in table:
                raise self._wrong(f"{at}.{name}", "is missing: what a million tokens cost")
        each = {name: self._price(table[name], f"{at}.{name}") for name in table}
        return Prices(read=each["read"], written=each["written"], cached=each.get("cached"))

    def _price(self, price: object, at: str) -> float:
        if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price < 1e9:
            raise self._wrong(at, "takes a number from 0: what a million tokens cost")
        return float(price)

    def _number(self, table: Table, at: str, name: str, default: int) -> int:
        number = table.get(name, default)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 100_000:
            raise self._wrong(f"{at}.{name}", "takes a whole number of at least 1")
        return number

    def _text(self, table: Table, at: str, name: str, *, needed: bool = True) -> str:
        text = table.get(name, "")
        if not isinstance(text, str):
            raise self._wrong(f"{at}.{name}".strip("."), "takes words in quotes")
        if needed and not text.strip():
            raise self._wrong(f"{at}.{name}".strip("."), "is missing")
        return text.strip()

    def _tables(self, table: Table, at: str, name: str) -> Iterator[tuple[str, Table]]:
        tables = table.get(name)
        where = f"{at}.{name}".strip(".")
        if not isinstance(tables, list) or not tables:
            raise self._wrong(where, f"is missing: it takes one or more [[{name}]]")
        for number, each in enumerate(tables, 1):
            if not isinstance(each, dict):
                raise self._wrong(f"{where}[{number}]", "takes a table")
            yield f"{where}[{number}]", each

    def _known(self, table: Table, at: str, names: tuple[str, ...]) -> None:
        for name in table:
            if name not in names:
                raise self._wrong(
                    f"{at}.{name}".strip("."), f"is unknown; there are {', '.join(names)}"
                )

    def _wrong(self, at: str, what: str) -> Misconfigured:
        return Misconfigured(f"{VARIABLE}: {self._path}: {at} {what}")
