"""Who holds a claimed message: this process's name, and whether another holder still lives. Knows no database."""

import os
import socket
from functools import cache
from pathlib import Path

HOST = socket.gethostname()


@cache
def this_process() -> str:
    """Name this process as host/pid/start; the start tells it from a later process with the same pid."""
    return f"{HOST}/{os.getpid()}/{_started(os.getpid())}"


def is_here(holder: str) -> bool:
    """Say whether a holder ran on this machine, so that its process can be looked for."""
    return holder.rsplit("/", 2)[0] == HOST


def is_gone(holder: str) -> bool:
    """Say whether a holder on this machine has certainly ended; for other machines only the lease tells, so False."""
    if not is_here(holder):
        return False
    import psutil

    _, pid, start = holder.rsplit("/", 2)
    try:
        if psutil.Process(int(pid)).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return True
        return _started(int(pid)) != start
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def _started(pid: int) -> str:
    """Say when a process started, in words that setting the clock does not change (Linux: boot, and ticks since)."""
    import psutil

    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]  # proc_pid_stat(5), field 22
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text()[:8]}.{ticks}"
    except OSError:
        return f"{psutil.Process(pid).create_time():.0f}"
