"""Letters for several cases: one that was withdrawn before it left asks nothing, so another may ask for its cases.

The database itself keeps these promises, whatever the program does:
- a State is asked for a case once in each round of an ask, by whatever letter that may leave or has left;
- only a letter that was withdrawn, and never began to leave, gives free what it asks;
- it is queued again only when it asks for all of its cases again, and no other letter does.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

NEVER_LEFT = """
    {id} IN (SELECT id FROM messages WHERE kind = 'letter' AND status = 'withdrawn')
    AND {id} NOT IN (SELECT message FROM ledger WHERE to_status = 'sending')
"""
FIXED = 'message, "case", how, kind, ask, round, mission, part'

STATEMENTS = (
    "ALTER TABLE message_cases ADD COLUMN released BOOLEAN NOT NULL DEFAULT 0 CHECK (released IN (0, 1))",
    "DROP TRIGGER named_cases_are_fixed",
    f"UPDATE message_cases SET released = 1 WHERE how = 'asked' AND {NEVER_LEFT.format(id='message')}",  # noqa: S608
    "DROP INDEX letters_ask_once",
    """
    CREATE UNIQUE INDEX letters_ask_once ON message_cases (ask, "case", round, mission, part)
    WHERE kind = 'letter' AND how = 'asked' AND released = 0
    """,
    "CREATE INDEX asked_cases ON message_cases (\"case\", ask, round, message) WHERE how = 'asked'",
    'CREATE INDEX messages_for_several ON messages ("case") WHERE instr("case", \'+\') > 0',
    f"""
    CREATE TRIGGER named_cases_are_fixed BEFORE UPDATE OF {FIXED} ON message_cases
    BEGIN SELECT RAISE(ABORT, 'what a message names never changes in place'); END
    """,
    f"""
    CREATE TRIGGER what_may_have_left_asks BEFORE UPDATE OF released ON message_cases
    WHEN NEW.released <> OLD.released AND NOT (OLD.how = 'asked' AND {NEVER_LEFT.format(id="OLD.message")})
    BEGIN SELECT RAISE(ABORT, 'only a letter that was withdrawn before it left asks nothing'); END
    """,
    """
    CREATE TRIGGER what_is_queued_asks BEFORE INSERT ON message_cases WHEN NEW.released <> 0
    BEGIN SELECT RAISE(ABORT, 'a message asks as long as it was not withdrawn'); END
    """,
    """
    CREATE TRIGGER what_asks_nothing_is_never_queued BEFORE UPDATE OF status ON messages
    WHEN OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'
    AND EXISTS (SELECT 1 FROM message_cases WHERE message = OLD.id AND released)
    BEGIN SELECT RAISE(ABORT, 'a letter is queued again only when it asks again for all of its cases'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
