"""Mail as it really comes: what is attached, an invitation, who vouches for the sender, news, and machines in doubt.

The database itself keeps these promises, as before, whatever the program does:
- what came back never changes, unless an erasure is under way.

SQLite keeps a table's CHECK in the text of its schema. Where a change allows more and no row needs another form, that
text may be written anew in place (sqlite.org/lang_altertable.html, section 7, its second list of steps); the version of
the schema is raised with it, so that every connection reads it again.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

KINDS = "'bounce','delay','delivered','read','auto-reply','complaint','reply','other'"
UNDER_WAY = 'EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL)'
REFUSED = "BEGIN SELECT RAISE(ABORT, 'what came back never changes'); END"

STATEMENTS = (
    "ALTER TABLE inbound ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE inbound ADD COLUMN invitation TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE inbound ADD COLUMN sender_check TEXT NOT NULL DEFAULT '' CHECK (sender_check IN ('','pass','fail'))",
    "ALTER TABLE inbound ADD COLUMN news TEXT NOT NULL DEFAULT '[]'",
    f"CREATE TRIGGER inbound_sender_check_is_fixed BEFORE UPDATE OF sender_check ON inbound {REFUSED}",
    f"""
    CREATE TRIGGER inbound_parts_are_fixed_but_for_erasures BEFORE UPDATE OF attachments, invitation, news ON inbound
    WHEN NOT {UNDER_WAY} {REFUSED}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    _allow_unclear()


def _allow_unclear() -> None:
    """Let what came back, and what it proves, be of the kind `unclear`, too."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name IN ('inbound', 'evidence')",
        (KINDS, f"{KINDS},'unclear'"),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
