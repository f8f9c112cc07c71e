"""When each post of a plan goes, beside all that left its account and all that waits there already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from outreach.outbox.objections import Reason
from outreach.outbox.posts.plan import LeftOut, PlannedPost, PostPlan, PostRequest, too_late
from outreach.outbox.posts.schedule import Departure, Rules, next_slot, slots
from outreach.outbox.posts.timetable import departures, waiting_departures
from outreach.text import local_day

Accounts = Mapping[str, Sequence[Departure]]  # network → what left its account, or will


def with_times(
    plan: PostPlan, request: PostRequest, rules: Rules, accounts: Accounts, begin: datetime, zone: ZoneInfo
) -> PostPlan:
    """The plan with a time for each post, one after the other from `begin` on.

    What asks for something on a day, in the campaign's `zone`, that is past when its turn comes is left out; in a
    rehearsal that is only a warning.
    """
    occupied = {network: list(others) for network, others in accounts.items()}
    last = dict.fromkeys(occupied, begin)
    posts, late = list[PlannedPost](), list[LeftOut]()
    for post in plan.posts:
        network = post.text.network
        moment = next_slot(rules, occupied[network], last[network])
        day = local_day(moment, zone)
        if too_late(post, request, day):
            detail = f"{request.ask.date}, and its turn comes on {day}"
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
    """The warnings, and those of the late ones that are not warned of already."""
    known = {(item.network, item.part, item.state, item.reason) for item in warnings}
    return (*warnings, *(item for item in late if (item.network, item.part, item.state, item.reason) not in known))


def departures_of(
    connection: Connection, rules: Rules, network: str, at: datetime, held: Collection[int] = ()
) -> list[Departure]:
    """What left an account and what waits there, each at the time when it goes: the overdue first, from `at` on.

    What may not leave any more, by the ids in `held`, takes nobody's turn.
    """
    waits = waiting_departures(connection, network, held)
    found = [*departures(connection, network, at), *(post for post in waits if post.at > at)]
    overdue = slots(rules, found, at, sum(post.at <= at for post in waits))
    return found + [Departure(moment) for moment in overdue]
