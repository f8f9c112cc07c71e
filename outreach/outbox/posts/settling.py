"""What became of posts that nobody knows of, by the account's own timeline (DESIGN.md, section 4, rule 5).

On Bluesky and Mastodon a timeline settles both ways, since a repeat there cannot double: what is not found is queued
again. On X only a person can say that a post is not there.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, select

from outreach.channels.base import Account, Outgoing, Receipt
from outreach.db.engine import reading, writing
from outreach.mime.headers import dated
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim, Transition, advance, in_scope
from outreach.outbox.models import Scope, ledger, messages
from outreach.outbox.queue import references
from outreach.outbox.sending.worker import receipt_detail
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now

DEFINITIVE = frozenset({"bluesky", "mastodon"})
ACTOR = "outreach, by the timeline"
LONGEST = timedelta(hours=1)  # between two looks


@dataclass(frozen=True, slots=True)
class DoubtfulPost:
    """A post that is unconfirmed: `left_at` is when it began to leave, `lost_at` when nobody knew what came of it."""

    id: int
    network: str
    left_at: datetime
    lost_at: datetime
    outgoing: Outgoing

    def certain_at(self, grace: timedelta, at: datetime) -> datetime | None:
        return certain_at(self.lost_at, grace, at)

    def is_proof(self, grace: timedelta, at: datetime) -> bool:
        """Say whether a timeline that does not show the post is proof by now that it is not there."""
        moment = self.certain_at(grace, at)
        return moment is not None and moment <= at


def certain_at(lost_at: datetime, grace: timedelta, at: datetime) -> datetime | None:
    """Give from when on a timeline that does not show a post proves that it is not there.

    Until then a server may still be at work on it. None when the loss lies so far in the future that a clock must have
    been wrong: nobody knows how long ago it was.
    """
    if not grace:
        return min(lost_at, at)
    return lost_at + grace if lost_at <= at + grace else None


def doubtful_posts(outbox: Outbox, scope: Scope) -> list[DoubtfulPost]:
    """Read the unconfirmed posts in scope, oldest first."""
    with reading(outbox.engine) as connection:
        rows = connection.execute(_in_doubt(scope, messages)).mappings().all()
        parents = references(connection, {row["follows"] for row in rows if row["follows"]})
    return [
        DoubtfulPost(
            row["id"],
            row["channel"],
            row["left_at"],
            row["lost_at"],
            Outgoing(
                message_id=row["message_id"],
                token=row["token"],
                sender="",
                recipients=(),
                pieces=(dated(row["content"], row["queued_at"]),),
                committed=_never,
                parent=parents.get(row["follows"], ""),
                queued_at=row["queued_at"],
            ),
        )
        for row in rows
    ]


def _in_doubt(scope: Scope, *columns: Any) -> Select[Any]:
    return (
        select(*columns, _newest(Status.SENDING).label("left_at"), _newest(Status.UNCONFIRMED).label("lost_at"))
        .where(
            messages.c.kind == MessageKind.POST.value, messages.c.status == Status.UNCONFIRMED.value, *in_scope(scope)
        )
        .order_by(messages.c.id)
    )


def _newest(status: Status) -> ScalarSelect[datetime]:
    """Select when a message came to this status last; by the ledger's order, for clocks are set back."""
    return (
        select(ledger.c.at)
        .where(ledger.c.message == messages.c.id, ledger.c.to_status == status.value)
        .order_by(ledger.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def next_look(connection: Connection, scope: Scope, grace: timedelta, at: datetime) -> datetime | None:
    """Give when a timeline can settle the next unconfirmed post in scope; None when it can settle none.

    After each try in vain the wait is longer: a server that never answers is not asked without end.
    """
    rows = connection.execute(_in_doubt(scope, messages.c.attempts))
    waits = (
        (certain, min(timedelta(seconds=2 ** min(tries, 12)), LONGEST))
        for tries, _, lost_at in rows
        if (certain := certain_at(lost_at, grace, at))
    )
    return min((max(certain, certain - grace + wait) for certain, wait in waits), default=None)


def number_in_doubt(connection: Connection, scope: Scope) -> int:
    """Count the unconfirmed posts in scope."""
    return len(connection.execute(_in_doubt(scope, messages.c.id)).all())


async def _never() -> None:
    raise RuntimeError("looking at a timeline posts nothing")


async def look(account: Account, posts: list[DoubtfulPost]) -> AsyncIterator[tuple[DoubtfulPost, Receipt | None]]:
    """Pair each post with what the open account's timeline shows of it.

    Raises Deferred or Paused when the timeline cannot be read.
    """
    for post in posts:
        yield post, await account.find(post.outgoing)


async def settle_by_timeline(
    outbox: Outbox, account: Account, scope: Scope, grace: timedelta
) -> AsyncIterator[tuple[DoubtfulPost, Status]]:
    """Settle the unconfirmed posts of an account whose timeline says for certain. Yields each, now SENT or QUEUED.

    That a post is not there is certain only when its answer was lost longer than `grace` ago. What was not looked at,
    or is not certain yet, stays unconfirmed. Raises what `look` raises.
    """
    posts = await asyncio.to_thread(doubtful_posts, outbox, scope)
    if not posts:
        return
    async with account:
        async for post, found in look(account, posts):
            if found is None and not post.is_proof(grace, now()):
                continue
            why = found_by(account.name) if found else f"the timeline on {account.name} does not show it"
            if await asyncio.to_thread(settle_post, outbox, post, found, why, ACTOR):
                yield post, Status.SENT if found else Status.QUEUED


def found_by(network: str) -> str:
    return f"the timeline on {network} shows it"


def settle_post(outbox: Outbox, post: DoubtfulPost, found: Receipt | None, why: str, by: str) -> bool:
    """Record what became of a post: sent, or queued again. False when somebody else was first."""
    at = now()
    if found is None:
        step = Transition(post.id, Status.UNCONFIRMED, Status.QUEUED, at, by, why)
    else:
        detail = f"{receipt_detail(found)}; {why}"
        step = Transition(
            post.id, Status.UNCONFIRMED, Status.SENT, at, by, detail, taken_at=post.left_at,
            reference=found.reference, address=found.url,
        )  # fmt: skip
    try:
        with writing(outbox.engine) as connection:
            advance(connection, [step])
    except LostClaim:
        return False
    return True
