"""Puts files on disk whole or not at all, one process at a time; knows nothing about what is in them."""

import errno
import fcntl
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

log = logging.getLogger(__name__)
DRAFT = (".", ".part")  # how the name of a file that is still being written begins and ends
A_DAY = 24 * 60 * 60  # seconds; what is younger may be written by a run that is alive
PATIENCE, LOOK = 60.0, 0.02  # seconds that another process may hold a folder, and between two looks whether it does


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put `data` in the place of whatever is at `path`, in one step that a crash cannot halve.

    The bytes are durable then, and the name is when `flush_folder` was called for its folder. Raises OSError; then
    what was there is as it was.
    """
    # Written under another name first: a run that is killed leaves no half file under this one.
    begins, ends = DRAFT
    handle, draft = mkstemp(prefix=begins, suffix=ends, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def clear_drafts(folder: Path) -> None:
    """Remove what a killed `write_whole` left in a folder a day ago or earlier; what cannot be removed stays."""
    begins, ends = DRAFT
    before = time.time() - A_DAY
    with suppress(OSError), os.scandir(folder) as found:
        for file in found:
            is_draft = file.name.startswith(begins) and file.name.endswith(ends)
            if is_draft and file.stat(follow_symlinks=False).st_mtime < before:
                Path(file).unlink()


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold a folder for one process; the system lets go of it when the process ends, however it ends.

    Raises OSError when the folder cannot be opened or locked, and TimeoutError when another program keeps holding it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    # flock(2) has no time limit of its own, and whoever runs `flock DIR outreach …` would wait for himself for ever.
    begun = time.monotonic()
    waits = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > begun + PATIENCE:
                raise TimeoutError(errno.ETIMEDOUT, "another program keeps its folder locked") from None
            if not waits:
                log.info("waiting for a folder that another process holds")
            waits = True
            time.sleep(LOOK)
        else:
            return


Stamp = dict[Path, tuple[int, int, int, int] | None]


def stamp(paths: Iterable[Path]) -> Stamp:
    """Note how files and folders are now, for `has_changed`. A folder changes when a file comes or goes."""
    return {path: _marks(path) for path in paths}


def has_changed(noted: Stamp) -> bool:
    """Say whether any of them was written, replaced, removed or made since; some microseconds each, nothing is read."""
    return any(_marks(path) != marks for path, marks in noted.items())


def _marks(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
