"""Finds what is due to be erased: what nobody confirmed, who left, addresses and words that were kept long enough.

It only looks. A voice goes on counting when its address is erased; its words stay while a letter may still quote them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, func, not_, select

from outreach.supporters.people import CONFIRM
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.tables import arrivals, links, members, refusals, supporters, voices

QUOTABLE = (VoiceStatus.TO_READ, VoiceStatus.LET_THROUGH, VoiceStatus.IN_DIGEST)
ENDED = (MemberStatus.LEFT, MemberStatus.BOUNCED, MemberStatus.COMPLAINED, MemberStatus.EXPIRED)


def unconfirmed_voices(connection: Connection, before: datetime, limit: int) -> Sequence[tuple[int, int, str]]:
    """Give voice, supporter and ask of what was written until then, and nobody confirmed.

    A form that replaced another makes no time longer: it counts from the one whose link is on its way.
    """
    first = voices.alias("first")
    is_asked = exists().where(links.c.purpose == CONFIRM, links.c.subject == first.c.id)
    began = (
        select(func.min(first.c.agreed_on))
        .where(first.c.supporter == voices.c.supporter, first.c.ask == voices.c.ask, is_asked)
        .where(first.c.confirmed_on.is_(None))
        .scalar_subquery()
    )
    written = voices.c.status == VoiceStatus.WRITTEN.value
    query = select(voices.c.id, voices.c.supporter, voices.c.ask).where(
        written, func.coalesce(began, voices.c.agreed_on) <= before
    )
    return [tuple(row) for row in connection.execute(query.order_by(voices.c.id).limit(limit))]


def unconfirmed_members(connection: Connection, before: datetime, limit: int) -> Sequence[int]:
    """Give the supporters who were asked until then whether they want to join, and did not answer."""
    asked = members.c.status == MemberStatus.ASKED.value
    query = select(members.c.supporter).where(asked, members.c.asked_on <= before)
    return connection.scalars(query.order_by(members.c.supporter).limit(limit)).all()


def ended_members(connection: Connection, before: datetime, limit: int) -> Sequence[tuple[int, MemberStatus]]:
    """Give the supporters whose membership ended until then, and how it did."""
    over = members.c.status.in_([status.value for status in ENDED])
    query = select(members.c.supporter, members.c.status).where(over, members.c.ended_on <= before)
    rows = connection.execute(query.order_by(members.c.supporter).limit(limit))
    return [(supporter, MemberStatus(status)) for supporter, status in rows]


def addresses_due(connection: Connection, at: datetime, limit: int) -> Sequence[int]:
    """Give the supporters whose address was kept long enough: no members, and no voice of theirs waits."""
    is_member = exists().where(members.c.supporter == supporters.c.id)
    waits = exists().where(voices.c.supporter == supporters.c.id, voices.c.status == VoiceStatus.WRITTEN.value)
    query = select(supporters.c.id).where(
        supporters.c.keep_until <= at, supporters.c.sealed.is_not(None), not_(is_member), not_(waits)
    )
    return connection.scalars(query.order_by(supporters.c.id).limit(limit)).all()


def words_due(connection: Connection, before: datetime, open_asks: Collection[str], limit: int) -> Sequence[int]:
    """Give the voices confirmed until then whose words no letter can quote any more, or never could."""
    may_be_quoted = and_(
        voices.c.may_quote,
        voices.c.status.in_([status.value for status in QUOTABLE]),
        voices.c.ask.in_(list(open_asks)),
    )
    query = select(voices.c.id).where(
        voices.c.sealed.is_not(None), voices.c.confirmed_on <= before, not_(may_be_quoted)
    )
    return connection.scalars(query.order_by(voices.c.id).limit(limit)).all()


def remove_old(connection: Connection, before: datetime, at: datetime) -> int:
    """Remove, in the caller's transaction, forms that nobody took in until then, and refusals that are over."""
    forms = connection.execute(delete(arrivals).where(arrivals.c.at <= before)).rowcount
    return forms + connection.execute(delete(refusals).where(refusals.c.until <= at)).rowcount
