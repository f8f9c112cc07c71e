"""Files that go with letters: each is kept once, whatever number of letters carry it.

A stored letter has the headers of its attachments, and a reference by their digests where their bytes go. What a digest
names never changes, so a letter is fixed to the byte as before.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

REFUSED = "BEGIN SELECT RAISE(ABORT, 'what is attached to letters never changes'); END"
STATEMENTS = (
    """
    CREATE TABLE attachments (
        digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
        size INTEGER NOT NULL,
        encoded BLOB NOT NULL
    )
    """,
    f"CREATE TRIGGER attachments_are_fixed BEFORE UPDATE ON attachments {REFUSED}",
    f"CREATE TRIGGER attachments_are_kept BEFORE DELETE ON attachments {REFUSED}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
