"""Erasures: what people wrote to us can be erased; a status changes with its ledger entry; which copy this file is.

The database itself keeps these promises, whatever the program does:
- a status changes only when the newest ledger entry of its message tells of that change;
- what came back, what was sent, and what a ledger entry says changes only while an erasure is under way, and every
  erasure is kept: when, by whom, how much. None can stay under way: its transaction cannot end before it did;
- the digest of a mail, where it lay, when it came and what it answers are never erased.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

UNDER_WAY = 'EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL)'


def _fixed(name: str, table: str, words: str, always: str, but_for_erasures: str = "") -> tuple[str, ...]:
    """Make the triggers that keep some columns always, others unless an erasure is under way."""
    refused = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    kept = f"CREATE TRIGGER {name} BEFORE UPDATE OF {always} ON {table} {refused}"
    erased = f"CREATE TRIGGER {name}_but_for_erasures BEFORE UPDATE OF {but_for_erasures} ON {table}"
    return (kept, f"{erased} WHEN NOT {UNDER_WAY} {refused}") if but_for_erasures else (kept,)


STATEMENTS = (
    # Looked for once for each change, among all entries of a message: ledger_message has them by id.
    """
    CREATE TRIGGER statuses_are_told AFTER UPDATE OF status ON messages
    WHEN NEW.status IS NOT OLD.status AND NOT EXISTS (
        SELECT 1 FROM ledger WHERE id = (SELECT max(id) FROM ledger WHERE message = OLD.id)
        AND from_status IS OLD.status AND to_status = NEW.status
    )
    BEGIN SELECT RAISE(ABORT, 'a status changes only with its ledger entry'); END
    """,
    # `under_way` points at no row, which a transaction may not end with (sqlite.org/foreignkeys.html, section 4.2).
    """
    CREATE TABLE erasures (
        id INTEGER PRIMARY KEY CHECK (id > 0),
        at DATETIME NOT NULL,
        "by" TEXT NOT NULL,
        what TEXT NOT NULL CHECK (what IN ('address','before','keep_days')),
        day TEXT NOT NULL,
        mails INTEGER NOT NULL DEFAULT 0,
        mentions INTEGER NOT NULL DEFAULT 0,
        letters INTEGER NOT NULL DEFAULT 0,
        entries INTEGER NOT NULL DEFAULT 0,
        under_way INTEGER CHECK (under_way = 0) REFERENCES erasures (id) DEFERRABLE INITIALLY DEFERRED
    )
    """,
    "CREATE INDEX erasures_under_way ON erasures (under_way) WHERE under_way IS NOT NULL",
    """
    CREATE TRIGGER erasures_are_kept BEFORE DELETE ON erasures
    BEGIN SELECT RAISE(ABORT, 'an erasure stays on file'); END
    """,
    """
    CREATE TRIGGER erasures_are_fixed BEFORE UPDATE ON erasures WHEN OLD.under_way IS NULL
    BEGIN SELECT RAISE(ABORT, 'an erasure stays on file'); END
    """,
    # Messages of which only the skeleton is left, and those of others whose raw file went, for it named somebody.
    """
    CREATE TABLE erased (
        inbound INTEGER PRIMARY KEY REFERENCES inbound (id),
        erasure INTEGER NOT NULL REFERENCES erasures (id),
        whole BOOLEAN NOT NULL
    )
    """,
    f"""
    CREATE TRIGGER erased_by_erasures BEFORE INSERT ON erased WHEN NOT {UNDER_WAY}
    BEGIN SELECT RAISE(ABORT, 'only an erasure erases'); END
    """,
    f"""
    CREATE TRIGGER erased_more_by_erasures BEFORE UPDATE ON erased WHEN NOT {UNDER_WAY}
    BEGIN SELECT RAISE(ABORT, 'only an erasure erases'); END
    """,
    """
    CREATE TRIGGER erased_is_kept BEFORE DELETE ON erased
    BEGIN SELECT RAISE(ABORT, 'an erasure stays on file'); END
    """,
    "DROP TRIGGER inbound_is_fixed",
    *_fixed(
        "inbound_is_fixed",
        "inbound",
        "what came back never changes",
        "digest, source, arrived_at, stored_at, size",
        "origin, sender, subject, message_id, text, headers",
    ),
    "DROP TRIGGER decisions_are_fixed",
    *_fixed(
        "decisions_are_fixed",
        "decisions",
        "decisions are only added to",
        'id, inbound, "case", kind, stance, at, "by"',
        "note",
    ),
    "DROP TRIGGER evidence_is_fixed",
    *_fixed(
        "evidence_is_fixed",
        "evidence",
        "evidence never changes",
        "inbound, message, matched_by, kind, severity, code",
        "address, words",
    ),
    "DROP TRIGGER ledger_is_fixed",
    *_fixed(
        "ledger_is_fixed",
        "ledger",
        "the ledger is append-only",
        "id, message, at, from_status, to_status, actor",
        "detail",
    ),
    "DROP TRIGGER versions_are_fixed",
    *_fixed(
        "versions_are_fixed",
        "message_versions",
        "what a message said never changes",
        "id, message, ledger, language, subject",
        "recipients, content",
    ),
    "DROP TRIGGER texts_are_fixed",
    f"""
    CREATE TRIGGER texts_are_fixed BEFORE UPDATE OF language, recipients, subject, content ON messages
    WHEN (OLD.status NOT IN ('queued','deferred') OR NOT EXISTS (
        SELECT 1 FROM message_versions AS kept WHERE kept.message = OLD.id AND kept.subject = OLD.subject
        AND kept.language = OLD.language AND kept.recipients = OLD.recipients AND kept.content = OLD.content
    )) AND NOT (NEW.subject = OLD.subject AND NEW.language = OLD.language AND {UNDER_WAY})
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes, unless it waits and what it said is kept'); END
    """,  # noqa: S608 - our own columns
    # Which database this is, whatever its file is called, and where it was last sent from; how much of the journal
    # beside it was found to be known here.
    """
    CREATE TABLE identity (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        serial TEXT NOT NULL,
        host TEXT NOT NULL DEFAULT '',
        folder TEXT NOT NULL DEFAULT '',
        journal_length INTEGER NOT NULL DEFAULT 0,
        journal_digest TEXT NOT NULL DEFAULT ''
    )
    """,
    "INSERT INTO identity (id, serial) VALUES (1, lower(hex(randomblob(16))))",
    # Messages that a journal knew and the database did not, when a person said so: they may have left.
    """
    CREATE TABLE may_have_left (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        ask TEXT NOT NULL,
        "case" TEXT NOT NULL,
        round TEXT NOT NULL,
        channel TEXT NOT NULL,
        mission TEXT NOT NULL,
        part TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        at DATETIME NOT NULL,
        "by" TEXT NOT NULL
    )
    """,
    'CREATE INDEX may_have_left_key ON may_have_left (ask, "case", round, channel, mission, part, kind)',
    """
    CREATE TRIGGER may_have_left_is_kept BEFORE DELETE ON may_have_left
    BEGIN SELECT RAISE(ABORT, 'what may have left stays on file'); END
    """,
    """
    CREATE TRIGGER may_have_left_is_fixed BEFORE UPDATE ON may_have_left
    BEGIN SELECT RAISE(ABORT, 'what may have left stays on file'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
