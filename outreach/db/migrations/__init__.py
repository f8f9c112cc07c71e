"""Schema changes (Alembic), applied when a database is opened. A migration never imports the program's tables."""

# The newest revision. Opening compares it with the database's own, without importing Alembic when they agree.
HEAD = "0012"
