"""Who holds a claimed message: this process's name, and whether another holder still lives. Knows no database."""

import os
import socket
from functools import cache
from pathlib import Path

HOST = socket.gethostname()


@cache
def this_process() -> str:
    """host/pid/start: the start tells a reused pid from the first."""
    return f"{HOST}/{os.getpid()}/{_started(os.getpid())}"


def is_here(holder: str) -> bool:
    """Whether a holder ran on this machine, so that its process can be looked for."""
    return holder.rsplit("/", 2)[0] == HOST


def is_gone(holder: str) -> bool:
    """Whether a holder on this machine has certainly ended. False for other machines: there only the lease tells."""
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
    """When a process started, in words that a clock being set does not change (Linux: boot, and ticks since then)."""
    import psutil

    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]  # proc_pid_stat(5), field 22
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text()[:8]}.{ticks}"
    except OSError:
        return f"{psutil.Process(pid).create_time():.0f}"
