"""The days of the ask as a message says them: when the ask gets others, it waits for a person.

The database itself keeps this promise, whatever the program does: what a message said when it left never changes.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    "ALTER TABLE messages ADD COLUMN asked_for TEXT NOT NULL DEFAULT ''",
    """
    CREATE TRIGGER asked_for_is_fixed BEFORE UPDATE OF asked_for ON messages
    WHEN NEW.asked_for <> OLD.asked_for AND OLD.status NOT IN ('queued','deferred')
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes, unless it waits'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
