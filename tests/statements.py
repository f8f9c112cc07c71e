"""Lets all databases of a process share what SQLAlchemy makes of a statement; knows no statement and no table.

SQLAlchemy writes the SQL of a statement once for each engine. A command opens one or two databases, so that it does so
once; thousands of tests in one process would write the same SQL anew for every database that they make.
"""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

MOST = 5_000


def share() -> None:
    """Let every engine that is used from now on share its compiled statements with all others of the same kind."""
    compiled = LRUCache(MOST)

    def lend(connection: Connection) -> None:
        connection.engine._compiled_cache = compiled

    # A statement is kept by dialect, and by default each engine's is another one. All of ours are made alike.
    SQLiteDialect_pysqlite.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign,assignment]
    SQLiteDialect_pysqlite.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign,assignment]
    event.listen(Engine, "engine_connect", lend)
