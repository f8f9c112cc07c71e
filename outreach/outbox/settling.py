"""What became of posts that nobody knows of, by the account's own timeline (DESIGN.md, section 4, rule 5).

On Bluesky and Mastodon a timeline settles both ways, since a repeat there cannot double: what is not found is queued
again. On X only a person can say that a post is not there.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from outreach.channels.base import Account, Outgoing, Receipt
from outreach.db import reading, writing
from outreach.outbox.ledger import LostClaim, Step, advance, in_scope
from outreach.outbox.models import Scope, ledger, messages
from outreach.outbox.posted import POST
from outreach.outbox.queue import references
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.outbox.worker import told
from outreach.rendering.mime import dated

DEFINITIVE = frozenset({"bluesky", "mastodon"})
ACTOR = "outreach, by the timeline"
LONGEST = timedelta(hours=1)  # between two looks


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A post that is unconfirmed; `left_at` is when it began to leave."""

    id: int
    network: str
    left_at: datetime
    outgoing: Outgoing


def doubtful_posts(outbox: Outbox, scope: Scope) -> list[Doubtful]:
    """The unconfirmed posts in scope, oldest first."""
    with reading(outbox.engine) as connection:
        rows = connection.execute(_in_doubt(scope, messages)).mappings().all()
        parents = references(connection, {row["follows"] for row in rows if row["follows"]})
    return [
        Doubtful(
            row["id"],
            row["channel"],
            row["left_at"],
            Outgoing(
                message_id=row["message_id"],
                token=row["token"],
                sender="",
                recipients=(),
                content=dated(row["content"], row["queued_at"]),
                committed=_never,
                parent=parents.get(row["follows"], ""),
                queued_at=row["queued_at"],
            ),
        )
        for row in rows
    ]


def _in_doubt(scope: Scope, *columns: Any) -> Select[Any]:
    left_at = func.max(ledger.c.at, type_=ledger.c.at.type).label("left_at")
    return (
        select(*columns, left_at)
        .join(ledger, (ledger.c.message == messages.c.id) & (ledger.c.to_status == Status.SENDING.value))
        .where(messages.c.round == POST, messages.c.status == Status.UNCONFIRMED.value, *in_scope(scope))
        .group_by(messages.c.id)
        .order_by(messages.c.id)
    )


def next_look(connection: Connection, scope: Scope, grace: timedelta) -> datetime | None:
    """When a timeline can settle the next unconfirmed post in scope for certain; None when there is none.

    After each try in vain it is looked for less often: a server that never answers is not asked without end.
    """
    rows = connection.execute(_in_doubt(scope, messages.c.attempts))
    return min((left_at + max(grace, _patience(tries)) for tries, left_at in rows), default=None)


def _patience(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 12)), LONGEST)


async def _never() -> None:
    raise RuntimeError("looking at a timeline posts nothing")


async def look(account: Account, posts: list[Doubtful]) -> AsyncIterator[tuple[Doubtful, Receipt | None]]:
    """Each post with what the open account's timeline shows of it; Deferred or Paused when it cannot be looked at."""
    for post in posts:
        yield post, await account.find(post.outgoing)


async def settle_by_timeline(outbox: Outbox, account: Account, scope: Scope, grace: timedelta) -> AsyncIterator[Status]:
    """Settle the unconfirmed posts of an account whose timeline says for certain. Yields SENT or QUEUED of each.

    That a post is not there is certain only when it left longer than `grace` ago: until then the server may be at work
    on it. Raises what `look` raises; what was not looked at, or is not certain yet, stays unconfirmed.
    """
    posts = await asyncio.to_thread(doubtful_posts, outbox, scope)
    if not posts:
        return
    async with account:
        async for post, found in look(account, posts):
            if found is None and now() - post.left_at < grace:
                continue
            why = found_by(account.name) if found else f"the timeline on {account.name} does not show it"
            if await asyncio.to_thread(settle, outbox, post, found, why, ACTOR):
                yield Status.SENT if found else Status.QUEUED


def found_by(network: str) -> str:
    return f"the timeline on {network} shows it"


def settle(outbox: Outbox, post: Doubtful, found: Receipt | None, why: str, by: str) -> bool:
    """Record what became of it: sent, or queued again. False when somebody else was first."""
    at = now()
    if found is None:
        step = Step(post.id, Status.UNCONFIRMED, Status.QUEUED, at, by, why)
    else:
        detail = f"{told(found)}; {why}"
        step = Step(
            post.id, Status.UNCONFIRMED, Status.SENT, at, by, detail, taken_at=post.left_at,
            reference=found.reference, address=found.url,
        )  # fmt: skip
    try:
        with writing(outbox.engine) as connection:
            advance(connection, [step])
    except LostClaim:
        return False
    return True
