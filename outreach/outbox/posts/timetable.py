"""When each post goes: times for a plan, and claiming one post at a time as the schedule lets it go. Knows no network.

However many are due, after a night or a week with the laptop off, posts leave no closer than the rules say.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from outreach.outbox.gate.objections import Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Claimed, Scope, ledger, messages
from outreach.outbox.posts.plan import LeftOut, PlannedPost, PostPlan, PostRequest, too_late
from outreach.outbox.queue import BEGINS, IS_FURTHER_PART, due, next_due, take
from outreach.outbox.schedule import Departure, Rules, next_slot, slots
from outreach.outbox.status import HELD, WAITING, Status
from outreach.text import local_day

Accounts = Mapping[str, Sequence[Departure]]  # network → what left its account, or will


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
        """Give the first moment from `at` on when a new post, or a new thread, may leave."""
        return next_slot(self.rules, departures(connection, self.channel, at), at)

    def next_due(self, connection: Connection, scope: Scope, at: datetime) -> datetime | None:
        """Give when the next waiting post may go, by its own time and by the rules; None when none waits."""
        further = next_due(connection, scope, IS_FURTHER_PART)
        first = next_due(connection, scope, BEGINS)
        opens = self.opens(connection, max(first, at)) if first else None
        return min((moment for moment in (further, opens) if moment), default=None)


def departures(connection: Connection, channel: str, at: datetime) -> list[Departure]:
    """Read the posts of an account that left, or may have; one that a run holds is leaving now."""
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
    """Read the posts of an account that wait, at the times that they wait for; `without` are ids to leave out."""
    query = select(messages.c.not_before).where(
        messages.c.channel == channel,
        messages.c.kind == MessageKind.POST.value,
        messages.c.follows.is_(None),
        messages.c.status.in_([status.value for status in WAITING]),
        messages.c.id.not_in(without),
    )
    return [Departure(moment) for moment in connection.scalars(query)]


def with_times(
    plan: PostPlan, request: PostRequest, rules: Rules, accounts: Accounts, begin: datetime, zone: ZoneInfo
) -> PostPlan:
    """Give the plan with a time for each post, one after the other from `begin` on.

    A post whose day, in the campaign's `zone`, is past when its turn comes is left out; a rehearsal only warns of it.
    """
    occupied = {network: list(others) for network, others in accounts.items()}
    last = dict.fromkeys(occupied, begin)
    posts, late = list[PlannedPost](), list[LeftOut]()
    for post in plan.posts:
        network = post.text.network
        moment = next_slot(rules, occupied[network], last[network])
        day = local_day(moment, zone)
        if too_late(post, request, day):
            detail = f"{request.ask.last_day}, and its turn comes on {day}"
            late.append(LeftOut(network, post.part, post.state, Reason.PAST_DATE, detail))
            if not request.rehearsal:
                continue
        posts.append(replace(post, goes_at=moment))
        occupied[network].append(Departure(moment))
        last[network] = moment
    if request.rehearsal:
        return replace(plan, posts=tuple(posts), warnings=_with_new(plan.warnings, late))
    return replace(plan, posts=tuple(posts), excluded=(*plan.excluded, *late))


def _with_new(warnings: Sequence[LeftOut], late: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    """Give the warnings, and those of the late ones that are not warned of already."""
    known = {(item.network, item.part, item.state, item.reason) for item in warnings}
    return (*warnings, *(item for item in late if (item.network, item.part, item.state, item.reason) not in known))


def departures_of(
    connection: Connection, rules: Rules, network: str, at: datetime, held: Collection[int] = ()
) -> list[Departure]:
    """Give what left an account and what waits there, each at the time when it goes: the overdue first, from `at` on.

    Posts that may not leave any more, by the ids in `held`, are left out.
    """
    waits = waiting_departures(connection, network, held)
    found = [*departures(connection, network, at), *(post for post in waits if post.at > at)]
    overdue = slots(rules, found, at, sum(post.at <= at for post in waits))
    return found + [Departure(moment) for moment in overdue]
