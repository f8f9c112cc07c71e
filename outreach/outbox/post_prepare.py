"""Posts planned, written and given their times, before anything is queued; and the thread that hangs on a post."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.plan import Reason
from outreach.outbox.post_drafts import PostDrafter
from outreach.outbox.post_times import departures_of, with_times
from outreach.outbox.posted import POST
from outreach.outbox.posts import Posted, PostPlan, PostWish, plan_posts
from outreach.outbox.prepare import free_to_go, refuse_renamed
from outreach.outbox.queue import entries
from outreach.outbox.schedule import rules_of
from outreach.outbox.status import WAITING
from outreach.outbox.store import Outbox


@dataclass(frozen=True, slots=True)
class PreparedPosts:
    """What `post` is about to do. `alt` describes the picture in each language; empty without pictures.

    `scope` is what is meant: the posts of the plan, and `left_over` that were queued earlier and wait. Other posts of
    the case that wait are not in it.
    """

    wish: PostWish
    plan: PostPlan
    drafts: tuple[Draft, ...]
    scope: Scope
    alt: dict[str, str]
    left_over: int = 0


def prepare_posts(campaign: Campaign, outbox: Outbox, wish: PostWish, at: datetime) -> PreparedPosts:
    """Write every post and give it its time, so that what is broken or too long stops everything before it is queued.

    In a rehearsal the times are those that would hold; only with `wish.at` does it wait for them.
    """
    refuse_renamed(campaign, outbox, wish.case.slug)
    scope = Scope(wish.case.slug, wish.ask.id, POST)
    with reading(outbox.engine) as connection:
        there = entries(connection, scope)
        plan = plan_posts(campaign, wish, _posted(there), campaign.today())
        plan = _with_times(connection, campaign, wish, plan, at)
    drafter = PostDrafter(campaign, wish, outbox)
    drafts = tuple(drafter.drafts(plan.posts, scheduled=not wish.rehearsal or wish.at is not None))
    pictures = campaign.settings.posts.picture
    alt = {post.language: drafter.card(post.language)[1] for post in plan.posts if pictures}
    meant = replace(scope, without=_not_meant(plan, there), after_deadline=wish.after_deadline)
    return PreparedPosts(wish, plan, drafts, meant, alt, free_to_go(campaign, outbox, meant, {}))


def _posted(there: Iterable[Entry]) -> Posted:
    return {(entry.key.channel, entry.key.mission, entry.key.part): entry.status for entry in there}


def _not_meant(plan: PostPlan, there: Iterable[Entry]) -> tuple[int, ...]:
    """The ids of what waits and is none of the plan's posts, nor a further part of one."""
    meant = {(item.network, item.state, item.part) for item in plan.excluded if item.reason is Reason.ALREADY_POSTED}
    keys = {entry.id: entry.key for entry in there if entry.status in WAITING}
    return tuple(
        id_ for id_, key in keys.items() if (key.channel, key.mission, key.part.partition("/")[0]) not in meant
    )


def _with_times(connection: Connection, campaign: Campaign, wish: PostWish, plan: PostPlan, at: datetime) -> PostPlan:
    settings = campaign.settings
    rules, begin = rules_of(settings), max(at, wish.at) if wish.at else at
    accounts = {network: departures_of(connection, rules, network, at) for network in wish.networks}
    return with_times(plan, wish, rules, accounts, begin, settings.timezone)


def with_what_follows(chosen: Iterable[Entry], among: Iterable[Entry]) -> list[Entry]:
    """The messages chosen, and the parts of threads among the others that hang on them."""
    found = {entry.id: entry for entry in chosen}
    others = list(among)
    while more := [entry for entry in others if entry.follows in found and entry.id not in found]:
        found |= {entry.id: entry for entry in more}
    return list(found.values())
