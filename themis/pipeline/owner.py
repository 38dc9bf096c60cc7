"""Which process works on a run, and whether it still lives.

An owner is "host/pid/start": the start time, in kernel ticks, keeps a reused pid from passing
for the old process. Another host's process cannot be looked at: there the heartbeat decides.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

BEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=60)  # without a beat for so long, a process counts as dead


def this_process() -> str:
    """The name of the running process."""
    return _name_of(os.getpid())


@cache  # by pid: a forked process is another one
def _name_of(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/{_start_of(pid) or 0}"


def is_gone(owner: str, *, beat_at: datetime | None, at: datetime) -> bool:
    """Whether a run's owner has died, as far as can be told from here."""
    host, pid, start = ([*owner.split("/"), "", "", ""])[:3]
    is_here = host == socket.gethostname() and pid.isdigit() and Path("/proc/self/stat").exists()
    if is_here:
        return _start_of(int(pid)) != start
    return beat_at is None or at - beat_at > SILENCE


def _start_of(pid: int) -> str | None:
    """Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]
