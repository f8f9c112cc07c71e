"""The time that a person gave a letter (send --at): it waits for that, however long, and is not put off.

The database itself keeps this promise, whatever the program does: the time that was given never changes.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    "ALTER TABLE messages ADD COLUMN planned_for DATETIME",
    """
    CREATE TRIGGER planned_times_are_fixed BEFORE UPDATE OF planned_for ON messages
    BEGIN SELECT RAISE(ABORT, 'what was queued never changes'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
