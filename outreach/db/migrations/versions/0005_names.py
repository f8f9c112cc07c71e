"""Names: which cases a message names and which people of them, asked again before it leaves; and letters written anew.

The database itself keeps these promises, whatever the program does:
- a State is asked for a case once in each round of an ask, whatever the channel: for letters, what they ask is unique;
- what was fixed when a message was queued changes only while it waits, and what it said before is kept;
- a message that was withdrawn is queued again only while nothing of it ever left.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

FIXED = 'kind, ask, "case", round, channel, mission, part, token, message_id, queued_at, follows'
REWRITTEN = "language, recipients, subject, content"

STATEMENTS = (
    # Its key stands here once more: a unique index looks at one table only.
    """
    CREATE TABLE message_cases (
        message INTEGER NOT NULL REFERENCES messages (id),
        "case" TEXT NOT NULL,
        how TEXT NOT NULL CHECK (how IN ('asked','mentioned')),
        kind TEXT NOT NULL,
        ask TEXT NOT NULL,
        round TEXT NOT NULL,
        mission TEXT NOT NULL,
        part TEXT NOT NULL,
        PRIMARY KEY (message, "case")
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE message_people (
        message INTEGER NOT NULL REFERENCES messages (id),
        "case" TEXT NOT NULL,
        person TEXT NOT NULL,
        PRIMARY KEY (message, "case", person)
    ) WITHOUT ROWID
    """,
    # What a message said before it was written anew. `ledger` is the entry that says so.
    """
    CREATE TABLE message_versions (
        id INTEGER PRIMARY KEY,
        message INTEGER NOT NULL REFERENCES messages (id),
        ledger INTEGER NOT NULL REFERENCES ledger (id),
        language TEXT NOT NULL,
        recipients TEXT NOT NULL,
        subject TEXT NOT NULL,
        content BLOB NOT NULL
    )
    """,
    "CREATE INDEX versions_of_messages ON message_versions (message)",
    # Messages that were queued before names were kept: their texts are read when they are asked about. Any may wait
    # again one day: a person can queue again what came back, or was withdrawn before it left.
    "CREATE TABLE unread_names (message INTEGER PRIMARY KEY REFERENCES messages (id))",
    # Two letters of one key but the channel were possible before. The later one is then known by its message alone.
    """
    INSERT INTO message_cases (message, "case", how, kind, ask, round, mission, part)
    SELECT id, "case", 'asked', kind, ask, round, mission,
        part || CASE WHEN kind = 'letter' AND EXISTS (
            SELECT 1 FROM messages AS earlier WHERE earlier.kind = 'letter' AND earlier.id < messages.id
            AND earlier.ask = messages.ask AND earlier."case" = messages."case" AND earlier.round = messages.round
            AND earlier.mission = messages.mission AND earlier.part = messages.part
        ) THEN ' on ' || channel ELSE '' END
    FROM messages
    """,
    "INSERT INTO unread_names SELECT id FROM messages",
    """
    CREATE UNIQUE INDEX letters_ask_once ON message_cases (ask, "case", round, mission, part)
    WHERE kind = 'letter' AND how = 'asked'
    """,
    """
    CREATE TRIGGER asked_cases_are_kept BEFORE DELETE ON message_cases WHEN OLD.how = 'asked'
    BEGIN SELECT RAISE(ABORT, 'what a message asks is never deleted'); END
    """,
    """
    CREATE TRIGGER named_cases_are_fixed BEFORE UPDATE ON message_cases
    BEGIN SELECT RAISE(ABORT, 'what a message names never changes in place'); END
    """,
    """
    CREATE TRIGGER versions_are_kept BEFORE DELETE ON message_versions
    BEGIN SELECT RAISE(ABORT, 'what a message said is never deleted'); END
    """,
    """
    CREATE TRIGGER versions_are_fixed BEFORE UPDATE ON message_versions
    BEGIN SELECT RAISE(ABORT, 'what a message said never changes'); END
    """,
    """
    CREATE TRIGGER what_left_is_never_queued_again BEFORE UPDATE OF status ON messages
    WHEN OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn' AND EXISTS (
        SELECT 1 FROM ledger WHERE ledger.message = OLD.id AND ledger.to_status = 'sending'
    )
    BEGIN SELECT RAISE(ABORT, 'a message that began to leave is never queued again once it was withdrawn'); END
    """,
    "DROP TRIGGER messages_are_fixed",
    f"""
    CREATE TRIGGER messages_are_fixed BEFORE UPDATE OF {FIXED} ON messages
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes'); END
    """,
    f"""
    CREATE TRIGGER texts_are_fixed BEFORE UPDATE OF {REWRITTEN} ON messages
    WHEN OLD.status NOT IN ('queued','deferred') OR NOT EXISTS (
        SELECT 1 FROM message_versions AS kept WHERE kept.message = OLD.id AND kept.subject = OLD.subject
        AND kept.language = OLD.language AND kept.recipients = OLD.recipients AND kept.content = OLD.content
    )
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes, unless it waits and what it said is kept'); END
    """,  # noqa: S608 - our own columns
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
