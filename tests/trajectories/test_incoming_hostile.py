"""Archives made to do harm: each is refused in a sentence, and nothing of it stays."""

from __future__ import annotations

import struct
import tarfile
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests.trajectories.archives import (
    PACKERS,
    header,
    overlapping,
    pax,
    record,
    tar_of,
    tarred,
    zipped,
)
from tests.trajectories.test_incoming import laid
from themis.domain.errors import UnreadableTrajectory
from themis.trajectories.incoming import names

LEADS_OUT = ["../up", "a/../../b", "/etc/passwd", "c:\\x", "..\\..\\x", "a/..", "//x"]
MISLEADS = ["a\u202egnp.exe", "a\u200bb", "a\x07b", "a\x7f", "a\u2028b", "\ufeffa", "a\x85"]
TOO_LONG = ["x" * 300, "/".join("x" * 20), "/".join(["y" * 150] * 8)]


def refused(content: bytes, name: str = "x.zip") -> str:
    """The sentence with which an archive is refused, whole."""
    with laid((name, content), ("good.txt", b"1")) as (there, complaints, _):
        assert there == ["good.txt"]
        (complaint,) = complaints
        assert complaint.startswith(name)
        return complaint


@pytest.mark.parametrize("name", [*LEADS_OUT, *MISLEADS, *TOO_LONG])
def test_a_bad_name_refuses_the_archive(name: str) -> None:
    for content in (zipped(("ok", b""), (name, b"evil")), tarred(("ok", b""), (name, b"evil"))):
        assert "not a name that can be stored" in refused(content)


def test_a_message_cannot_be_turned_around() -> None:
    said = refused(tarred(("a\u202egnp.exe", b"")))
    assert "\u202e" not in said
    assert "U+202E (RIGHT-TO-LEFT OVERRIDE)" in said


def test_emoji_and_words_that_join_are_names() -> None:
    assert names.parts_of("👩\u200d💻/می\u200cخواهم.txt")


def test_a_nul_in_a_zips_name_does_not_hide_its_end() -> None:
    content = zipped(("shot.png_evil.sh", b"")).replace(b"shot.png_evil.sh", b"shot.png\0evil.sh")
    assert "U+0000" in refused(content)


def test_names_that_differ_only_in_case_are_refused() -> None:
    said = refused(zipped(("run/Shot.png", b"1"), ("run/shot.PNG", b"2")))
    assert "only in case" in said
    assert "two files of this name" in refused(tarred(("a", b"1"), ("a", b"2")))
    assert "only in case or in how it is written" in refused(
        tarred(("e\u0301", b"1"), ("\xe9", b"2"))
    )


def test_a_file_that_is_also_a_folder_is_refused() -> None:
    for members in ([("a", b"1"), ("a/b", b"2")], [("a/b", b"2"), ("a", b"1")]):
        assert "a file and a folder of this name" in refused(zipped(*members))


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z"],
)
def test_links_and_devices_in_a_tar_are_refused(kind: bytes) -> None:
    said = refused(tar_of(header("way-out", kind, linkname="/etc/passwd")))
    assert "way-out is a link or device" in said


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666, 0o140777])
def test_links_and_devices_in_a_zip_are_refused(mode: int) -> None:
    info = zipfile.ZipInfo("way-out")
    info.external_attr = mode << 16
    assert "way-out is a link or device" in refused(zipped((info, b"/etc/passwd")))


def test_sparse_files_are_refused() -> None:
    assert "sparse" in refused(tar_of(header("holes", tarfile.GNUTYPE_SPARSE)))
    for key in ("GNU.sparse.major", "GNU.sparse.map"):
        assert "sparse" in refused(pax(record(key, "1"), tarred(("holes", b"1"))))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_huge_header_is_not_read(kind: bytes) -> None:
    tracemalloc.start()
    content = tar_of(header("ahead", kind, size=7 * 2**30))
    assert "header" in refused(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


def test_extended_headers_cannot_smuggle_a_name() -> None:
    assert "leads out" in refused(pax(record("path", "../../up"), tarred(("fine", b"1"))))
    longer = header("@LongLink", tarfile.GNUTYPE_LONGNAME, size=6).tobuf(tarfile.GNU_FORMAT)
    assert "leads out" in refused(longer + b"../up\0" + bytes(506) + tarred(("fine", b"1")))


@pytest.mark.parametrize("size", ["-1", "99999999999999999999", "1e3", "", "9" * 5000, "٣"])
def test_an_extended_size_that_is_none_is_refused(size: str) -> None:
    assert "pack it again" in refused(pax(record("size", size), tarred(("fine", b"1"))))


def test_an_extended_size_beyond_the_end_is_refused() -> None:
    assert "cut off" in refused(pax(record("size", "1000000"), tarred(("fine", b"1"))))


@pytest.mark.parametrize("records", [b"junk\n", b"5 a=b\n", b"99 a=b\n", b"0 =\n", b"6 abc\n"])
def test_broken_records_are_refused(records: bytes) -> None:
    assert "pack it again" in refused(pax(records, tarred(("fine", b"1"))))


def test_a_member_of_negative_size_is_refused() -> None:
    block = bytearray(header("x").tobuf(tarfile.GNU_FORMAT))
    block[124:136] = b"\xff" * 12  # two's complement, minus one
    block[148:156] = b"        "
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    assert "no number" in refused(bytes(block) + bytes(1024), "x.tar")


def test_members_that_overlap_are_refused() -> None:
    assert "overlap" in refused(overlapping())


def test_a_zip_bomb_is_refused_before_it_is_unpacked(settings: Settings) -> None:
    settings.UPLOAD_RATIO = 10
    assert "10 times as large" in refused(zipped(("zeros", bytes(70 * 2**20))))


@pytest.mark.parametrize("packer", list(PACKERS))
def test_a_tar_bomb_stops_where_it_opens(packer: str, settings: Settings) -> None:
    settings.UPLOAD_RATIO = 10
    bomb = PACKERS[packer](tarred(("zeros", bytes(70 * 2**20))))
    assert "10 times as large" in refused(bomb)


def test_a_bomb_behind_the_end_of_a_tar_stops_too(settings: Settings) -> None:
    settings.UPLOAD_RATIO = 10
    assert "10 times" in refused(PACKERS["xz"](tarred(("a", b"1")) + bytes(70 * 2**20)))


def test_a_bomb_in_a_bomb_is_never_opened() -> None:
    inner = zipped(("zeros", bytes(10 * 2**20)))
    with laid(("x.zip", zipped(*((f"{n}.zip", inner) for n in range(5))))) as (there, _, _):
        assert there == [f"x/{n}.zip" for n in range(5)]


def test_too_many_members_are_refused_before_any_is_made(settings: Settings) -> None:
    settings.UPLOAD_FILES = 50
    many = [(f"{n}", b"") for n in range(60)]
    assert "over 50 files" in refused(zipped(*many))
    assert "more than 50 files" in refused(tarred(*many))
    folders = tar_of(*(header(f"{n}", tarfile.DIRTYPE) for n in range(200)))
    assert "over 50 files" in refused(folders)


def test_a_directory_of_millions_is_not_built() -> None:
    entry = struct.pack("<4s42x", b"PK\x01\x02")
    directory = entry * 200_000
    end = struct.pack("<4s4HLLH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    tracemalloc.start()
    assert "over 20,000 files" in refused(b"PK\x03\x04" + directory + end)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * 2**20


def test_a_zip_that_lies_in_64_bits_is_refused() -> None:
    good = zipped(("a", b"1"))
    at = good.index(b"PK\x05\x06")
    far = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 2**62, 2**62)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    for end in (good[at:], good[at:12] + b"\xff" * 8 + b"\0\0"):
        refused(good[:at] + far + locator + end)


def test_an_encrypted_zip_is_refused() -> None:
    good = bytearray(zipped(("a", b"1")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        good[good.index(signature) + offset] |= 1
    assert "without a password" in refused(bytes(good))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_without_a_bound_are_refused(method: int) -> None:
    assert "plain zip (deflate)" in refused(zipped(("a", b"1" * 99), method=method))


def test_an_xz_that_asks_for_gigabytes_of_memory_is_refused() -> None:
    with laid(("x.tar.xz", PACKERS["xz"](tarred(("a", b"1"))))) as (there, _, _):
        assert there
    greedy = bytearray(PACKERS["xz"](tarred(("a", b"1"))))
    at = greedy.index(b"\x21\x01") + 2  # the dictionary's size in the filter flags
    greedy[at] = 40  # 4 GB
    refused(bytes(greedy), "x.tar.xz")


@examples(max_examples=40, deadline=None)
@given(st.binary(max_size=2000))
def test_whatever_follows_a_magic_is_refused_or_kept(content: bytes) -> None:
    for magic in (b"PK\x03\x04", b"\x1f\x8b\x08\0", b"BZh9", b"\xfd7zXZ\0", b""):
        with laid(("x.zip", magic + content)) as (there, complaints, _):
            assert len(there) + len(complaints) == 1


@examples(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=40)), max_size=5))
def test_whatever_a_tar_holds_stays_inside(members: list[tuple[str, bytes]]) -> None:
    encodable = [(name.encode("utf-8", "replace").decode(), data) for name, data in members]
    with laid(("x.tar", tarred(*encodable, kind=tarfile.PAX_FORMAT))) as (there, complaints, _):
        assert all(each.startswith("x/") for each in there)
        assert not (there and complaints)


@examples(deadline=None)
@given(st.text())
def test_a_name_is_seen_as_it_is_or_refused(name: str) -> None:
    try:
        parts = names.parts_of(name)
    except UnreadableTrajectory as error:
        assert names.shown(str(error)) == str(error)[:200]
        return
    assert names.shown("/".join(parts)) == "/".join(parts)[:200]
