"""Arithmetic in a process of its own, which gets lines and answers with lines.

It would hold the lock of a server that has others to answer.
"""

from __future__ import annotations

import logging
import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

from themis.domain.errors import ThemisError
from themis.pipeline import owner

log = logging.getLogger(__name__)

ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # the others are for those who wait
PIECE = 2**16  # bytes read at a time


class Gone(Exception):
    """Another process has the work."""


class Broke(ThemisError):
    """The process ended before its end."""


def cause_of(name: str, work: Callable[[], None]) -> str | None:
    """Do claimed work: why it broke, "" where it did not; None where another process has it."""
    try:
        work()
    except Gone:
        return None
    except ThemisError as error:
        return str(error)
    except Exception as error:
        log.exception("%s broke", name)
        return f"{type(error).__name__} inside Themis; its log says where"
    return ""


@contextmanager
def fed(program: str, lines: Iterable[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of a module that has got everything; it is gone afterwards.

    It answers when all has come. Raises Broke where it ended before that.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", program],
        cwd=settings.BASE_DIR,
        env=os.environ | dict.fromkeys(ONE_CORE, "1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        with process:
            try:
                _feed(process.stdin, lines)
                yield process
            finally:
                process.kill()
    except BrokenPipeError:
        raise Broke("the process that measures ended at once; Themis' log says why") from None


def answers(process: subprocess.Popen[bytes], beat: Callable[[], bool]) -> Iterator[bytes]:
    """Its lines as they come; in between, `beat` says that the work is alive.

    Raises Gone where `beat` says False, and Broke where the process ended badly.
    """
    out = process.stdout
    if out is None:
        return
    held = b""
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=owner.BEAT.total_seconds()):
                if not beat():
                    raise Gone
                continue
            piece = os.read(out.fileno(), PIECE)
            if not piece:
                break
            *lines, held = (held + piece).split(b"\n")
            yield from lines
    if process.wait() != 0:
        raise Broke(f"the process that measures ended with {process.returncode}; see Themis' log")


def _feed(into: IO[bytes] | None, lines: Iterable[str]) -> None:
    if into is None:
        return
    for line in lines:
        into.write(line.encode())
    into.close()
