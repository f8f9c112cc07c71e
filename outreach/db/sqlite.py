"""All that is SQLite's own: files, PRAGMAs, locking, its errors in words. Knows no tables and no migrations."""

import errno
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError

from outreach.disk import flush_folder, hold_folder
from outreach.errors import DatabaseError

log = logging.getLogger(__package__)
BUSY_SECONDS = 30
EMPTY = (
    "is empty, as a copy that failed leaves it. Restore a copy; deleting it means to start anew, and every mission "
    "would get its letters again"
)
DAMAGED = "the file is damaged: restore a copy; nothing was changed"
NOT_OURS = "put there by another program meanwhile, and left as it is. See what it is, then type the same again"
CANNOT_OPEN = "unable to open database file"  # SQLite's own words
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)  # a file system without hard links (link(2))
TRACES = 1  # the user_version of a file that something was erased from, and whose free space was not cleared yet
LOGS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file while it is open (sqlite.org/tempfiles.html)


def sqlite_file(path: Path) -> URL:
    """Give the URL of a file, whatever its name has in it (`?`, `%`, `#`)."""
    return URL.create("sqlite", database=str(path))


def read_url(url: URL, folder: Path) -> URL:
    """Give the URL with its path taken from `folder`; raises ValueError for one that is gone with the process."""
    if not url.database or url.database.startswith((":", "file:")) or url.query:
        raise ValueError("names no file")
    return sqlite_file((folder / url.database).resolve())


def make_engine(url: URL, *, erases: bool = False) -> Engine:
    """Make an engine whose commits are on disk, and whose writing transactions lock at once.

    `erases`: what is deleted is overwritten with zeros (sqlite.org/pragma.html#pragma_secure_delete).
    """
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    if erases:
        event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA secure_delete=ON").close())
    event.listen(engine, "begin", _on_begin)
    return engine


def wait_at_most(engine: Engine, seconds: float) -> None:
    """Let this engine's transactions wait so long for the lock, in place of BUSY_SECONDS: somebody waits for them."""
    event.listen(
        engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}").close()
    )
    engine.dispose()  # connections that were made before


def exists(url: URL) -> bool:
    """Say whether the file is there."""
    return _file(url).exists()


def make(url: URL, fill: Callable[[Connection], None], mark: int) -> None:
    """Make a new file where there is none: filled, marked, its log settled, then put in its place in one step.

    One process at a time does so, and a file that is there is never replaced: whoever is killed leaves no database or
    a whole one, and beside it at most a draft that the next one removes. Raises DatabaseError for an empty file, and
    where the folder does not let a file be made.
    """
    file = Path(os.path.realpath(_file(url)))  # where a link leads, for there its logs lie
    draft = Path(f"{file}.making")
    try:
        if not file.exists():
            _make_beside(file, draft, fill, mark)
        elif file.is_file() and not file.stat().st_size:
            raise DatabaseError(f"{place(url)}: {EMPTY}")
    except FileExistsError:
        raise DatabaseError(f"{place(url)}: {NOT_OURS}") from None
    except OSError as error:
        raise DatabaseError(_advise(f"{CANNOT_OPEN} ({error.strerror})", url)) from error
    if draft.exists():
        with suppress(OSError), hold_folder(file.parent):  # somebody was killed when all was done but this
            _remove(draft)


def close_to_others(url: URL) -> None:
    """Close to others what versions before the inbox left open to the whole machine; a team's group still can."""
    file = _file(url)
    for name in (file, *_logs(file)):
        with suppress(OSError):  # it is not there, or somebody else's
            name.chmod(name.stat().st_mode & 0o770)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Open a writing transaction in which a table may be rebuilt (sqlite.org/lang_altertable.html, section 7).

    Foreign keys are not enforced in it: the rows that others point at are gone for a moment. Before it ends all of them
    are checked; raises DatabaseError where one points at nothing. SQLite heeds the switch between transactions only.
    """
    with engine.connect().execution_options(writing=True) as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise DatabaseError(f"{place(engine.url)}: some of its rows belong to no message: {DAMAGED}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def place(url: URL) -> str:
    """Name the database for people."""
    return _file(url).name


def explain(error: DBAPIError, url: URL) -> str:
    """Say what SQLite could not do, and what to do next."""
    return _advise(str(error.orig), url)


def insert_or_ignore(table: Table, unique: Sequence[str]) -> Insert:
    """Give an INSERT … ON CONFLICT DO NOTHING (sqlite.org/lang_upsert.html)."""
    return insert(table).on_conflict_do_nothing(index_elements=list(unique) or None)


def read_mark(connection: Connection) -> int:
    """Give the file's application_id (sqlite.org/pragma.html#pragma_application_id); 0 where none was written."""
    return int(connection.exec_driver_sql("PRAGMA application_id").scalar_one())


def write_mark(connection: Connection, mark: int) -> None:
    """Write the file's application_id, in the caller's transaction."""
    connection.exec_driver_sql(f"PRAGMA application_id = {mark:d}")


def leave_traces(connection: Connection) -> None:
    """Have deleted content overwritten, and note in the file itself (its user_version) that its free space is to be."""
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    connection.exec_driver_sql(f"PRAGMA user_version = {TRACES:d}")


def clear_traces(engine: Engine) -> str:
    """Write the file anew without its free space, and empty its log (sqlite.org/lang_vacuum.html, wal.html)."""
    again = "then type the same again"
    try:
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            if raw.execute("PRAGMA user_version").fetchone()[0] != TRACES:
                return ""
            raw.execute("VACUUM")
            busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                return f"{place(engine.url)}-wal is read by another outreach: wait for it to end, {again}"
            raw.execute("PRAGMA user_version = 0")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        return f"{place(engine.url)}: its free space still has what was erased ({error}): make room, {again}"
    return ""


def _file(url: URL) -> Path:
    return Path(url.database or "")


def _logs(file: Path) -> list[Path]:
    return [Path(f"{file}{ending}") for ending in LOGS]


def _make_beside(file: Path, draft: Path, fill: Callable[[Connection], None], mark: int) -> None:
    with hold_folder(file.parent):
        _remove(draft)  # of one that was killed: whoever makes one holds the folder
        if file.exists():
            return
        try:
            _build(draft, fill, mark)
            _set_logs_aside(file)
            _put(draft, file)
        finally:
            _remove(draft)
        flush_folder(file.parent)
    log.info("made a new database")


def _build(draft: Path, fill: Callable[[Connection], None], mark: int) -> None:
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = make_engine(sqlite_file(draft))
    try:
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            fill(connection)
            write_mark(connection, mark)
    finally:
        engine.dispose()  # the last to close a file brings its log home, and removes it
    if any(left.exists() for left in _logs(draft)):
        raise OSError(errno.EIO, "its log cannot be written home")


def _set_logs_aside(file: Path) -> None:
    """Rename logs that lie beside no database: SQLite would read them into the new one, for it goes by the name.

    None of them is deleted. They may belong to a database that somebody has moved and will put back.
    """
    lying = [found for found in _logs(file) if found.exists()]
    for found in lying:
        free = (Path(f"{found}.old{number}") for number in count(1))
        found.rename(next(path for path in free if not path.exists()))
    if lying:
        flush_folder(file.parent)
        log.info("set %(logs)d logs aside that lay beside no database", {"logs": len(lying)})


def _put(draft: Path, file: Path) -> None:
    """Give the draft its name; raises FileExistsError where something has it by now that did not hold the folder."""
    try:
        file.hardlink_to(draft)  # unlike a rename, it replaces nothing
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        draft.rename(file)


def _remove(draft: Path) -> None:
    for path in (draft, *_logs(draft)):
        path.unlink(missing_ok=True)


def _advise(words: str, url: URL) -> str:
    advice = {
        "full": "make room on the disk, then type: outreach status",
        "readonly": "make the file and its folder writable, then type: outreach status",
        "unable to open": "check that its folder exists and can be written, and that it is no folder itself",
        "not a database": "this file is damaged or something else: move it aside or restore a copy; nothing changed",
        "malformed": DAMAGED,
        "locked": "another outreach is writing: wait for it to end, then try again",
        "disk I/O": "the disk refused to write: check its space and health, then type: outreach status",
    }
    hint = next(
        (text for word, text in advice.items() if word in words),
        "nothing was half-recorded; see: outreach status",
    )
    return f"{place(url)}: {words}. {hint[0].upper()}{hint[1:]}"


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
