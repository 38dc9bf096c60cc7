"""Archives to test with, good and bad ones, each made here."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable

FILES = {"one/a.png": b"1", "b.txt": b"two"}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def zipped(
    *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of those members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=method)
    return out.getvalue()


def tarred(*members: tuple[str, bytes], kind: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar of those files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return out.getvalue()


def tar_of(*headers: tarfile.TarInfo) -> bytes:
    """A tar of headers alone."""
    blocks = b"".join(header.tobuf(tarfile.GNU_FORMAT) for header in headers)
    return blocks + bytes(2 * tarfile.BLOCKSIZE)


def header(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    """One tar header."""
    found = tarfile.TarInfo(name)
    found.type = kind
    for field, value in fields.items():
        setattr(found, field, value)
    return found


def pax(records: bytes, then: bytes = b"") -> bytes:
    """A tar that begins with an extended header of those records, followed by other members."""
    ahead = header("ahead", tarfile.XHDTYPE, size=len(records)).tobuf(tarfile.GNU_FORMAT)
    return ahead + records + bytes(-len(records) % tarfile.BLOCKSIZE) + then


def record(key: str, value: str) -> bytes:
    """One record of an extended header."""
    rest = f" {key}={value}\n".encode()
    length = len(rest) + len(str(len(rest)))
    length += len(str(length)) - len(str(len(rest)))
    return str(length).encode() + rest


def overlapping(copies: int = 50, size: int = 100_000) -> bytes:
    """A zip whose directory names one packed member many times."""
    good = zipped(("0", bytes(size)))
    at = good.index(b"PK\x01\x02")
    end = good.index(b"PK\x05\x06")
    entry, tail = good[at:end], good[end:]
    entries = b"".join(entry[:46] + str(n).encode()[-1:] + entry[47:] for n in range(copies))
    counts = struct.pack("<HHL", copies, copies, len(entries))
    return good[:at] + entries + tail[:8] + counts + tail[16:]
