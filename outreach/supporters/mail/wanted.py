"""Says which mails that wait are wanted no more, and withdraws them; asked right before each is claimed, and leaves.

The only gate of mails to supporters. What is wanted no more never will be: so it is withdrawn, and not held back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.queue import due, take
from outreach.outbox.status import Status
from outreach.supporters.mail.parts import About, about
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.tables import members, refusals, supporters, voices

ERASED = "whom it was for was erased"
REFUSED = "whom it was for wants no mail"
ANSWERED = "it was answered, or its time is over"
NO_MEMBER = "whom it was for is no member any more"


def claim_wanted(
    connection: Connection, scope: Scope, limit: int, at: datetime, worker: str, *also: ColumnElement[bool]
) -> list[Claimed]:
    """Take due mails that are wanted, in place of `queue.claim`; those that are not are withdrawn on the way.

    Mails that ask somebody go first: an update to a long list holds up nobody who waits for one. `also` narrows the
    search further.
    """
    asking = _claim(connection, replace(scope, kind=MessageKind.CONFIRM), limit, at, worker, also)
    return asking or _claim(connection, scope, limit, at, worker, also)


def _claim(
    connection: Connection,
    scope: Scope,
    limit: int,
    at: datetime,
    worker: str,
    also: Sequence[ColumnElement[bool]],
) -> list[Claimed]:
    while rows := due(connection, scope, limit, at, *also):
        abouts = {row["id"]: about(MessageKind(row["kind"]), row["part"]) for row in rows}
        unwanted = why_unwanted(connection, abouts, at)
        if not unwanted:
            return take(connection, rows, at, worker)
        steps = [
            Transition(row["id"], Status(row["status"]), Status.WITHDRAWN, at, worker, unwanted[row["id"]])
            for row in rows
            if row["id"] in unwanted
        ]
        advance(connection, steps)
    return []


def why_unwanted(connection: Connection, messages: Mapping[int, About], at: datetime) -> dict[int, str]:
    """Give message → why it is wanted no more, of those that are not."""
    people = sorted({each.supporter for each in messages.values()})
    # For a while (it was not them) no form causes a mail; what they confirmed before goes on, but for never again.
    may_be = members.c.status.is_distinct_from(MemberStatus.MEMBER.value)
    refused = and_(
        refusals.c.fingerprint == supporters.c.fingerprint,
        or_(refusals.c.until.is_(None), and_(refusals.c.until > at, may_be)),
    )
    query = (
        select(supporters.c.id, refusals.c.fingerprint.is_not(None).label("refused"), members.c.status)
        .join(members, members.c.supporter == supporters.c.id, isouter=True)
        .join(refusals, refused, isouter=True)
        .where(supporters.c.id.in_(people), supporters.c.sealed.is_not(None))
    )
    known = {row.id: (bool(row.refused), row.status) for row in connection.execute(query)}
    open_voices = _written(connection, [each.voice for each in messages.values() if each.voice is not None])
    found = {id_: _why(each, known.get(each.supporter), open_voices) for id_, each in messages.items()}
    return {id_: why for id_, why in found.items() if why}


def _why(message: About, known: tuple[bool, str | None] | None, open_voices: set[int]) -> str:
    if known is None:
        return ERASED
    refused, member = known
    if refused:
        return REFUSED
    if message.voice is not None:
        return "" if message.voice in open_voices else ANSWERED
    if message.kind is MessageKind.CONFIRM:
        return "" if member == MemberStatus.ASKED else ANSWERED
    if message.kind is MessageKind.UPDATE:
        return "" if member == MemberStatus.MEMBER else NO_MEMBER
    return ""


def _written(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """Give the voices of which somebody is still to say whether they are theirs: or of newer ones for the same ask.

    A newer form replaces an older one without another mail: the link that was asked about leads to it.
    """
    if not numbers:
        return set()
    newest = voices.alias("newest")
    same = and_(newest.c.supporter == voices.c.supporter, newest.c.ask == voices.c.ask)
    waits = newest.c.status == VoiceStatus.WRITTEN.value
    return set(connection.scalars(select(voices.c.id).join(newest, same).where(voices.c.id.in_(numbers), waits)))
