"""All that is SQLite's own: files, PRAGMAs, locking, its errors in words. Knows no tables and no migrations."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError

from outreach.errors import DatabaseError

BUSY_SECONDS = 30
EMPTY = (
    "is empty, as a copy that failed leaves it. Restore a copy; deleting it means to start anew, and every mission "
    "would get its letters again"
)
MOMENT, MOMENTS = 0.02, 50  # seconds between two looks at a file that another run may be making, and how many


def sqlite_file(path: Path) -> URL:
    """Give the URL of a file, whatever its name has in it (`?`, `%`, `#`)."""
    return URL.create("sqlite", database=str(path))


def read_url(url: URL, folder: Path) -> URL:
    """Give the URL with its path taken from `folder`; raises ValueError for one that is gone with the process."""
    if not url.database or url.database.startswith((":", "file:")) or url.query:
        raise ValueError("names no file")
    return sqlite_file((folder / url.database).resolve())


def make_engine(url: URL) -> Engine:
    """Make an engine whose commits are on disk, and whose writing transactions lock at once."""
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def exists(url: URL) -> bool:
    """Say whether the file is there."""
    return _file(url).exists()


def begin(url: URL) -> None:
    """Make an empty file for a new database, and say beside it that this was begun; where it cannot, SQLite says why.

    In its own place: beside an empty file, and no other, SQLite throws away the log of one that stood there before.
    Raises DatabaseError for an empty file that nobody has begun.
    """
    file = _file(url)
    with suppress(OSError):
        if not file.exists():
            _begun(file).touch()
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    if not _begun(file).exists() and _stays_empty(file):
        raise DatabaseError(f"{place(url)}: {EMPTY}")


def end(url: URL) -> None:
    """Say that a database that was begun is whole."""
    with suppress(OSError):
        _begun(_file(url)).unlink(missing_ok=True)


def close_to_others(url: URL) -> None:
    """Versions before the inbox made files that everybody on the machine could read; a team's group still can."""
    file = _file(url)
    for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        with suppress(OSError):  # it is not there, or somebody else's
            name.chmod(name.stat().st_mode & 0o770)


def place(url: URL) -> str:
    """Name the database for people."""
    return _file(url).name


def explain(error: DBAPIError, url: URL) -> str:
    """Say what SQLite could not do, and what to do next."""
    words = str(error.orig)
    advice = {
        "full": "make room on the disk, then type: outreach status",
        "readonly": "make the file and its folder writable, then type: outreach status",
        "unable to open": "check that its folder exists and can be written, and that it is no folder itself",
        "not a database": "this file is damaged or something else: move it aside or restore a copy; nothing changed",
        "malformed": "the file is damaged: restore a copy; nothing was changed",
        "locked": "another outreach is writing: wait for it to end, then try again",
        "disk I/O": "the disk refused to write: check its space and health, then type: outreach status",
    }
    hint = next(
        (text for word, text in advice.items() if word in words),
        "nothing was half-recorded; see: outreach status",
    )
    return f"{place(url)}: {words}. {hint[0].upper()}{hint[1:]}"


def insert_or_ignore(table: Table, unique: Sequence[str]) -> Insert:
    """Give an INSERT … ON CONFLICT DO NOTHING (sqlite.org/lang_upsert.html)."""
    return insert(table).on_conflict_do_nothing(index_elements=list(unique) or None)


def read_mark(connection: Connection) -> int:
    """Give the file's application_id (sqlite.org/pragma.html#pragma_application_id); 0 where none was written."""
    return int(connection.exec_driver_sql("PRAGMA application_id").scalar_one())


def write_mark(connection: Connection, mark: int) -> None:
    """Write the file's application_id, in the caller's transaction."""
    connection.exec_driver_sql(f"PRAGMA application_id = {mark:d}")


def _file(url: URL) -> Path:
    return Path(url.database or "")


def _begun(file: Path) -> Path:
    """What stands beside a database from when it is begun until it is whole: it may be empty that long."""
    return Path(f"{file}.new")


def _stays_empty(file: Path) -> bool:
    """Whether it is empty and stays so: a run that makes a database fills it within a moment."""
    with suppress(OSError):
        for _ in range(MOMENTS):
            if not file.is_file() or file.stat().st_size:
                return False
            time.sleep(MOMENT)
        return True
    return False


def _on_connect(raw: Any, _record: object) -> None:
    # We say BEGIN ourselves: the driver's own transactions leave out DDL and start too late to lock.
    raw.isolation_level = None
    cursor = raw.cursor()
    # FULL: a commit is on disk before it returns, also after a power cut. WAL: readers never wait for the writer.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
