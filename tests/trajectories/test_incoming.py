"""Archives from outside: told by their content, unpacked whole or not at all."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from tests import stories
from tests.trajectories.archives import FILES, PACKERS, tarred, zipped
from themis.trajectories import uploads
from themis.trajectories.incoming.room import Room


@contextmanager
def laid(*files: tuple[str, bytes]) -> Iterator[tuple[list[str], list[str], Path]]:
    """What stands in the folder, the complaints, and the folder."""
    given = [(name, SimpleUploadedFile("x", content)) for name, content in files]
    with uploads.laid_out(given) as (folder, complaints):
        there = (path for path in folder.rglob("*") if path.is_file())
        yield sorted(str(path.relative_to(folder)) for path in there), complaints, folder


def packed(kind: str) -> bytes:
    members = tuple(FILES.items())
    if kind == "zip":
        return zipped(*members)
    return PACKERS[kind](tarred(*members)) if kind in PACKERS else tarred(*members)


KINDS = ["zip", "tar", "gz", "bz2", "xz"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["runs.zip", "runs.tar.gz", "runs.tar", "runs.TGZ", "runs"])
def test_an_archive_is_told_by_its_content(kind: str, name: str) -> None:
    with laid((name, packed(kind))) as (there, complaints, folder):
        assert complaints == []
        assert there == ["runs/b.txt", "runs/one/a.png"]
        assert (folder / "runs/b.txt").read_bytes() == b"two"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_cut_off_leaves_nothing(kind: str) -> None:
    content = packed(kind)
    for length in range(1, len(content), max(1, len(content) // 40)):
        if kind == "tar" and length >= 5 * 512:
            continue  # only padding is gone
        with laid(("runs.tar", content[:length])) as (there, complaints, _):
            assert there == []
            assert len(complaints) == 1, length


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_byte_never_does_more_than_refuse(kind: str) -> None:
    content = packed(kind)
    for at in range(0, len(content), max(1, len(content) // 200)):
        broken = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        with laid(("runs.zip", broken)) as (there, complaints, _):
            assert bool(there) != bool(complaints) or there


def test_a_picture_with_a_zip_behind_it_stays_a_picture() -> None:
    both = stories.png() + zipped(("evil.json", b"{}"))
    with laid(("shot.png", both), ("other.zip", both)) as (there, complaints, folder):
        assert there == ["other.zip", "shot.png"]
        assert complaints == []
        assert (folder / "shot.png").read_bytes() == both


def test_a_compressed_file_that_is_no_tar_stays_a_file() -> None:
    pickled = PACKERS["gz"](b"a checkpoint" * 100)
    with laid(("checkpoint.pkl.gz", pickled)) as (there, complaints, _):
        assert (there, complaints) == (["checkpoint.pkl.gz"], [])


def test_a_document_within_a_folder_stays_a_file() -> None:
    with laid(("run/sheet.xlsx", packed("zip"))) as (there, _, _):
        assert there == ["run/sheet.xlsx"]


def test_an_archive_within_a_dropped_folder_is_unpacked_by_name_and_content() -> None:
    with laid(("all/one.zip", packed("gz"))) as (there, _, _):
        assert there == ["all/one/b.txt", "all/one/one/a.png"]


def test_an_archive_within_an_archive_stays_a_file() -> None:
    with laid(("outer.zip", zipped(("inner.zip", packed("zip"))))) as (there, complaints, _):
        assert (there, complaints) == (["outer/inner.zip"], [])


@pytest.mark.parametrize(
    ("magic", "kind"),
    [(b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!\x1a\x07", "RAR")],
)
def test_other_archives_are_refused_by_name(magic: bytes, kind: str) -> None:
    with laid(("runs.tar.zst", magic + b"x" * 600)) as (there, complaints, _):
        assert there == []
        assert (
            f"a {kind} archive cannot be unpacked here; pack it as zip or tar.gz" in complaints[0]
        )


def test_what_only_calls_itself_an_archive_is_refused() -> None:
    with laid(("runs.tar.gz", b"hello")) as (there, complaints, _):
        assert there == []
        assert "pack it again" in complaints[0]


def test_file_managers_leavings_are_left_out() -> None:
    members = [("run/a", b"1"), ("__MACOSX/run/._a", b"2"), ("run/._a", b"3"), (".DS_Store", b"4")]
    for content in (zipped(*members), tarred(*members)):
        with laid(("x.zip", content)) as (there, _, _):
            assert there == ["x/run/a"]


def test_two_archives_of_one_name_do_not_mix() -> None:
    with laid(("x.zip", packed("zip")), ("x.tar", packed("tar"))) as (there, complaints, _):
        assert there == ["x/b.txt", "x/one/a.png"]
        assert "x.tar: x: this came with it already" in complaints[0]


def test_a_refused_archive_does_not_take_a_name(settings: Settings) -> None:
    bad = zipped(("ok", b""), ("../up", b""))
    with laid(("x.zip", bad), ("x.tar", packed("tar"))) as (there, complaints, _):
        assert there == ["x/b.txt", "x/one/a.png"]
        assert len(complaints) == 1


def test_nothing_remains_even_of_what_fails(settings: Settings) -> None:
    with laid(("x.zip", packed("zip")[:-5]), ("y.tar", packed("xz")[:-30])):
        pass
    assert list((settings.HOME / "incoming").iterdir()) == []


def test_unpacking_takes_little_memory(settings: Settings) -> None:
    content = PACKERS["xz"](tarred(("zeros", bytes(60 * 2**20))))
    tracemalloc.start()
    with laid(("big.tar.xz", content)) as (there, _, _):
        assert there == ["big/zeros"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20


def test_a_long_tar_member_keeps_its_name_and_bytes() -> None:
    name = "/".join(["a-folder-with-quite-a-long-name"] * 6) + "/" + "x" * 150
    for kind in (0, 1, 2):  # ustar has no room for it
        if kind == 0:
            continue
        with laid(("x.tar", tarred((name, b"long"), kind=kind))) as (there, complaints, folder):
            assert there == [f"x/{name}"], complaints
            assert (folder / there[0]).read_bytes() == b"long"


def test_a_name_in_utf_8_is_kept() -> None:
    for content in (zipped(("Bücher/日本.txt", b"1")), tarred(("Bücher/日本.txt", b"1"), kind=2)):
        with laid(("x.zip", content)) as (there, _, _):
            assert there == ["x/Bücher/日本.txt"]


def test_a_full_disk_is_not_the_archives_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Room, "write", full)
    with pytest.raises(OSError, match="No space"), laid(("x.zip", packed("zip"))):
        pass


def test_a_zip_made_on_windows_keeps_its_folders() -> None:
    info = zipfile.ZipInfo("x")
    info.filename = "run\\a.txt"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, b"1")
    with laid(("x.zip", out.getvalue())) as (there, _, _):
        assert there == ["x/run/a.txt"]
