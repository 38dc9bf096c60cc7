"""A model on this machine, as far as it goes without its packages; tests/e2e tries it for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from themis.critic.models import extras
from themis.critic.models.endpoint import endpoint
from themis.critic.models.local import is_local, local_from
from themis.domain.errors import Misconfigured


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As if the packages were here, with an empty hub cache."""
    monkeypatch.setattr(extras, "missing", list)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("local:/models/qwen", True),
        (" Local:Qwen/Qwen2.5-VL-3B-Instruct", True),
        ("http://localhost:8000/v1", False),
        ("http://local:8000/v1", False),
        ("", False),
    ],
)
def test_an_address_of_this_machine_begins_with_local(url: str, local: bool) -> None:
    assert is_local(url) is local


def test_where_an_address_is_asked_for_weights_are_refused() -> None:
    """A team's owner must not name folders of the machine."""
    with pytest.raises(Misconfigured, match="must be an http or https address"):
        endpoint("local:/etc")


def test_missing_packages_are_named_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "NEEDED", ("json", "no_such_package_here"))
    with pytest.raises(Misconfigured, match=r"no_such_package_here.*--extra local") as told:
        local_from("local:/models/qwen")
    assert "json" not in str(told.value)


def test_a_package_that_does_not_import_says_why() -> None:
    with pytest.raises(Misconfigured, match=r"no_such_package_here cannot be imported"):
        extras.package("no_such_package_here")


def test_a_folder_that_is_not_there_is_named_and_nothing_is_downloaded(installed: Path) -> None:
    with pytest.raises(Misconfigured, match=r"no folder '/nowhere'.*hf download"):
        local_from("local:/nowhere")


@pytest.mark.parametrize("name", ["", "\0", "a" * 5_000, "~nobody-of-that-name/x"])
def test_a_name_that_no_folder_can_have_is_refused(installed: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match="there is no folder"):
        local_from(f"local:{name}")


def test_a_folder_without_a_model_says_what_is_missing(installed: Path) -> None:
    with pytest.raises(Misconfigured, match=r"config\.json is missing"):
        local_from(f"local:{installed}")


def test_a_model_is_called_as_it_was_named_else_like_its_folder(installed: Path) -> None:
    folder = installed / "qwen-tiny"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    assert local_from(f"local:{folder}").name == "qwen-tiny"
    assert local_from(f"local:{folder}", model="judge").name == "judge"


def test_a_model_is_found_in_the_hubs_cache_by_its_name(installed: Path) -> None:
    kept = installed / "hub" / "models--Qwen--Qwen2.5-VL-3B-Instruct"
    for revision in ("aaa", "bbb"):
        (kept / "snapshots" / revision).mkdir(parents=True)
        (kept / "snapshots" / revision / "config.json").write_text("{}")
    assert local_from("local:Qwen/Qwen2.5-VL-3B-Instruct").folder.name == "bbb"
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("aaa\n")
    assert local_from("local:Qwen/Qwen2.5-VL-3B-Instruct").folder.name == "aaa"
