"""Whose turn it is on an account: claims one post at a time, as the schedule lets it go. Knows no network.

However many are due, after a night or a week with the laptop off, posts leave no closer than the rules say.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Claimed, Scope, ledger, messages
from outreach.outbox.posts.schedule import Departure, Rules, next_slot
from outreach.outbox.queue import BEGINS, IS_FURTHER_PART, due, next_due, take
from outreach.outbox.status import HELD, WAITING, Status


@dataclass(frozen=True, slots=True)
class Timetable:
    """The claiming of posts by the rules of their account, in place of `queue.claim`."""

    rules: Rules
    channel: str

    def claim(self, connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
        """Take the next post if one may go now. Call in a writing transaction.

        A further part of a thread follows at once: half a thread is worse than two posts close together.
        """
        rows = due(connection, scope, min(limit, 1), at, IS_FURTHER_PART)
        if not rows and self.opens(connection, at) <= at:
            rows = due(connection, scope, min(limit, 1), at, BEGINS)
        return take(connection, rows, at, worker)

    def opens(self, connection: Connection, at: datetime) -> datetime:
        """The first moment from `at` on when a new post, or a new thread, may leave."""
        return next_slot(self.rules, departures(connection, self.channel, at), at)

    def next_due(self, connection: Connection, scope: Scope, at: datetime) -> datetime | None:
        """When the next waiting post may go, by its own time and by the rules; None when none waits."""
        further = next_due(connection, scope, IS_FURTHER_PART)
        first = next_due(connection, scope, BEGINS)
        opens = self.opens(connection, max(first, at)) if first else None
        return min((moment for moment in (further, opens) if moment), default=None)


def departures(connection: Connection, channel: str, at: datetime) -> list[Departure]:
    """The posts of an account that left, or may have; one that a run holds is leaving now."""
    posts = (messages.c.channel == channel) & (messages.c.kind == MessageKind.POST.value)
    first = messages.c.follows.is_(None)
    left = select(messages.c.taken_at, first).where(posts, messages.c.taken_at.is_not(None))
    tried = (
        select(func.max(ledger.c.at), first)
        .join(ledger, ledger.c.message == messages.c.id)
        .where(posts, messages.c.status == Status.UNCONFIRMED.value, ledger.c.to_status == Status.SENDING.value)
        .group_by(messages.c.id)
    )
    held = select(messages.c.id, first).where(posts, messages.c.status.in_([status.value for status in HELD]))
    found = [Departure(moment, bool(counts)) for query in (left, tried) for moment, counts in connection.execute(query)]
    return found + [Departure(at, bool(counts)) for _, counts in connection.execute(held)]


def waiting_departures(connection: Connection, channel: str, without: Collection[int] = ()) -> Sequence[Departure]:
    """The posts of an account that wait, at the times that they wait for; `without` are ids."""
    query = select(messages.c.not_before).where(
        messages.c.channel == channel,
        messages.c.kind == MessageKind.POST.value,
        messages.c.follows.is_(None),
        messages.c.status.in_([status.value for status in WAITING]),
        messages.c.id.not_in(without),
    )
    return [Departure(moment) for moment in connection.scalars(query)]
