"""Puts files on disk whole or not at all; knows nothing about what is in them."""

import os
from pathlib import Path
from tempfile import mkstemp


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put `data` in the place of whatever is at `path`, in one step that a crash cannot halve.

    The bytes are durable then, and the name is when `flush_folder` was called for its folder. Raises OSError; then
    what was there is as it was.
    """
    # Written under another name first: a run that is killed leaves no half file behind.
    handle, draft = mkstemp(prefix=".", suffix=".part", dir=path.parent)
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


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
