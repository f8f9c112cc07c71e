"""Opens the database that the program writes: engine, transactions, column types, migrations. No tables of its own."""

import atexit
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import URL, Connection, DateTime, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.types import TypeDecorator

from outreach.db.migrations import HEAD
from outreach.errors import DatabaseError, StorageFailed

BUSY_SECONDS = 30
EMPTY = (
    "is empty, as a copy that failed leaves it. Restore a copy; deleting it means to start anew, and every mission "
    "would get its letters again"
)
MOMENT, MOMENTS = 0.02, 50  # seconds between two looks at a file that another run may be making, and how many
FOR_A_FILE = "for a file write sqlite:///outreach.db"
_opened = WeakSet[Engine]()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def open_database(url: URL) -> Engine:
    """An engine on a database that has the newest schema; raises DatabaseError when it cannot be had.

    A new file is its owner's alone: it will hold what missions wrote to us.
    """
    file = Path(url.database or "")
    engine = _engine(url)
    try:
        _begin(file)
        if not _begun(file).exists() and _stays_empty(file):
            raise DatabaseError(f"{_place(url)}: {EMPTY}")
        version = _version(engine)
        if version != HEAD:
            _migrate(engine, url)
    except DBAPIError as error:
        raise DatabaseError(_explain(error, url)) from error
    with suppress(OSError):
        _begun(file).unlink(missing_ok=True)
    return engine


def _begin(file: Path) -> None:
    """Make an empty file for a new database, and say beside it that this was begun; where it cannot, SQLite says why.

    In its own place: beside an empty file, and no other, SQLite throws away the log of one that stood there before.
    """
    with suppress(OSError):
        if not file.exists():
            _begun(file).touch()
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))


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


def sqlite_file(path: Path) -> URL:
    """The URL of a file, whatever its name has in it (`?`, `%`, `#`)."""
    return URL.create("sqlite", database=str(path))


def parse_url(text: str, folder: Path) -> URL:
    """The URL that a setting means, a relative SQLite path taken from `folder`: an outbox belongs to its campaign.

    Raises DatabaseError for what is no URL, another kind of database, or one that would be gone with the process.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"OUTREACH_DATABASE_URL is not a database URL; {FOR_A_FILE}") from None
    if url.drivername != "sqlite":
        raise DatabaseError(
            f"OUTREACH_DATABASE_URL names {url.drivername}; this version keeps its outbox in SQLite: "
            f"leave it unset, or {FOR_A_FILE}"
        )
    if not url.database or url.database.startswith((":", "file:")) or url.query:
        raise DatabaseError(f"OUTREACH_DATABASE_URL names no file; {FOR_A_FILE}")
    return sqlite_file((folder / url.database).resolve())


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot to read from."""
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise DatabaseError(_explain(error, engine.url)) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that is on disk when the block ends, or has not happened; raises StorageFailed if it cannot be.

    SQLite's write lock is taken at once (BEGIN IMMEDIATE), so that two processes never decide on the same old state.
    """
    try:
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise StorageFailed(_explain(error, engine.url)) from error


def _engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    _opened.add(engine)
    return engine


@atexit.register
def _close() -> None:
    """The last to close a file has SQLite put its log (-wal) away: whoever copies outreach.db then has it all."""
    for engine in list(_opened):
        engine.dispose()


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


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def _migrate(engine: Engine, url: URL) -> None:
    """Bring the schema to HEAD in one transaction; two processes at once are safe, the second finds it done."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "outreach.db:migrations")
    config.set_main_option("path_separator", "os")
    _refuse_foreign(engine, url)
    version = _version(engine)
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise DatabaseError(
            f"{_place(url)}: made by a newer version of outreach (schema {version}; this one knows up to {HEAD}). "
            "Install the newer version; nothing was changed"
        )
    _close_to_others(Path(url.database or ""))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_foreign(engine: Engine, url: URL) -> None:
    """DatabaseError for a database that holds something, and no outbox."""
    with engine.connect() as connection:
        names = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")))
    if names and not {"messages", "campaign_key"} <= names:
        raise DatabaseError(
            f"{_place(url)}: no outbox of outreach, but a database of something else, with "
            f"{', '.join(sorted(names)[:3])}. Move it aside, or restore a copy of the outbox; nothing was added to it"
        )


def _close_to_others(file: Path) -> None:
    """Versions before the inbox made files that everybody on the machine could read; a team's group still can."""
    for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        with suppress(OSError):  # it is not there, or somebody else's
            name.chmod(name.stat().st_mode & 0o770)


def _place(url: URL) -> str:
    return Path(url.database or "").name


def _explain(error: DBAPIError, url: URL) -> str:
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
    return f"{_place(url)}: {words}. {hint[0].upper()}{hint[1:]}"
