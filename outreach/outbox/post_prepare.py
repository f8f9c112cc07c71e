"""Posts planned, written and given their times, before anything is queued; and the thread that hangs on a post."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.post_drafts import PostDrafter
from outreach.outbox.posted import POST
from outreach.outbox.posts import Posted, PostPlan, PostWish, plan_posts, with_times
from outreach.outbox.prepare import refuse_renamed
from outreach.outbox.queue import entries
from outreach.outbox.schedule import rules_of, slots
from outreach.outbox.store import Outbox
from outreach.outbox.turns import departures, planned


@dataclass(frozen=True, slots=True)
class PreparedPosts:
    """What `post` is about to do. `alt` describes the picture in each language; empty without pictures."""

    wish: PostWish
    plan: PostPlan
    drafts: tuple[Draft, ...]
    scope: Scope
    alt: dict[str, str]


def prepare_posts(campaign: Campaign, outbox: Outbox, wish: PostWish, at: datetime) -> PreparedPosts:
    """Write every post and give it its time, so that what is broken or too long stops everything before it is queued.

    In a rehearsal the times are those that would hold; only with `wish.at` does it wait for them.
    """
    refuse_renamed(campaign, outbox, wish.case.slug)
    scope = Scope(wish.case.slug, wish.ask.id, POST)
    with reading(outbox.engine) as connection:
        plan = plan_posts(campaign, wish, _posted(connection, scope), campaign.today())
        plan = with_times(plan, _times(connection, campaign, wish, plan, at))
    drafter = PostDrafter(campaign, wish, outbox)
    drafts = tuple(drafter.drafts(plan.posts, scheduled=not wish.rehearsal or wish.at is not None))
    pictures = campaign.settings.posts.picture
    alt = {post.language: drafter.card(post.language)[1] for post in plan.posts if pictures}
    return PreparedPosts(wish, plan, drafts, scope, alt)


def _posted(connection: Connection, scope: Scope) -> Posted:
    return {
        (entry.key.channel, entry.key.mission, entry.key.part): entry.status for entry in entries(connection, scope)
    }


def _times(
    connection: Connection, campaign: Campaign, wish: PostWish, plan: PostPlan, at: datetime
) -> dict[str, list[datetime]]:
    """Network → a time for each of its posts, beside all that left and all that waits already."""
    rules = rules_of(campaign.settings)
    begin = max(at, wish.at) if wish.at else at
    numbers = Counter(post.text.network for post in plan.posts)
    return {
        network: slots(rules, [*departures(connection, network, at), *planned(connection, network)], begin, number)
        for network, number in numbers.items()
    }


def with_what_follows(chosen: Iterable[Entry], among: Iterable[Entry]) -> list[Entry]:
    """The messages chosen, and the parts of threads among the others that hang on them."""
    found = {entry.id: entry for entry in chosen}
    others = list(among)
    while more := [entry for entry in others if entry.follows in found and entry.id not in found]:
        found |= {entry.id: entry for entry in more}
    return list(found.values())
