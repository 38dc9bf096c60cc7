"""One compressed stream, read forwards in bounded pieces; a bomb stops where it opens."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import IO, Protocol

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory

PIECE = 2**18  # bytes taken in at a time, and at most given out at a time
HARMLESS = 64 * 2**20  # bytes that may come out of any archive, however small it is
XZ_MEMORY = 192 * 2**20  # bytes a dictionary of xz may take; its highest preset takes 65 MB
BROKEN = (zlib.error, lzma.LZMAError, EOFError, ValueError)


class _Decoder(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib's decoder with the manners of the other two."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _decoder(kind: str) -> _Decoder:
    if kind == "gzip":
        return _Gzip()
    if kind == "bzip2":
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor(memlimit=XZ_MEMORY)


class Stream:
    """Bytes of a plain or compressed file, in order. `kind`: "", "gzip", "bzip2" or "xz"."""

    def __init__(self, file: IO[bytes], kind: str, *, size: int) -> None:
        self._file = file
        self._kind = kind
        self._decoder = _decoder(kind) if kind else None
        self._ready = b""
        self._out = 0
        self._most = max(HARMLESS, size * settings.UPLOAD_RATIO)

    def read(self, count: int) -> bytes:
        """Up to so many bytes, fewer only at the end. `count` is the caller's to bound."""
        pieces = []
        while count > 0:
            piece = self._some()
            if not piece:
                break
            pieces.append(piece[:count])
            self._ready = piece[count:]
            count -= len(pieces[-1])
        return b"".join(pieces)

    def _some(self) -> bytes:
        if self._ready:
            ready, self._ready = self._ready, b""
            return ready
        piece = self._file.read(PIECE) if self._decoder is None else self._inflated(self._decoder)
        self._out += len(piece)
        if self._out > self._most:
            raise UnreadableTrajectory(
                f"unpacked it is over {settings.UPLOAD_RATIO} times as large; "
                "pack it again without filler"
            )
        return piece

    def _inflated(self, decoder: _Decoder) -> bytes:
        while True:
            if decoder.eof:
                rest = decoder.unused_data or self._file.read(PIECE)
                if not rest.strip(b"\0"):  # padding, as tapes have it
                    return b""
                decoder = self._decoder = _decoder(self._kind)  # another member follows
            else:
                rest = self._file.read(PIECE) if decoder.needs_input else b""
                if not rest and decoder.needs_input:
                    raise EOFError("it is cut off")
            if piece := decoder.decompress(rest, PIECE):
                return piece
