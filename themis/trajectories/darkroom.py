"""Checking pictures and writing them down, in this process or in several.

Decoding PNG holds the interpreter's lock, so that only processes help. A worker gets a picture,
decodes it and leaves a draft beside the blobs; whoever stores the recording publishes the drafts.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType

from django.conf import settings

from themis.domain.errors import UnreadableScreen
from themis.domain.trajectory import Screen
from themis.formats.contract import Picture
from themis.trajectories import blobs, lossless, pictures
from themis.trajectories.drafts import Drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """A picture that decoded; `draft` holds it unless its file was there before."""

    screen: Screen  # as it was brought
    draft: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    """A picture that cannot be shown, with file, cause and remedy."""

    why: str


Shot = Developed | Spoiled
Develop = Callable[[Sequence[Picture]], list[Shot]]
PORTION = 8  # pictures a worker gets at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """Where drafts lie, where blobs stand, and what PNG becomes."""

    drafts: Path
    screens: Path
    webp: bool

    def develop(self, some: Sequence[Picture]) -> list[Shot]:
        """Check pictures and write down those that are not kept already."""
        return [self._developed(picture) for picture in some]

    def _developed(self, picture: Picture) -> Shot:
        try:
            checked = pictures.check(picture, is_kept=self._is_kept)
        except UnreadableScreen as error:
            return Spoiled(why=str(error))
        if self._is_kept(checked.screen.digest):
            return Developed(screen=checked.screen, draft=None)
        small = None
        if self.webp and checked.screen.media_type == pictures.MEDIA_TYPES["PNG"]:
            small = lossless.as_webp(checked.content)
        draft = blobs.draft(small or checked.content, self.drafts)
        return Developed(screen=checked.screen, draft=draft)

    def _is_kept(self, digest: str) -> bool:
        return blobs.path_in(self.screens, digest).exists()


class Darkroom:
    """Pictures go in, shots come out in the same order. With one process it works at once."""

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        screens = blobs.folder_of("screens")
        screens.mkdir(parents=True, exist_ok=True)
        self._drafts = Drafts(screens.parent)
        self._tray = Tray(
            drafts=self._drafts.path,
            screens=screens,
            webp=settings.SCREENS == "webp",
        )

    def __enter__(self) -> Darkroom:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._drafts.close()

    def develop(self, taken: Sequence[Picture]) -> list[Future[list[Shot]]]:
        """One shot a picture, in their order, some of them still to come."""
        portions = [taken[at : at + PORTION] for at in range(0, len(taken), PORTION)]
        if self._processes == 1:
            return [_at_once(self._tray.develop, portion) for portion in portions]
        try:
            return self._submitted(portions)
        except BrokenProcessPool:  # one of an earlier recording killed it
            self._pool = None
            return self._submitted(portions)

    def _submitted(self, portions: list[Sequence[Picture]]) -> list[Future[list[Shot]]]:
        return [self._workers().submit(self._tray.develop, portion) for portion in portions]

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Not by fork: this process may have threads and connections.
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_watch_parent,
            )
        return self._pool


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _at_once(develop: Develop, portion: Sequence[Picture]) -> Future[list[Shot]]:
    future: Future[list[Shot]] = Future()
    future.set_result(develop(portion))
    return future


def _watch_parent() -> None:
    """End with the process that started this one, however that ends; leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
