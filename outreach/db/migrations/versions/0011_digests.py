"""Digests: letters with supporters' voices. What they count is free again once they were withdrawn.

The database itself keeps these promises, whatever the program does:
- a mission gets one letter of a digest, whatever the channel and whichever cases it is about;
- one that was withdrawn is never queued again: another may count its voices by then.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    "CREATE UNIQUE INDEX digests_reach_a_mission_once ON messages (ask, mission, part) WHERE kind = 'digest'",
    """
    CREATE TRIGGER withdrawn_digests_stay_withdrawn BEFORE UPDATE OF status ON messages
    WHEN OLD.kind = 'digest' AND OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'
    BEGIN SELECT RAISE(ABORT, 'a digest that was withdrawn is never queued again'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
