"""Posts: which one a part of a thread replies to, what the network calls it, and where anybody can read it.

The database itself keeps these promises, whatever the program does:
- which post a part follows never changes;
- what a network called a post, and its public address, are written once.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "ALTER TABLE messages ADD COLUMN follows INTEGER REFERENCES messages (id)",
    "ALTER TABLE messages ADD COLUMN reference TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE messages ADD COLUMN address TEXT NOT NULL DEFAULT ''",
    # Posts are few among many letters, and when the last one of an account left is asked before each.
    "CREATE INDEX messages_posts ON messages (channel, status, taken_at) WHERE round = 'post'",
    "CREATE INDEX messages_follow ON messages (follows) WHERE follows IS NOT NULL",
    """
    CREATE TRIGGER threads_are_fixed BEFORE UPDATE OF follows ON messages
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes'); END
    """,
    """
    CREATE TRIGGER addresses_are_fixed BEFORE UPDATE OF reference, address ON messages
    WHEN (OLD.reference <> '' AND NEW.reference <> OLD.reference) OR (OLD.address <> '' AND NEW.address <> OLD.address)
    BEGIN SELECT RAISE(ABORT, 'what a network called a post never changes'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
