"""Writes a file whole or not at all, and only over what was read before; knows nothing about what is in it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from stat import S_IMODE

from outreach.disk import flush_folder, hold_folder, write_whole
from outreach.errors import OutreachError, UsageError


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder for one process: what is read inside is still true when it is saved."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_folder(folder))
        except OSError as error:
            raise OutreachError(f"{folder} cannot be opened: {error.strerror}") from None
        yield


def save(path: Path, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before`, in one step that a crash cannot halve.

    UsageError when the file is no longer what was read, OutreachError when it cannot be written; in both cases
    it stays as it is.
    """
    target = path.resolve()
    try:
        if target.read_bytes() != before:
            raise UsageError(f"{path} was changed meanwhile by someone else; nothing was written, so do it again")
        write_whole(target, after, S_IMODE(target.stat().st_mode))
        flush_folder(target.parent)
    except OSError as error:
        raise OutreachError(f"{path} cannot be written: {error.strerror}; it is as it was") from None
