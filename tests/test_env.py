"""Settings from the environment are read loudly."""

from __future__ import annotations

from pathlib import Path

import pytest

from themis import env
from themis.domain.errors import Misconfigured


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("sk-1\n")
    monkeypatch.setenv("A_KEY_FILE", str(tmp_path / "key"))
    assert env.text("A_KEY") == "sk-1"


def test_a_file_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY_FILE", str(tmp_path / "gone"))
    with pytest.raises(Misconfigured, match="A_KEY_FILE"):
        env.text("A_KEY")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "\u0663", "0"])
def test_what_is_no_number_is_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", value)
    with pytest.raises(Misconfigured, match="A_NUMBER"):
        env.number("A_NUMBER", 5, at_least=1)


@pytest.mark.parametrize(
    ("value", "means"), [("1", True), ("Yes", True), ("off", False), ("", True)]
)
def test_yes_and_no(value: str, means: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=True) is means


def test_perhaps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_FLAG", "perhaps")
    with pytest.raises(Misconfigured, match="A_FLAG"):
        env.flag("A_FLAG")


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "home" / "secret"
    made = env.secret("NO_SUCH_SECRET", file)
    assert env.secret("NO_SUCH_SECRET", file) == made
    assert file.stat().st_mode & 0o777 == 0o600


def test_one_of_two_alone_is_refused() -> None:
    env.together(URL="", NAME="")
    env.together(URL="a", NAME="b")
    with pytest.raises(Misconfigured, match="NAME: not set"):
        env.together(URL="a", NAME="")
