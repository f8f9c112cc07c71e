"""The outbox: messages, their ledger, suppressions and the campaign's key.

The database itself keeps four promises, whatever the program does:
- a message exists once for (ask, case, round, channel, mission, part), for ever;
- a message is never deleted, and what was fixed when it was queued never changes;
- the ledger is only ever added to;
- a status is one of the known ones.
"""

from alembic import op

revision = "0001"
down_revision = None

STATUSES = "'queued','claimed','sending','sent','delivered','bounced','rejected','deferred','unconfirmed','withdrawn'"
FIXED = (
    'ask, "case", round, channel, mission, part, token, message_id, language, recipients, subject, content, queued_at'
)

STATEMENTS = (
    f"""
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        ask TEXT NOT NULL,
        "case" TEXT NOT NULL,
        round TEXT NOT NULL,
        channel TEXT NOT NULL,
        mission TEXT NOT NULL,
        part TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        message_id TEXT NOT NULL UNIQUE,
        language TEXT NOT NULL,
        recipients TEXT NOT NULL,
        subject TEXT NOT NULL,
        content BLOB NOT NULL,
        queued_at DATETIME NOT NULL,
        status TEXT NOT NULL CHECK (status IN ({STATUSES})),
        attempts INTEGER NOT NULL,
        not_before DATETIME NOT NULL,
        claimed_by TEXT NOT NULL,
        lease_until DATETIME,
        detail TEXT NOT NULL,
        UNIQUE (ask, "case", round, channel, mission, part)
    )
    """,
    "CREATE INDEX messages_due ON messages (status, not_before)",
    """
    CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        message INTEGER NOT NULL REFERENCES messages (id),
        at DATETIME NOT NULL,
        from_status TEXT,
        to_status TEXT NOT NULL,
        detail TEXT NOT NULL,
        actor TEXT NOT NULL
    )
    """,
    "CREATE INDEX ledger_message ON ledger (message)",
    """
    CREATE TABLE suppressions (
        id INTEGER PRIMARY KEY,
        address TEXT NOT NULL,
        reason TEXT NOT NULL,
        at DATETIME NOT NULL,
        lifted_at DATETIME
    )
    """,
    "CREATE TABLE campaign_key (id INTEGER PRIMARY KEY CHECK (id = 1), secret BLOB NOT NULL)",
    "INSERT INTO campaign_key (id, secret) VALUES (1, randomblob(32))",
    """
    CREATE TRIGGER messages_are_kept BEFORE DELETE ON messages
    BEGIN SELECT RAISE(ABORT, 'a message is never deleted'); END
    """,
    f"""
    CREATE TRIGGER messages_are_fixed BEFORE UPDATE OF {FIXED} ON messages
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes'); END
    """,
    """
    CREATE TRIGGER ledger_is_kept BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER ledger_is_fixed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
