"""Writes the schema that the migrations make into outreach/db/schema.sql, of which new databases are made."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent

from outreach.db.engine import BETWEEN, SCHEMA, open_database
from outreach.db.migrations import HEAD
from outreach.db.sqlite import sqlite_file

HEADER = "-- The whole schema, as its migrations leave it; what makes a new database. Written by `make schema`."
OWN = "('table', 'index', 'trigger')"
# Each new database gets values of its own (migrations 0001 and 0006).
FIRST_ROWS = (
    f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')",
    "INSERT INTO campaign_key (id, secret) VALUES (1, randomblob(32))",
    "INSERT INTO identity (id, serial) VALUES (1, lower(hex(randomblob(16))))",
)


def migrated(folder: Path) -> Path:
    """A database of no tables, which the migrations then fill."""
    path = folder / "migrated.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    open_database(sqlite_file(path)).dispose()
    return path


def statements(path: Path) -> Iterator[str]:
    """The statements that make the tables, indexes and triggers of a database, in the order in which they were made."""
    query = f"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN {OWN} ORDER BY rowid"
    with closing(sqlite3.connect(path)) as connection:
        for (sql,) in connection.execute(query):
            first, _, more = sql.strip().partition("\n")
            yield "\n".join(line.rstrip() for line in (first, *dedent(more).splitlines()) if line.strip())


def schema(path: Path) -> str:
    return BETWEEN.join((f"{HEADER}\n{next(statements(path))}", *list(statements(path))[1:], *FIRST_ROWS)) + ";\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        SCHEMA.write_text(schema(migrated(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
