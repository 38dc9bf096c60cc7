"""How much work the bytes of a picture ask for, counted before anything decodes them.

Decoders hold the interpreter's lock. A picture of a few megabytes can keep one for hours: JPEG
with a hundred thousand scans over the same pixels, headers of a million empty parts.
"""

from __future__ import annotations

MAX_PARTS = 20_000  # chunks or segments; a PNG of 32 MB in the usual 8 kB has 4,000
MAX_SCANNED = 400_000_000  # pixels of all scans together; ten of the largest picture

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_START_OF_SCAN = 0xDA
_BARE = frozenset((0x00, 0x01, *range(0xD0, 0xDA)))  # JPEG markers without a length


def is_crowded(content: bytes) -> bool:
    """Whether there are more parts to walk over than any picture has."""
    if content.startswith(_PNG):
        return _is_crowded_png(content)
    return content.startswith(_JPEG) and _is_crowded_jpeg(content)


def scanned(content: bytes, pixels: int) -> int:
    """How many pixels its decoder goes over, all scans of a JPEG counted."""
    if not content.startswith(_JPEG):
        return pixels
    # In coded data a byte FF is followed by 00 or a restart, so that each of these is a scan.
    return pixels * content.count(bytes((0xFF, _START_OF_SCAN)))


def _is_crowded_png(content: bytes) -> bool:
    at = len(_PNG)
    for _ in range(MAX_PARTS):
        if at >= len(content):
            return False
        at += 12 + int.from_bytes(content[at : at + 4])
    return True


def _is_crowded_jpeg(content: bytes) -> bool:
    """Fill bytes and junk between the segments count, too: decoders skip them one by one."""
    at = len(_JPEG)
    for _ in range(MAX_PARTS):
        marker = content[at + 1 : at + 2]
        if not marker or (content[at] == 0xFF and marker[0] == _START_OF_SCAN):
            return False
        if content[at] != 0xFF or marker[0] == 0xFF:
            at += 1
        elif marker[0] in _BARE:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return True
