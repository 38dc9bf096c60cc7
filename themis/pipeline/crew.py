"""The worker processes that `serve` starts: one that dies is started again."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds between looks for dead ones
SOONEST = 5.0  # seconds between two starts of one: what cannot live must not take the machine
QUIETLY = "ignore:You're running the worker with superuser privileges"


class Crew:
    """Workers, each started with its own arguments for Celery."""

    def __init__(self, each: Sequence[list[str]]) -> None:
        self.places = [_Place(arguments) for arguments in each]
        self._changing = threading.Lock()
        self._is_over = False

    def start(self) -> None:
        """Start them, and watch over them from now on."""
        self.look()
        if self.places:
            threading.Thread(target=self._watch, name="crew", daemon=True).start()

    def look(self) -> None:
        """Start those that are not there."""
        with self._changing:
            for place in self.places:
                if not self._is_over:
                    place.fill()

    def kill(self) -> None:
        """End them at once, and start none again."""
        with self._changing:
            self._is_over = True
            for place in self.places:
                if place.process is not None:
                    place.process.kill()

    def _watch(self) -> None:
        while not self._is_over:
            time.sleep(LOOK)
            self.look()


class _Place:
    def __init__(self, arguments: list[str]) -> None:
        self._command = [sys.executable, "-W", QUIETLY, "-m", "celery", *arguments]
        self._started = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def fill(self) -> None:
        if self.process is not None:
            if self.process.poll() is None or time.monotonic() - self._started < SOONEST:
                return
            log.warning("a worker ended with %s; it is started again", self.process.returncode)
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,  # a banner; what matters is on stderr
        )
