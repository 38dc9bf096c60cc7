"""What a file is by its first bytes. Its name says nothing that is believed."""

from __future__ import annotations

import io
import tarfile

from themis.trajectories.incoming import inflate

BLOCK = tarfile.BLOCKSIZE  # bytes of a tar header
HEAD = 2**20  # bytes that are enough to tell: a block of bzip2 is unpacked whole

ZIP, TAR, FOREIGN = "zip", "tar", "foreign"
_STREAMS = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz"}
_FOREIGN = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
ENDINGS = (
    *(".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz", ".tbz2", ".tbz", ".txz", ".tzst"),
    *(".zip", ".tar", ".7z", ".rar"),
)


def archive_of(head: bytes) -> str:
    """ZIP, TAR, FOREIGN or nothing; `head` is the beginning of the file.

    A picture with an archive behind it begins as a picture, and stays one.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return ZIP
    if foreign_of(head):
        return FOREIGN
    return TAR if _is_tar(_opened(head)) else ""


def is_enough(head: bytes) -> bool:
    """Whether `archive_of` can tell from so much; at the end of a file it always can."""
    return len(head) >= (HEAD if stream_of(head) else BLOCK)


def stream_of(head: bytes) -> str:
    """How it is compressed: "gzip", "bzip2", "xz" or not at all."""
    return next((kind for magic, kind in _STREAMS.items() if head.startswith(magic)), "")


def foreign_of(head: bytes) -> str:
    """The name of a kind of archive that is not unpacked here."""
    return next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), "")


def is_picture(head: bytes) -> bool:
    """Whether it begins as a picture does."""
    return head.startswith(_PICTURES)


def ending_of(name: str) -> str:
    """The ending by which a name claims to be an archive; empty if it does not."""
    lower = name.lower()
    return next((ending for ending in ENDINGS if lower.endswith(ending)), "")


def _opened(head: bytes) -> bytes:
    kind = stream_of(head)
    if not kind:
        return head[:BLOCK]
    try:
        return inflate.Stream(io.BytesIO(head), kind, size=len(head)).read(BLOCK)
    except (*inflate.BROKEN, OSError):
        return b""


def _is_tar(block: bytes) -> bool:
    """Whether a tar header stands there: one whose checksum is right."""
    if len(block) < BLOCK or not block.strip(b"\0"):
        return False
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True
