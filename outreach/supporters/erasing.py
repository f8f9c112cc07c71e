"""Erases one supporter: everything personal goes, numbers and what was counted stay. Knows no command and no page."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from outreach.db.engine import leave_traces
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import messages
from outreach.outbox.status import WAITING, Status
from outreach.supporters.doors import Line, change_member, change_voice, tell
from outreach.supporters.people import Ended, unlink
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


def withdraw_waiting(
    connection: Connection, supporter: int, at: datetime, by: str, why: str, kind: MessageKind | None = None
) -> int:
    """Withdraw every mail to somebody that waits (of one kind, or of any), in the caller's transaction; how many."""
    waits = messages.c.status.in_([status.value for status in WAITING])
    wanted = [] if kind is None else [messages.c.kind == kind.value]
    theirs = messages.c.recipients == recipient(supporter)
    query = select(messages.c.id, messages.c.status).where(theirs, waits, *wanted)
    rows = connection.execute(query).all()
    advance(connection, [Transition(row.id, Status(row.status), Status.WITHDRAWN, at, by, why) for row in rows])
    return len(rows)


def erase(connection: Connection, supporter: int, at: datetime, by: str, why: str, ended: Ended = Ended.ERASED) -> None:
    """Erase somebody in the caller's (writing) transaction: address, words, name, country, links, membership.

    Their voices are taken back, and what waits for them is withdrawn. `ended` is what their links say from now on. The
    database's free space is cleared by `clear_traces`, after the commit.
    """
    leave_traces(connection)
    theirs = list(connection.scalars(select(voices.c.id).where(voices.c.supporter == supporter)))
    for voice in theirs:
        change_voice(connection, voice, VoiceStatus.TAKEN_BACK, at, by, why)
        erase_voice(connection, voice)
    let_go(connection, supporter, at, by, why, ended)


def let_go(connection: Connection, supporter: int, at: datetime, by: str, why: str, ended: Ended) -> None:
    """Erase who somebody is, in the caller's (writing) transaction, and keep their voices: those count as before.

    Nothing ties a voice to an address any more: no fingerprint, no seal, no link, no name, no domain, no network. Its
    words are for the caller to erase.
    """
    leave_traces(connection)
    withdraw_waiting(connection, supporter, at, by, why)
    change_member(connection, supporter, MemberStatus.LEFT, at, by, why)
    end_membership(connection, supporter)
    connection.execute(
        update(voices).where(voices.c.supporter == supporter).values(domain=None, network=None, name=None)
    )
    unlink(connection, supporter, ended)
    nobody: dict[str, object] = {"fingerprint": None, "sealed": None, "keep_until": None}
    connection.execute(update(supporters).where(supporters.c.id == supporter).values(nobody))
    tell(connection, Line("supporter", supporter, at, None, "erased", why, by))


def end_membership(connection: Connection, supporter: int) -> None:
    """Remove the row that says how somebody stood to the mailing list, in the caller's transaction."""
    leave_traces(connection)
    connection.execute(delete(members).where(members.c.supporter == supporter))


def erase_voice(connection: Connection, voice: int) -> None:
    """Erase all that a voice says, and where it came from, in the caller's transaction; its status is the caller's."""
    erase_words(connection, voice)
    blank: dict[str, object] = {"country": "", "domain": None, "network": None}
    connection.execute(update(voices).where(voices.c.id == voice).values(blank))


def erase_words(connection: Connection, voice: int) -> None:
    """Erase the words and the name of a voice, and what they are compared by, in the caller's transaction."""
    leave_traces(connection)
    connection.execute(update(voices).where(voices.c.id == voice).values(sealed=None, name=None))
    connection.execute(delete(sketches).where(sketches.c.voice == voice))
