"""The journal beside a database: which messages began to leave, a line each, only added to. Knows no tables.

A database that was put back from an older copy does not know what left since; its journal does, unless it was put back
too. A line is on disk before the first byte of the body leaves, and after the database knows of it: so what the journal
says and the database does not know is never a crash, always another copy of the database.
"""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from outreach.errors import StorageFailed
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import KEY_COLUMNS
from outreach.outbox.models import Key

BEGINS = "# outreach: which messages began to leave; "
BETWEEN = "\t"
SYNC = getattr(os, "fdatasync", os.fsync)  # what a file says of its own times need not be durable
KINDS = frozenset(kind.value for kind in MessageKind)


@dataclass(frozen=True, slots=True)
class Line:
    """A message that began to leave."""

    message_id: str
    key: Key


@dataclass(frozen=True, slots=True)
class Journal:
    """The file `outreach.db.journal` beside `outreach.db`, readable by its owner alone."""

    path: Path

    def append(self, lines: Iterable[Line], serial: str) -> None:
        """Add lines, durably; `serial` is the database's, named where the file is made. Raises StorageFailed."""
        text = "".join(f"{BETWEEN.join((line.message_id, *_words(line.key)))}\n" for line in lines)
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                size = os.fstat(handle).st_size
                if not size:
                    text = f"{BEGINS}database {serial}\n{text}"
                elif os.pread(handle, 1, size - 1) != b"\n":  # somebody was killed while writing: nothing left then
                    text = f"\n{text}"
                data = text.encode()
                if os.write(handle, data) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                SYNC(handle)
            finally:
                os.close(handle)
        except OSError as error:
            name = self.path.name
            raise StorageFailed(
                f"{name}: {error.strerror}. Make room on the disk, or make the file writable"
            ) from error

    def read(self) -> bytes:
        """Read all of it; nothing where there is none. Raises StorageFailed."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StorageFailed(f"{self.path.name}: cannot be read: {error.strerror}. Make it readable") from error


def journal_beside(database: URL) -> Journal:
    """Give the journal of a database: outreach.db has outreach.db.journal, where a link leads for a link."""
    return Journal(Path(f"{os.path.realpath(database.database or '')}.journal"))


def lines_in(data: bytes) -> Iterator[Line]:
    """Read the lines of a journal; what is cut off, or is no line of ours, says nothing."""
    for text in data.decode("utf-8", "replace").split("\n")[:-1]:
        message_id, *words = text.rstrip("\r").split(BETWEEN)
        if len(words) == len(KEY_COLUMNS) and words[0] in KINDS:
            yield Line(message_id, Key(MessageKind(words[0]), *words[1:]))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _words(key: Key) -> tuple[str, ...]:
    return tuple(str(getattr(key, name)) for name in KEY_COLUMNS)
