"""Open outboxes and drafts for tests; real SQLite files."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from outreach.db import open_database, reading, writing
from outreach.outbox.models import Draft, Entry, Key, Scope, campaign_key
from outreach.outbox.queue import enqueue, entries
from outreach.outbox.store import Outbox

NOON = datetime(2022, 9, 1, 12, 0, tzinfo=UTC)


def open_test_outbox(path: Path) -> Outbox:
    engine = open_database(f"sqlite:///{path}")
    with reading(engine) as connection:
        return Outbox(engine, False, bytes(connection.scalar(select(campaign_key.c.secret)) or b""))


def draft(number: int, mission: str | None = None, channel: str = "smtp") -> Draft:
    token = f"token{number:06d}"
    return Draft(
        key=Key("hrc51", "viasna", "first", channel, mission or f"M{number}"),
        token=token,
        message_id=f"<{token}@example.org>",
        language="en",
        recipients=(f"m{number}@m{number}.example.org",),
        subject=f"Letter {number}",
        content=f"Message-ID: <{token}@example.org>\r\nSubject: Letter {number}\r\n\r\nBody {number}\r\n".encode(),
    )


def queue_letters(outbox: Outbox, number: int) -> list[int]:
    with writing(outbox.engine) as connection:
        return enqueue(connection, [draft(i) for i in range(number)], NOON, "test")


def listing(outbox: Outbox, scope: Scope | None = None) -> list[Entry]:
    with reading(outbox.engine) as connection:
        return entries(connection, scope)
