"""Where pictures are worked on: beside the event loop, a few at a time.

Threads of their own, so that decoding, however many cases are heard, neither holds more than a
few whole screens in memory nor keeps those waiting who only read a file to send it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

AT_ONCE = min(os.cpu_count() or 1, 4)
_DESK = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="views")

P = ParamSpec("P")
T = TypeVar("T")


async def at_desk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the work comes to, done in one of those threads."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_DESK, partial(work, *args, **kwargs))
