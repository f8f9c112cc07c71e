"""Notices that this database is not the only one: by its journal, and by the place it was last sent from.

The journal tells what left; the database must know all of it before it sends. What it does not know, it was told by
another copy of itself: an older one was put back, a colleague sent from a copy, or the database was lost.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, exists, select, update

from outreach.db.engine import insert_or_ignore, reading, writing
from outreach.errors import StorageFailed
from outreach.outbox.copies.journal import Line, digest, journal_beside, lines_in
from outreach.outbox.ledger import KEY_COLUMNS
from outreach.outbox.models import identity, ledger, may_have_left, messages
from outreach.outbox.process import HOST
from outreach.outbox.queue import call_in_doubt, waiting_to_ask
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now

AT_ONCE = 500  # ids in a question to the database
LEFT = (Status.SENDING.value, Status.SENT.value, Status.UNCONFIRMED.value)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the database was sent from the last time, when that was another machine or folder."""

    host: str
    folder: str


def missed(outbox: Outbox) -> tuple[Line, ...]:
    """Give what the journal says began to leave and the database does not know. A rehearsal misses nothing.

    What is known is noted, so that the next time only what was added is looked up.
    """
    if outbox.rehearsal:
        return ()
    data = journal_beside(outbox.engine.url).read()  # before the database, which knows first
    with reading(outbox.engine) as connection:
        row = connection.execute(select(identity)).mappings().one()
        length = row["journal_length"]
        known = length <= len(data) and digest(data[:length]) == row["journal_digest"]
        if known and length == len(data):
            return ()
        unknown = _unknown(connection, list(lines_in(data[length:] if known else data)))
    if not unknown:
        whole = data[: data.rfind(b"\n") + 1]
        with suppress(StorageFailed), writing(outbox.engine) as connection:  # looking is possible all the same
            connection.execute(update(identity).values(journal_length=len(whole), journal_digest=digest(whole)))
    return unknown


def adopt(outbox: Outbox, lines: Iterable[Line], by: str) -> None:
    """Take it that these may have left: those that wait are unconfirmed now, others when they are queued."""
    at = now()
    with writing(outbox.engine) as connection:
        for line in lines:
            words = {name: getattr(line.key, name) for name in KEY_COLUMNS}
            row = {**words, "message_id": line.message_id, "at": at, "by": by}
            connection.execute(insert_or_ignore(connection, may_have_left, ("message_id",)).values(row))
            same = (messages.c.mission == line.key.mission, messages.c.part == line.key.part)
            for entry in waiting_to_ask(connection, [line.key], *same):
                call_in_doubt(connection, entry.id, entry.status, at, by)


def note_place(outbox: Outbox, folder: Path) -> Elsewhere | None:
    """Note from where this database is sent; gives where it was the last time, if that was elsewhere, once."""
    if outbox.rehearsal:
        return None
    here = {"host": HOST, "folder": str(folder.resolve())}
    with reading(outbox.engine) as connection:
        row = connection.execute(select(identity)).mappings().one()
    was = {name: row[name] for name in here}
    if was == here:
        return None
    with writing(outbox.engine) as connection:
        connection.execute(update(identity).values(here))
    return Elsewhere(**was) if row["host"] else None


def serial_of(connection: Connection) -> str:
    """Give what names this database and its copies, whatever their files are called."""
    return str(connection.scalar(select(identity.c.serial)))


def _unknown(connection: Connection, lines: Sequence[Line]) -> tuple[Line, ...]:
    told = exists().where(ledger.c.message == messages.c.id, ledger.c.to_status.in_(LEFT))
    known = set[str]()
    for start in range(0, len(lines), AT_ONCE):
        ids = [line.message_id for line in lines[start : start + AT_ONCE]]
        known.update(connection.scalars(select(messages.c.message_id).where(messages.c.message_id.in_(ids), told)))
        adopted = select(may_have_left.c.message_id).where(may_have_left.c.message_id.in_(ids))
        known.update(connection.scalars(adopted))
    return tuple({line.message_id: line for line in lines if line.message_id not in known}.values())
