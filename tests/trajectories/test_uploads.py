"""Uploads stay inside their folder and inside their limits."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from themis.domain.errors import UnreadableTrajectory
from themis.trajectories import uploads
from themis.trajectories.incoming import names, zips


def file(content: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile("file", content)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file(out.getvalue())


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_files_keep_their_folders() -> None:
    with uploads.laid_out([("run/a.png", file()), ("run/b/c.json", file())]) as (folder, left_out):
        assert names_in(folder) == ["run/a.png", "run/b/c.json"]
        assert not left_out
    assert not folder.exists()


def test_a_zip_becomes_a_folder_of_its_name() -> None:
    with uploads.laid_out([("runs.zip", zipped(("one/a.png", b"1"), ("b.txt", b"2")))]) as (it, _):
        assert names_in(it) == ["runs/b.txt", "runs/one/a.png"]


@pytest.mark.parametrize(
    "name",
    [
        "../up.txt",
        "/etc/passwd",
        "a/../../b",
        "c:\\x",
        "..\\..\\x",
        "a\0b",
        "\ud800",
        "x" * 300,
        "",
    ],
)
def test_a_name_that_leads_out_is_refused(name: str, settings: Settings) -> None:
    with uploads.laid_out([(name, file()), ("good.txt", file())]) as (folder, left_out):
        assert names_in(folder) == ["good.txt"]
        assert len(left_out) == 1
    assert names_in(settings.HOME) == []


@pytest.mark.parametrize("name", ["../up.txt", "a/../../b", "..\\..\\x", "x" * 300, "/", "//x"])
def test_a_zip_with_such_a_name_is_refused_whole(name: str) -> None:
    with uploads.laid_out([("z.zip", zipped(("ok", b""), (name, b"evil")))]) as (folder, left_out):
        assert names_in(folder) == [] or all(each.startswith("z/") for each in names_in(folder))
        assert names_in(folder) == [] or not left_out


def test_a_link_in_a_zip_is_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with uploads.laid_out([("z.zip", zipped((link, b"/etc/passwd")))]) as (folder, left_out):
        assert names_in(folder) == []
        assert "link" in left_out[0]


def test_a_bomb_stops_at_the_limit(settings: Settings) -> None:
    settings.UPLOAD_UNPACKED = 1000
    with uploads.laid_out([("z.zip", zipped(("big", bytes(10_000))))]) as (folder, left_out):
        assert names_in(folder) == []
        assert "unpacked" in left_out[0]


def test_a_bomb_that_lies_about_its_size_stops_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_UNPACKED = 5000
    monkeypatch.setattr(zips, "_check_all", lambda *_: None)
    with uploads.laid_out([("z.zip", zipped(("big", bytes(10_000))))]) as (_, left_out):
        assert "unpacked" in left_out[0]


def test_too_many_files_are_refused(settings: Settings) -> None:
    settings.UPLOAD_FILES = 2
    with uploads.laid_out([(f"{n}.txt", file()) for n in range(4)]) as (folder, left_out):
        assert len(names_in(folder)) == 2
        assert len(left_out) == 2


def test_what_is_no_zip_says_so() -> None:
    with uploads.laid_out([("run.zip", file(b"PK\x03\x04 nonsense"))]) as (_, left_out):
        assert "pack it again" in left_out[0]


@examples(deadline=None)
@given(st.text())
def test_a_name_is_safe_or_refused(name: str) -> None:
    try:
        parts = names.parts_of(name)
    except UnreadableTrajectory:
        return
    assert parts
    assert ".." not in parts
    assert not Path(*parts).is_absolute()
