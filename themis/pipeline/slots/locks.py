"""Slots of the processes of one host: a lock file each, which the kernel frees when they die."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from themis.pipeline.slots.pool import PoolAway

FREED = "freed"  # a pipe: a byte in it says that a slot may be free
LOOK_WITHOUT_PIPE = 0.05  # seconds, where the file system has no pipes


class LockPool:
    """A folder with a file a slot; a lease is the lock on one, held by its descriptor."""

    renew_every: float | None = None

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._locked: dict[str, int] = {}  # descriptors by name
        self._pipe: int | None = None
        self._is_ready = False

    async def take(self, most: int) -> list[str]:
        """Lock free files. Whoever was woken and finds enough wakes the next."""
        try:
            self._make_ready()
            was_told = self._listen()
            names = self._lock(most)
        except OSError as error:
            raise PoolAway(f"{self._folder} cannot be used: {error.strerror}") from None
        if was_told and len(names) == most:
            self._tell()
        return names

    async def give(self, leases: Sequence[str]) -> None:
        """Unlock files."""
        for name in leases:
            if (descriptor := self._locked.pop(name, None)) is not None:
                os.close(descriptor)
        self._tell()

    async def renew(self) -> bool:
        """Nothing to do: locks last as long as the process."""
        return bool(self._locked)

    async def heard(self, seconds: float) -> None:
        """Wait for the pipe."""
        if self._pipe is None:
            await asyncio.sleep(min(seconds, LOOK_WITHOUT_PIPE))
            return
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._pipe, told.set)
        try:
            async with asyncio.timeout(seconds):
                await told.wait()
        except TimeoutError:
            return
        finally:
            loop.remove_reader(self._pipe)

    async def aclose(self) -> None:
        """Unlock everything."""
        await self.give(tuple(self._locked))
        if self._pipe is not None:
            os.close(self._pipe)
        self._pipe, self._is_ready = None, False

    def _make_ready(self) -> None:
        if self._is_ready:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._pipe = self._opened_pipe()
        self._is_ready = True

    def _opened_pipe(self) -> int | None:
        path = self._folder / FREED
        try:
            os.mkfifo(path, 0o600)
        except FileExistsError:
            pass
        except OSError as error:
            if error.errno in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL):
                return None
            raise
        # For reading and writing: then it never ends, and opening it waits for nobody.
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def _lock(self, most: int) -> list[str]:
        names: list[str] = []
        for name in map(str, range(self._limit)):
            if len(names) == most:
                break
            if name not in self._locked and self._lock_one(name):
                names.append(name)
        return names

    def _lock_one(self, name: str) -> bool:
        descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        self._locked[name] = descriptor
        return True

    def _listen(self) -> bool:
        """Empty the pipe; whether anything was in it."""
        if self._pipe is None:
            return False
        try:
            return bool(os.read(self._pipe, 65_536))
        except BlockingIOError:
            return False

    def _tell(self) -> None:
        if self._pipe is None:
            return
        try:
            os.write(self._pipe, b".")
        except BlockingIOError:
            return  # full of news already
