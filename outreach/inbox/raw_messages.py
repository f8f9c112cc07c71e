"""Keeps each raw message in a file named for what is in it, beside the database; knows no mail and no tables."""

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import URL

from outreach.disk import clear_drafts, flush_folder, write_whole
from outreach.errors import StorageFailed

# A disk is mostly waited for, and brings several files home in the time of one.
AT_ONCE = 8
CHUNK = 1 << 20


def _none(_digests: Sequence[str]) -> Container[str]:
    return ()


@dataclass(frozen=True, slots=True)
class RawMessages:
    """Raw messages as `folder/ab/<digest>.eml`, readable by their owner alone: other people's mail is private.

    A file is either there in full or not at all, and once there it never changes.
    """

    folder: Path

    def keep(self, messages: Sequence[bytes], unless: Callable[[Sequence[str]], Container[str]] = _none) -> list[str]:
        """Put messages on disk, durably; gives their digests in order. Those that are there stay as they are.

        `unless` says of which digests no file is to be kept.
        Raises StorageFailed when one cannot be written; those written before stay, and do no harm.
        """
        digests = [digest(raw) for raw in messages]
        unwanted = unless(digests)
        different = {name: raw for name, raw in zip(digests, messages, strict=True) if name not in unwanted}
        try:
            self._keep_all(different)
        except OSError as error:
            raise StorageFailed(self._explain(error)) from error
        return digests

    def read(self, wanted: str) -> bytes:
        """Read a message byte for byte as it came; raises StorageFailed when its file is gone or cannot be read."""
        try:
            return self.path(wanted).read_bytes()
        except OSError as error:
            raise StorageFailed(
                f"{self.folder.name}/{wanted[:2]}/{wanted}.eml: cannot be read: {error.strerror}. "
                "Restore it from a copy; what the database has of the message is not touched"
            ) from error

    def remove(self, names: Sequence[str]) -> None:
        """Remove messages for good, those that are there; raises StorageFailed when one cannot be removed."""
        there = [path for path in map(self.path, names) if path.exists()]
        try:
            for path in there:
                path.unlink(missing_ok=True)
            for folder in sorted({path.parent for path in there}):
                flush_folder(folder)
        except OSError as error:
            raise StorageFailed(self._explain(error)) from error

    def path(self, wanted: str) -> Path:
        return self.folder / wanted[:2] / f"{wanted}.eml"

    def _keep_all(self, different: Mapping[str, bytes]) -> None:
        if not different:
            return
        self.folder.mkdir(mode=0o700, exist_ok=True)
        folders = [self.folder, *sorted({self.path(name).parent for name in different})]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._keep_one, different, different.values()))
            list(pool.map(flush_folder, [self.folder.parent, *folders]))

    def _keep_one(self, name: str, raw: bytes) -> None:
        path = self.path(name)
        if path.exists():
            return
        _clear_once(path.parent)
        try:
            write_whole(path, raw)
        except FileNotFoundError:  # most often the folder is there already
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(path, raw)

    def _explain(self, error: OSError) -> str:
        return (
            f"{self.folder.name}: {error.strerror}. Make room, or make the folder writable; then do the same again: "
            "nothing is lost and nothing is stored twice"
        )


@cache
def _clear_once(folder: Path) -> None:
    """Remove fragments of other people's mail that a killed run left; once a process is often enough."""
    clear_drafts(folder)


def raw_messages_beside(database: URL) -> RawMessages:
    """Give the raw messages of a database: outreach.db has them in outreach.inbox."""
    return RawMessages(Path(database.database or "").with_suffix(".inbox"))


def digest(raw: bytes) -> str:
    """Hash a message (SHA-256, hexadecimal), lines ended by LF: a mail server and a file of it agree on that."""
    hashed = hashlib.sha256()
    for start in range(0, len(raw), CHUNK):
        chunk = raw[start : start + CHUNK]
        split = chunk.endswith(b"\r") and raw[start + CHUNK : start + CHUNK + 1] == b"\n"
        hashed.update((chunk[:-1] if split else chunk).replace(b"\r\n", b"\n"))
    return hashed.hexdigest()
