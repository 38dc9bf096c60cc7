"""The ASGI application of one of several web processes: warm before the first visitor comes.

It ends with the process that started it, which may have been killed: nobody could stop it then, and
it would go on answering with what is no longer installed.
"""

from __future__ import annotations

import os
import threading
import time

from themis.asgi import application
from themis.web.assets import warm_up

__all__ = ["application"]

LOOK = 1.0  # seconds


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)


threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
