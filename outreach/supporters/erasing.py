"""Erases one supporter: everything personal goes, numbers and what was counted stay. Knows no command and no page."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from outreach.db.engine import leave_traces
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import messages
from outreach.outbox.status import WAITING, Status
from outreach.supporters.doors import Line, change_member, change_voice, tell
from outreach.supporters.people import unlink
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.tables import members, sketches, supporters, voices


def recipient(supporter: int) -> str:
    """Give what stands for an address in a message: whom it is for, and nothing about them."""
    return f"supporter:{supporter}"


def supporter_of(recipient: str) -> int:
    """Give whom a message is for; raises ValueError for what `recipient` did not make."""
    kind, _, number = recipient.partition(":")
    if kind != "supporter":
        raise ValueError(f"{recipient} names no supporter")
    return int(number)


def withdraw_waiting(connection: Connection, supporter: int, at: datetime, by: str, why: str) -> int:
    """Withdraw every mail to somebody that waits, in the caller's transaction; gives how many."""
    waits = messages.c.status.in_([status.value for status in WAITING])
    query = select(messages.c.id, messages.c.status).where(messages.c.recipients == recipient(supporter), waits)
    rows = connection.execute(query).all()
    advance(connection, [Transition(row.id, Status(row.status), Status.WITHDRAWN, at, by, why) for row in rows])
    return len(rows)


def erase(connection: Connection, supporter: int, at: datetime, by: str, why: str) -> None:
    """Erase somebody in the caller's (writing) transaction: address, words, name, country, links, membership.

    Their voices are taken back, and what waits for them is withdrawn. The database's free space is cleared by
    `clear_traces`, after the commit.
    """
    leave_traces(connection)
    withdraw_waiting(connection, supporter, at, by, why)
    change_member(connection, supporter, MemberStatus.LEFT, at, by, why)
    theirs = list(connection.scalars(select(voices.c.id).where(voices.c.supporter == supporter)))
    for voice in theirs:
        change_voice(connection, voice, VoiceStatus.TAKEN_BACK, at, by, why)
    blank: dict[str, object] = {"sealed": None, "country": "", "domain": None, "network": None}
    connection.execute(update(voices).where(voices.c.supporter == supporter).values(blank))
    connection.execute(delete(sketches).where(sketches.c.voice.in_(theirs)))
    connection.execute(delete(members).where(members.c.supporter == supporter))
    unlink(connection, supporter)
    nobody: dict[str, object] = {"fingerprint": None, "sealed": None, "keep_until": None}
    connection.execute(update(supporters).where(supporters.c.id == supporter).values(nobody))
    tell(connection, Line("supporter", supporter, at, None, "erased", why, by))
