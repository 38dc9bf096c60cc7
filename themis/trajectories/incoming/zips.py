"""Zip files, member by member: counted, measured and compared before anything is unpacked."""

from __future__ import annotations

import itertools
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory
from themis.trajectories.incoming import names
from themis.trajectories.incoming.inflate import HARMLESS

CHUNK = 2**20
ENTRY = b"PK\x01\x02"  # begins each entry of the directory
MAX_DIRECTORY = 16 * 2**20  # bytes
LOCAL_HEADER = 30  # bytes before a member's name
# The library unpacks the other methods without a bound on what comes out at a time.
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class _Measured:
    """A file whose directory is counted before the library makes an object of each entry."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, count: int = -1) -> bytes:
        """The bytes; raises UnreadableTrajectory for a directory beyond all measure."""
        if count < 0:  # the library reads the end so
            count = MAX_DIRECTORY
        if count > MAX_DIRECTORY:
            raise UnreadableTrajectory(f"its directory is over {MAX_DIRECTORY // 2**20} MB")
        content = self._file.read(count)
        if content.startswith(ENTRY) and content.count(ENTRY) > settings.UPLOAD_FILES:
            raise UnreadableTrajectory(
                f"over {settings.UPLOAD_FILES:,} files once unpacked; upload in parts"
            )
        return content

    def seekable(self) -> bool:
        """As the library asks."""
        return True


def members(file: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and content of each file in a zip; raises UnreadableTrajectory or one of BROKEN."""
    with file.open("rb") as raw, zipfile.ZipFile(_Measured(raw)) as archive:
        every = archive.infolist()
        _check_all(every, archive.start_dir, file.stat().st_size)
        for each in every:
            _check(each)
        for each in every:
            if not each.is_dir():
                with archive.open(each) as content:
                    yield each.orig_filename, iter(lambda: content.read(CHUNK), b"")


def _check_all(every: list[zipfile.ZipInfo], directory: int, size: int) -> None:
    unpacked = sum(each.file_size for each in every)
    if unpacked > settings.UPLOAD_UNPACKED:
        raise UnreadableTrajectory(
            f"over {settings.UPLOAD_UNPACKED // 2**20:,} MB once unpacked; upload in parts"
        )
    if unpacked > max(HARMLESS, size * settings.UPLOAD_RATIO):
        raise UnreadableTrajectory(
            f"unpacked it is over {settings.UPLOAD_RATIO} times as large; "
            "pack it again without filler"
        )
    in_order = sorted(every, key=lambda each: each.header_offset)
    ends = [_least_end(each) for each in in_order]
    starts = [each.header_offset for each in in_order[1:]]
    for end, start in itertools.zip_longest(ends, starts, fillvalue=directory):
        if end > start:
            raise UnreadableTrajectory("its members overlap; pack it again")


def _least_end(member: zipfile.ZipInfo) -> int:
    name = len(member.orig_filename)  # characters: never more than its bytes
    return member.header_offset + LOCAL_HEADER + name + member.compress_size


def _check(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x41:  # encrypted, or strongly so
        raise UnreadableTrajectory("is encrypted; pack it without a password")
    mode = member.external_attr >> 16
    is_plain = stat.S_IFMT(mode) in {0, stat.S_IFREG, stat.S_IFDIR}
    if not is_plain:
        raise UnreadableTrajectory(
            f"{names.shown(member.orig_filename)} is a link or device; pack plain files only"
        )
    if member.compress_type not in METHODS and not member.is_dir():
        raise UnreadableTrajectory(
            f"{names.shown(member.orig_filename)} is packed in an uncommon way; "
            "pack it again with plain zip (deflate)"
        )
