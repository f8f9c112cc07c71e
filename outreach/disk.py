"""Puts files on disk whole or not at all; knows nothing about what is in them."""

import os
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

DRAFT = (".", ".part")  # how the name of a file that is still being written begins and ends
A_DAY = 24 * 60 * 60  # seconds; what is younger may be written by a run that is alive


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
