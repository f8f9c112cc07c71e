"""Kinds: what a message is (a letter, a post) stands in a column of its own, and is part of what makes it the same.

The database itself keeps these promises, as before, whatever the program does:
- a message exists once for (kind, ask, case, round, channel, mission, part), for ever;
- a message is never deleted, and what was fixed when it was queued never changes;
- what a network called a post, and its public address, are written once.

SQLite cannot change a table's key: the table is made anew beside the old one, filled from it, and takes its name
(sqlite.org/lang_altertable.html, section 7). Rows keep their ids, so that the ledger, ties and evidence go on pointing
at them. Foreign keys are not enforced meanwhile; `outreach.db` checks them before the transaction ends.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

# Also those that are to come: a table should not be made anew for each.
KINDS = "'letter','post','digest','update','confirm','notice'"
STATUSES = "'queued','claimed','sending','sent','delivered','bounced','rejected','deferred','unconfirmed','withdrawn'"
KEPT = (
    'id, ask, "case", channel, mission, part, token, message_id, language, recipients, subject, queued_at, status, '
    "attempts, not_before, claimed_by, lease_until, detail, taken_at, follows, reference, address, content"
)
FIXED = (
    'kind, ask, "case", round, channel, mission, part, token, message_id, language, recipients, subject, content, '
    "queued_at, follows"
)

STATEMENTS = (
    # The unique key begins with what letters and posts are looked for by. The bytes stand last: SQLite reads a row from
    # its beginning, and what is before them is then read without them.
    f"""
    CREATE TABLE messages_with_kinds (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ({KINDS})),
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
        queued_at DATETIME NOT NULL,
        status TEXT NOT NULL CHECK (status IN ({STATUSES})),
        attempts INTEGER NOT NULL,
        not_before DATETIME NOT NULL,
        claimed_by TEXT NOT NULL,
        lease_until DATETIME,
        detail TEXT NOT NULL,
        taken_at DATETIME,
        follows INTEGER REFERENCES messages (id),
        reference TEXT NOT NULL DEFAULT '',
        address TEXT NOT NULL DEFAULT '',
        content BLOB NOT NULL,
        UNIQUE (ask, "case", round, channel, mission, part, kind)
    )
    """,
    f"""
    INSERT INTO messages_with_kinds (kind, round, {KEPT})
    SELECT CASE round WHEN 'post' THEN 'post' ELSE 'letter' END, CASE round WHEN 'post' THEN '' ELSE round END, {KEPT}
    FROM messages ORDER BY id
    """,  # noqa: S608 - our own columns
    "DROP TABLE messages",
    "ALTER TABLE messages_with_kinds RENAME TO messages",
    "CREATE INDEX messages_due ON messages (status, not_before)",
    # Listings and totals read these alone, never the pages that hold the letters' bytes.
    """
    CREATE INDEX messages_overview ON messages
        (mission, "case", ask, round, channel, part, status, taken_at, message_id, recipients, kind)
    """,
    # Posts are few among many letters, and when the last one of an account left is asked before each.
    "CREATE INDEX messages_posts ON messages (channel, status, taken_at) WHERE kind = 'post'",
    "CREATE INDEX messages_follow ON messages (follows) WHERE follows IS NOT NULL",
    """
    CREATE TRIGGER messages_are_kept BEFORE DELETE ON messages
    BEGIN SELECT RAISE(ABORT, 'a message is never deleted'); END
    """,
    f"""
    CREATE TRIGGER messages_are_fixed BEFORE UPDATE OF {FIXED} ON messages
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
