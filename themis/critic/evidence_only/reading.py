"""Text in pictures, through the tesseract program where it is installed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import threading
from collections import OrderedDict
from collections.abc import Callable

from PIL import Image

from themis.critic.evidence_only.elements import Element, Tree
from themis.critic.evidence_only.screens import grey
from themis.domain.errors import UnreadableScreen

PROGRAM = "tesseract"
SIDE = 2_000  # pixels; larger pictures are reduced first
SECONDS = 30  # for one picture
MAX_OUTPUT = 100_000
MAX_LINES = 1_000
KEPT = 256  # pictures whose words are remembered

# One picture a core: more at a time would run into the time limit, and what a run is found to be
# would depend on what else is judged.
_places = threading.BoundedSemaphore(os.cpu_count() or 1)


def recognised(picture: Image.Image, *forms: str, program: str = PROGRAM) -> bytes:
    """What the program makes of a picture, as text or in another of its forms.

    Blocking. Raises OSError where it is not installed, SubprocessError where it fails.
    """
    sent = io.BytesIO()
    picture.save(sent, format="PNG", compress_level=1)
    with _places:
        done = subprocess.run(
            [program, "stdin", "stdout", "--psm", "11", *forms],
            input=sent.getvalue(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=True,
            # more threads make one small picture slower and starve the others
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    return done.stdout


class Reading:
    """Reads pictures, and remembers what it read by digest."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._kept: OrderedDict[str, Tree | None] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def is_possible(self) -> bool:
        """Whether the program is installed."""
        return shutil.which(self._program) is not None

    def read(self, digest: str, content: Callable[[], bytes]) -> Tree | None:
        """The words of a picture; None where it could not be read. Blocking."""
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        tree = self._recognise(content) if self.is_possible else None
        with self._lock:
            self._kept[digest] = tree
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return tree

    def _recognise(self, content: Callable[[], bytes]) -> Tree | None:
        try:
            said = recognised(grey(content(), side=SIDE), program=self._program)
        except (OSError, UnreadableScreen, subprocess.SubprocessError):
            return None
        lines = said[:MAX_OUTPUT].decode("utf-8", "replace").splitlines()
        words = [" ".join(line.split()) for line in lines if line.strip()][:MAX_LINES]
        return Tree(tuple(Element(name=w, line=w) for w in words), recognised=True)
