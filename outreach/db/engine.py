"""Opens the database that the program writes: engine, transactions, migrations. Knows no tables of its own.

What SQLite does in its own way stands in `sqlite`; another database gets a module beside it, and a line in BACKENDS.
"""

import atexit
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, Insert, Table, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from outreach.db import sqlite
from outreach.db.migrations import HEAD
from outreach.errors import DatabaseError, StorageFailed
from outreach.text import listed

if TYPE_CHECKING:  # Alembic is imported when there is something to migrate
    from alembic.config import Config

log = logging.getLogger(__package__)
SLOW = 0.1  # seconds that the lock may be waited for in silence
# What makes a new database: the schema as its migrations leave it. tests/db holds them to be the same.
SCHEMA = Path(__file__).with_name("schema.sql")
BETWEEN = ";\n\n"  # its statements; some hold others, each ended by a semicolon
FOR_A_FILE = "for a file write sqlite:///outreach.db"


@dataclass(frozen=True, slots=True)
class Addition:
    """Tables that one database has beside those of every outbox: made with it, in the same transaction.

    `schema` makes them, also the table `additions` that says which `version` it is. `erases`: what is deleted there is
    overwritten at once.
    """

    name: str
    version: int
    schema: Path
    erases: bool = False


class Backend(Protocol):
    """What one kind of database does in its own way; a module is one."""

    def read_url(self, url: URL, folder: Path) -> URL:
        """Give the URL that a setting means, paths taken from `folder`; raises ValueError where it names no place."""

    def make_engine(self, url: URL, *, erases: bool = False) -> Engine:
        """Make an engine whose commits are durable; `writing` transactions (an execution option) lock at once.

        `erases`: what is deleted is overwritten.
        """

    def wait_at_most(self, engine: Engine, seconds: float) -> None:
        """Let transactions of this engine wait so long for others, and fail then."""

    def exists(self, url: URL) -> bool:
        """Say whether there is a database; looking makes none."""

    def make(self, url: URL, fill: Callable[[Connection], None], mark: int) -> None:
        """Make a new database where there is none, filled and marked: whole, or not at all; replaces nothing.

        Raises DatabaseError for a place that holds nothing where something was.
        """

    def close_to_others(self, url: URL) -> None:
        """Take from strangers on this machine what an earlier version let them read."""

    def migrating(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Open a writing transaction in which tables may be rebuilt; DatabaseError where a row then points nowhere."""

    def place(self, url: URL) -> str:
        """Name the database for people, without secrets."""

    def explain(self, error: DBAPIError, url: URL) -> str:
        """Say what could not be done, and what to do next."""

    def insert_or_ignore(self, table: Table, unique: Sequence[str]) -> Insert:
        """Insert rows, except those that are there by these columns (by any unique ones, where none are named)."""

    def read_mark(self, connection: Connection) -> int:
        """Give the number that says what the database is for; 0 where it has none."""

    def write_mark(self, connection: Connection, mark: int) -> None:
        """Write the number that says what the database is for."""

    def leave_traces(self, connection: Connection) -> None:
        """Note, in the caller's transaction, that it erases, and that traces of that will have to be cleared."""

    def clear_traces(self, engine: Engine) -> str:
        """Clear what erased rows left in free space and logs, where there is such; gives what is left, or blank."""


BACKENDS: dict[str, Backend] = {"sqlite": sqlite}
_opened = WeakSet[Engine]()


def open_database(url: URL, mark: int = 0, addition: Addition | None = None) -> Engine:
    """Open a database that has the newest schema, made (with this mark, and these other tables) where there is none.

    Raises DatabaseError when it cannot be had. A new one is its owner's alone: it will hold what missions wrote to us.
    """
    backend = _backend(url)
    engine = backend.make_engine(url, erases=addition is not None and addition.erases)
    _opened.add(engine)
    try:
        backend.make(url, lambda connection: _create(connection, addition), mark)
        if _version(engine) != HEAD:
            _migrate(engine, url)
        if addition:
            _check_addition(engine, url, addition)
    except DBAPIError as error:
        raise DatabaseError(backend.explain(error, url)) from error
    return engine


def wait_at_most(engine: Engine, seconds: float) -> None:
    """Let transactions of this engine wait so long for the lock, and raise then: a person waits for the answer."""
    _backend(engine.url).wait_at_most(engine, seconds)


def database_exists(url: URL) -> bool:
    """Say whether there is a database to open; looking makes none."""
    return _backend(url).exists(url)


def place(url: URL) -> str:
    """Name a database for people, without secrets: `outreach.db`."""
    return _backend(url).place(url)


def parse_url(text: str, folder: Path) -> URL:
    """Read the URL that a setting means, a relative SQLite path taken from `folder`: an outbox belongs to its campaign.

    Raises DatabaseError for what is no URL, another kind of database, or one that would be gone with the process.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"OUTREACH_DATABASE_URL is not a database URL; {FOR_A_FILE}") from None
    if url.drivername not in BACKENDS:
        raise DatabaseError(
            f"OUTREACH_DATABASE_URL names {url.drivername}; this version keeps its outbox in SQLite: "
            f"leave it unset, or {FOR_A_FILE}"
        )
    try:
        return _backend(url).read_url(url, folder)
    except ValueError:
        raise DatabaseError(f"OUTREACH_DATABASE_URL names no file; {FOR_A_FILE}") from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give one snapshot to read from."""
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise DatabaseError(_backend(engine.url).explain(error, engine.url)) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give one transaction that is on disk when the block ends, or has not happened; raises StorageFailed then.

    The lock for writing is taken at once, so that two processes never decide on the same old state.
    """
    asked = time.monotonic()
    try:
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            if (waited := time.monotonic() - asked) > SLOW:
                log.info("waited %(seconds).1f s for the lock", {"seconds": waited})
            yield connection
    except DBAPIError as error:
        log.info("a transaction did not happen: %(error)s", {"error": type(error.orig).__name__})
        raise StorageFailed(_backend(engine.url).explain(error, engine.url)) from error


def insert_or_ignore(connection: Connection, table: Table, unique: Sequence[str] = ()) -> Insert:
    """Give an INSERT that leaves out rows that are there already, by these columns, or by any unique ones."""
    return _backend(connection.engine.url).insert_or_ignore(table, unique)


def read_mark(connection: Connection) -> int:
    """Give the number that says what a database is for; 0 where it has none."""
    return _backend(connection.engine.url).read_mark(connection)


def write_mark(connection: Connection, mark: int) -> None:
    """Write the number that says what a database is for."""
    _backend(connection.engine.url).write_mark(connection, mark)


def leave_traces(connection: Connection) -> None:
    """Note, in the caller's transaction, that it erases: then `clear_traces` has something to do."""
    _backend(connection.engine.url).leave_traces(connection)


def clear_traces(engine: Engine) -> str:
    """Clear what erased rows left in the database's free space and logs, where there is such.

    Gives what could not be cleared, and what to do; blank when nothing is left.
    """
    return _backend(engine.url).clear_traces(engine)


def _backend(url: URL) -> Backend:
    return BACKENDS[url.drivername]


@atexit.register
def _close() -> None:
    """Close every database: the last to close a file has SQLite put its log (-wal) away, so that a copy has it all."""
    for engine in list(_opened):
        engine.dispose()


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def _migrate(engine: Engine, url: URL) -> None:
    """Bring a schema to HEAD in one transaction; two processes at once are safe, the second finds it done."""
    from alembic.script import ScriptDirectory

    _refuse_foreign(engine, url)
    version = _version(engine)
    known = {revision.revision for revision in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if version is not None and version not in known:
        raise DatabaseError(
            f"{place(url)}: made by a newer version of outreach (schema {version}; this one knows up to {HEAD})"
            ". Install the newer version; nothing was changed"
        )
    _backend(url).close_to_others(url)
    with _backend(url).migrating(engine) as connection:
        _upgrade(connection)
    log.info("migrated from schema %(was)s to %(to)s", {"was": version, "to": HEAD})


def _create(connection: Connection, addition: Addition | None) -> None:
    """Make the schema of HEAD in the caller's transaction, in a database that has nothing yet."""
    for schema in (SCHEMA, *([addition.schema] if addition else ())):
        for statement in schema.read_text(encoding="utf-8").split(BETWEEN):
            connection.exec_driver_sql(statement)


def _check_addition(engine: Engine, url: URL, addition: Addition) -> None:
    """Raise DatabaseError for a database without these tables, or with those of another version."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("additions"):
            raise DatabaseError(f"{place(url)}: an outbox, but none for {addition.name}. Move it aside")
        found = connection.scalar(text("SELECT version FROM additions WHERE name = :name"), {"name": addition.name})
    if found != addition.version:
        raise DatabaseError(
            f"{place(url)}: made by another version of outreach ({addition.name} {found}; this one knows "
            f"{addition.version}). Install the newer version; nothing was changed"
        )


def _upgrade(connection: Connection) -> None:
    """Bring the schema to HEAD in the caller's transaction, from whatever it is or from nothing."""
    from alembic import command

    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _alembic() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "outreach.db:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _refuse_foreign(engine: Engine, url: URL) -> None:
    """Raise DatabaseError for a database that holds something, and no outbox."""
    with engine.connect() as connection:
        found = inspect(connection)
        names = {*found.get_table_names(), *found.get_view_names()}
    if names and not {"messages", "campaign_key"} <= names:
        raise DatabaseError(
            f"{place(url)}: no outbox of outreach, but a database of something else, with "
            f"{listed(sorted(names), 3)}. Move it aside, or restore a copy of the outbox; nothing was added to it"
        )
