"""Several models from a file: read strictly, with the place and the remedy in every error."""

from __future__ import annotations

from pathlib import Path

import pytest

from themis.critic.models.pricing import Prices
from themis.domain.errors import Misconfigured
from themis.pipeline import modelsfile
from themis.pipeline.endpoint import Endpoint, Origin
from themis.pipeline.modelsfile import ModelsFile

FULL = """
default = "eyes"

[[models]]
name = "judge"

[[models.endpoints]]
url = "http://a:8001/v1"
model = "qwen3-vl"
key_file = "judge.key"
concurrency = 24
timeout = 60
prices = { read = 0.2, cached = 0.05, written = 1 }
image_ids = true

[[models.endpoints]]
url = "https://b/v1"
model = "qwen-max"
key = "sk-b"

[[models]]
name = "eyes"

[[models.endpoints]]
url = "http://c/v1"
model = "small"
"""
ENDPOINT = '[[models]]\nname = "a"\n[[models.endpoints]]\nurl = "http://c/v1"\nmodel = "m"\n'


def read(folder: Path, text: str) -> ModelsFile:
    (folder / "models.toml").write_text(text, "utf-8")
    return modelsfile.read(str(folder / "models.toml"))


def test_no_file_is_no_model() -> None:
    assert modelsfile.read("") == ModelsFile()


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "judge.key").write_text("sk-a\n")
    found = read(tmp_path, FULL)
    assert found.default == "eyes"
    assert list(found.models) == ["judge", "eyes"]
    first, second = found.models["judge"]
    assert first == Endpoint(
        url="http://a:8001/v1",
        model="qwen3-vl",
        key="sk-a",
        concurrency=24,
        timeout=60,
        origin=Origin.FILE,
        prices=Prices(read=0.2, cached=0.05, written=1.0),
        image_ids=True,
    )
    assert (second.key, second.concurrency, second.timeout, second.prices) == (
        "sk-b",
        16,
        180,
        None,
    )
    assert second.image_ids is None


def test_the_first_model_is_the_default_unless_one_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, ENDPOINT).default == "a"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("models = [", "is not TOML"),
        ("", r"models is missing: it takes one or more \[\[models\]\]"),
        ("models = 3", "models is missing"),
        ("models = [3]", r"models\[1\] takes a table"),
        ("[[models]]", r"models\[1\]\.name is missing"),
        ('[[models]]\nname = "a"', r"models\[1\]\.endpoints is missing"),
        ('[[models]]\nname = "a b"\n', r"models\[1\]\.name takes up to 40 letters"),
        ('[[models]]\nname = 3\n', r"models\[1\]\.name takes words in quotes"),
        ('colour = "red"\n' + ENDPOINT, "colour is unknown; there are default, models"),
        ('default = "b"\n' + ENDPOINT, "default names none of a"),
        (ENDPOINT + ENDPOINT, "two have the same name"),
        (ENDPOINT + 'ports = 3\n', r"models\[1\]\.endpoints\[1\]\.ports is unknown"),
        (ENDPOINT + "concurrency = 0\n", "concurrency takes a whole number of at least 1"),
        (ENDPOINT + "concurrency = true\n", "concurrency takes a whole number"),
        (ENDPOINT + 'timeout = "5"\n', "timeout takes a whole number"),
        (ENDPOINT + "image_ids = 1\n", "image_ids takes true or false"),
        (ENDPOINT + 'key_file = "gone"\n', "key_file gone cannot be read"),
        (ENDPOINT + 'key = "k"\nkey_file = "gone"\n', "stands beside a key"),
        (ENDPOINT + "prices = 3\n", "prices takes"),
        (ENDPOINT + "prices = { read = 1 }\n", r"prices\.written is missing"),
        (ENDPOINT + "prices = { read = -1, written = 1 }\n", r"prices\.read takes a number"),
        (ENDPOINT + "prices = { read = nan, written = 1 }\n", r"prices\.read takes a number"),
        (ENDPOINT.replace("http://c/v1", "c:80"), r"url must be an http or https address"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_named_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Misconfigured, match=told) as refused:
        read(tmp_path, text)
    assert str(refused.value).startswith(f"THEMIS_MODELS_FILE: {tmp_path}/models.toml")


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"THEMIS_MODELS_FILE: .*cannot be read"):
        modelsfile.read(str(tmp_path / "gone"))


def test_a_key_is_never_in_an_error(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path, ENDPOINT + 'key = "sk-secret"\ncolour = 1\n')
    assert "sk-secret" not in str(refused.value)
