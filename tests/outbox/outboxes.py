"""Open outboxes and drafts for tests; real SQLite files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select

from outreach.db.engine import open_database, reading, writing
from outreach.db.sqlite import sqlite_file
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LedgerEntry, Transition, advance, history
from outreach.outbox.models import Draft, Entry, Key, Scope, campaign_key
from outreach.outbox.queue import enqueue, entries
from outreach.outbox.status import HELD, Status
from outreach.outbox.store import Outbox

NOON = datetime(2022, 9, 1, 12, 0, tzinfo=UTC)
HOLDER = "another-machine/1/0.00"

# How a message comes to each status, the queue being the start.
_TAKEN = (Status.QUEUED, Status.CLAIMED, Status.SENDING)
WAYS: dict[Status, tuple[Status, ...]] = {
    Status.QUEUED: _TAKEN[:1],
    Status.CLAIMED: _TAKEN[:2],
    Status.SENDING: _TAKEN,
    Status.SENT: (*_TAKEN, Status.SENT),
    Status.DELIVERED: (*_TAKEN, Status.SENT, Status.DELIVERED),
    Status.BOUNCED: (*_TAKEN, Status.SENT, Status.BOUNCED),
    Status.REJECTED: (*_TAKEN, Status.REJECTED),
    Status.DEFERRED: (*_TAKEN, Status.DEFERRED),
    Status.UNCONFIRMED: (*_TAKEN, Status.UNCONFIRMED),
    Status.WITHDRAWN: (Status.QUEUED, Status.WITHDRAWN),
}


def open_test_outbox(path: Path) -> Outbox:
    engine = open_database(sqlite_file(path))
    with reading(engine) as connection:
        return Outbox(engine, False, bytes(connection.scalar(select(campaign_key.c.secret)) or b""))


def draft(number: int, mission: str | None = None, channel: str = "smtp") -> Draft:
    token = f"token{number:06d}"
    return Draft(
        key=Key(MessageKind.LETTER, "hrc51", "beacon", "first", channel, mission or f"M{number}"),
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


def chain(outbox: Outbox, message: int) -> list[Status]:
    """The statuses that a message went through, by the ledger."""
    return [entry.to for entry in told(outbox) if entry.message == message]


def told(outbox: Outbox) -> list[LedgerEntry]:
    """The whole ledger, oldest first."""
    with reading(outbox.engine) as connection:
        return list(history(connection, Scope()))


def queue_keys(outbox: Outbox, *keys: Key, at: datetime = NOON) -> list[int]:
    """Queue a letter for each key, as messages of this outbox."""
    drafts = [_keyed(outbox, number, key) for number, key in enumerate(keys)]
    with writing(outbox.engine) as connection:
        return enqueue(connection, drafts, at, "test")


def _keyed(outbox: Outbox, number: int, key: Key) -> Draft:
    token = outbox.token(key)
    return replace(draft(number), key=key, token=token, message_id=f"<{token}@example.org>")


def lead(outbox: Outbox, message: int, to: Status, at: datetime = NOON, holder: str = HOLDER) -> None:
    """Bring a queued message to a status, by the way that messages go."""
    steps = [
        Transition(
            message,
            was,
            then,
            at,
            "test",
            holder=holder if was in HELD else "",
            held_by=holder if then in HELD else "",
            not_before=at,
            tried=int(then is Status.SENDING),
        )
        for was, then in pairwise(WAYS[to])
    ]
    with writing(outbox.engine) as connection:
        advance(connection, steps)


@contextmanager
def full_disk(outbox: Outbox, spare: int = 0) -> Iterator[None]:
    """SQLite's own "database or disk is full" while the block lasts: the file may grow by so many pages only."""
    engine = outbox.engine
    with reading(engine) as connection:
        most = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()) + spare

    def no_room(raw: object, _record: object) -> None:
        raw.execute(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]

    engine.dispose()
    event.listen(engine, "connect", no_room)
    try:
        yield
    finally:
        event.remove(engine, "connect", no_room)
        engine.dispose()


@contextmanager
def heard(engine: Engine, what: str) -> Iterator[list[tuple[Any, ...]]]:
    """What an engine tells of an event (sqlalchemy.events.ConnectionEvents) while the block lasts, each time anew."""
    told: list[tuple[Any, ...]] = []

    def note(*arguments: Any) -> None:
        told.append(arguments)

    event.listen(engine, what, note)
    try:
        yield told
    finally:
        event.remove(engine, what, note)
