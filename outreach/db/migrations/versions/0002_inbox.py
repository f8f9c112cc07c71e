"""The inbox: what came back, where it lay, what it answers and proves, what people decided; when a letter was taken.

The database itself keeps these promises, whatever the program does:
- the same message is stored once, wherever it was read, and is never deleted;
- a place on a mail server is read once;
- a message answers a letter once, as long as that tie stands;
- what people decided is only ever added to.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

KINDS = "'bounce','delay','delivered','read','auto-reply','complaint','reply','other'"
STANCES = "'','will-raise','supportive','acknowledged','declined','other'"

STATEMENTS = (
    "ALTER TABLE messages ADD COLUMN taken_at DATETIME",
    """
    UPDATE messages SET taken_at =
        (SELECT min(at) FROM ledger WHERE ledger.message = messages.id AND ledger.to_status = 'sent')
    """,
    # Listings and totals read these alone, never the pages that hold the letters' bytes.
    """
    CREATE INDEX messages_overview ON messages
        (mission, "case", ask, round, channel, part, status, taken_at, message_id, recipients)
    """,
    f"""
    CREATE TABLE inbound (
        id INTEGER PRIMARY KEY,
        digest TEXT UNIQUE,
        source TEXT NOT NULL CHECK (source IN ('imap','file','person')),
        origin TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ({KINDS})),
        rule TEXT NOT NULL,
        fault TEXT NOT NULL,
        severity TEXT NOT NULL CHECK (severity IN ('','permanent','transient')),
        code TEXT NOT NULL,
        recipient TEXT NOT NULL,
        diagnostic TEXT NOT NULL,
        sender TEXT NOT NULL,
        sender_name TEXT NOT NULL,
        subject TEXT NOT NULL,
        message_id TEXT NOT NULL,
        arrived_at DATETIME NOT NULL,
        stored_at DATETIME NOT NULL,
        text TEXT NOT NULL,
        links TEXT NOT NULL,
        headers TEXT NOT NULL,
        size INTEGER NOT NULL,
        new_address BOOLEAN NOT NULL,
        CHECK ((digest IS NULL) = (source = 'person'))
    )
    """,
    "CREATE INDEX inbound_kind ON inbound (kind, arrived_at)",
    "CREATE INDEX inbound_sender ON inbound (sender)",
    # What waits for a person is little among much: copies of our own letters are as many as the letters.
    "CREATE INDEX inbound_rule ON inbound (rule)",
    "CREATE INDEX inbound_new ON inbound (new_address)",
    """
    CREATE TABLE places (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,
        uid INTEGER NOT NULL,
        inbound INTEGER NOT NULL REFERENCES inbound (id),
        filed BOOLEAN NOT NULL,
        UNIQUE (account, folder, uidvalidity, uid)
    )
    """,
    """
    CREATE TABLE ties (
        id INTEGER PRIMARY KEY,
        inbound INTEGER NOT NULL REFERENCES inbound (id),
        message INTEGER REFERENCES messages (id),
        ask TEXT NOT NULL,
        "case" TEXT NOT NULL,
        mission TEXT NOT NULL,
        matched_by TEXT NOT NULL,
        certainty REAL NOT NULL,
        at DATETIME NOT NULL,
        "by" TEXT NOT NULL,
        removed_at DATETIME
    )
    """,
    'CREATE UNIQUE INDEX ties_once ON ties (inbound, ask, "case", mission) WHERE removed_at IS NULL',
    'CREATE INDEX ties_answered ON ties (mission, "case", ask) WHERE removed_at IS NULL',
    "CREATE INDEX ties_message ON ties (message) WHERE removed_at IS NULL",
    "CREATE INDEX ties_by ON ties (matched_by)",
    f"""
    CREATE TABLE evidence (
        id INTEGER PRIMARY KEY,
        inbound INTEGER NOT NULL REFERENCES inbound (id),
        message INTEGER NOT NULL REFERENCES messages (id),
        matched_by TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ({KINDS})),
        address TEXT NOT NULL,
        severity TEXT NOT NULL CHECK (severity IN ('','permanent','transient')),
        code TEXT NOT NULL,
        words TEXT NOT NULL,
        applied BOOLEAN NOT NULL
    )
    """,
    "CREATE INDEX evidence_waiting ON evidence (message) WHERE applied = 0",
    "CREATE INDEX evidence_kind ON evidence (kind)",
    "CREATE INDEX evidence_message ON evidence (message)",
    "CREATE INDEX evidence_address ON evidence (address) WHERE address <> ''",
    f"""
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        inbound INTEGER NOT NULL REFERENCES inbound (id),
        "case" TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('',{KINDS})),
        stance TEXT NOT NULL CHECK (stance IN ({STANCES})),
        note TEXT NOT NULL,
        at DATETIME NOT NULL,
        "by" TEXT NOT NULL
    )
    """,
    "CREATE INDEX decisions_inbound ON decisions (inbound)",
    """
    CREATE TRIGGER inbound_is_kept BEFORE DELETE ON inbound
    BEGIN SELECT RAISE(ABORT, 'what came back is never deleted'); END
    """,
    """
    CREATE TRIGGER inbound_is_fixed BEFORE UPDATE OF digest, source, origin, sender, subject, message_id, arrived_at,
        stored_at, text, headers, size ON inbound
    BEGIN SELECT RAISE(ABORT, 'what came back never changes'); END
    """,
    """
    CREATE TRIGGER ties_are_kept BEFORE DELETE ON ties
    BEGIN SELECT RAISE(ABORT, 'a tie is taken back, never deleted'); END
    """,
    """
    CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
    BEGIN SELECT RAISE(ABORT, 'evidence is only added to'); END
    """,
    """
    CREATE TRIGGER evidence_is_fixed BEFORE UPDATE OF inbound, message, matched_by, kind, address, severity, code,
        words ON evidence
    BEGIN SELECT RAISE(ABORT, 'evidence never changes'); END
    """,
    """
    CREATE TRIGGER decisions_are_kept BEFORE DELETE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END
    """,
    """
    CREATE TRIGGER decisions_are_fixed BEFORE UPDATE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
