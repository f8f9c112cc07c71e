"""Opens the database that the program writes: engine, transactions, migrations. Knows no tables of its own.

What SQLite does in its own way stands in `sqlite`; another engine gets a module beside it.
"""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from outreach.db import sqlite
from outreach.db.migrations import HEAD
from outreach.errors import DatabaseError, StorageFailed

_opened = WeakSet[Engine]()


def open_database(url: URL) -> Engine:
    """Open a database that has the newest schema; raises DatabaseError when it cannot be had.

    A new file is its owner's alone: it will hold what missions wrote to us.
    """
    engine = sqlite.make_engine(url)
    _opened.add(engine)
    try:
        sqlite.begin(url)
        version = _version(engine)
        if version != HEAD:
            _migrate(engine, url)
    except DBAPIError as error:
        raise DatabaseError(sqlite.explain(error, url)) from error
    sqlite.end(url)
    return engine


def parse_url(text: str, folder: Path) -> URL:
    """Read the URL that a setting means, a relative SQLite path taken from `folder`: an outbox belongs to its campaign.

    Raises DatabaseError for what is no URL, another kind of database, or one that would be gone with the process.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"OUTREACH_DATABASE_URL is not a database URL; {sqlite.FOR_A_FILE}") from None
    if url.drivername != "sqlite":
        raise DatabaseError(
            f"OUTREACH_DATABASE_URL names {url.drivername}; this version keeps its outbox in SQLite: "
            f"leave it unset, or {sqlite.FOR_A_FILE}"
        )
    return sqlite.read_url(url, folder)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give one snapshot to read from."""
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise DatabaseError(sqlite.explain(error, engine.url)) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give one transaction that is on disk when the block ends, or has not happened; raises StorageFailed then.

    SQLite's write lock is taken at once (BEGIN IMMEDIATE), so that two processes never decide on the same old state.
    """
    try:
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise StorageFailed(sqlite.explain(error, engine.url)) from error


@atexit.register
def _close() -> None:
    """The last to close a file has SQLite put its log (-wal) away: whoever copies outreach.db then has it all."""
    for engine in list(_opened):
        engine.dispose()


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
            f"{sqlite.place(url)}: made by a newer version of outreach (schema {version}; this one knows up to {HEAD})"
            ". Install the newer version; nothing was changed"
        )
    sqlite.close_to_others(url)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_foreign(engine: Engine, url: URL) -> None:
    """Raise DatabaseError for a database that holds something, and no outbox."""
    with engine.connect() as connection:
        found = inspect(connection)
        names = {*found.get_table_names(), *found.get_view_names()}
    if names and not {"messages", "campaign_key"} <= names:
        raise DatabaseError(
            f"{sqlite.place(url)}: no outbox of outreach, but a database of something else, with "
            f"{', '.join(sorted(names)[:3])}. Move it aside, or restore a copy of the outbox; nothing was added to it"
        )
