"""Who holds a claimed message: this process's name, and whether another holder still lives. Knows no database."""

import os
import socket
from functools import cache

HOST = socket.gethostname()
# A clock that was set, or a boot time read again, moves a process's start by less than this (seconds).
START_TOLERANCE = 3.0


@cache
def this_process() -> str:
    """host/pid/start: the start time tells a reused pid from the first."""
    return f"{HOST}/{os.getpid()}/{_started(os.getpid()):.2f}"


def is_gone(holder: str) -> bool:
    """Whether a holder on this machine has certainly ended. False for other machines: there only the lease tells."""
    host, pid, start = holder.rsplit("/", 2)
    if host != HOST:
        return False
    import psutil

    try:
        process = psutil.Process(int(pid))
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return True
        return abs(process.create_time() - float(start)) > START_TOLERANCE
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def _started(pid: int) -> float:
    import psutil

    return float(psutil.Process(pid).create_time())
