"""Posts planned, written and given their times, before anything is queued; and the thread that hangs on a post."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.outbox.gate.gate import Gate, refuse_renamed
from outreach.outbox.gate.objections import Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Entry, Key, Scope
from outreach.outbox.posts.drafts import PostDrafter
from outreach.outbox.posts.plan import LeftOut, PlannedPost, PostPlan, PostRequest, plan_posts
from outreach.outbox.posts.settling import DEFINITIVE
from outreach.outbox.posts.timetable import departures_of, with_times
from outreach.outbox.queue import entries
from outreach.outbox.schedule import rules_of
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import Outbox


@dataclass(frozen=True, slots=True)
class Earlier:
    """The ids of what was queued earlier: what waits, what a timeline can settle, what may not leave any more."""

    waiting: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()
    held: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return (*self.waiting, *self.doubtful, *self.held)

    @property
    def number(self) -> int:
        """Count those that may go out."""
        return len(self.waiting) + len(self.doubtful)


@dataclass(frozen=True, slots=True)
class PreparedPosts:
    """What `post` is about to do. `alt` describes the picture of each post; empty without pictures.

    `earlier` is what was queued already of the posts that are meant; other posts of the case are left alone.
    """

    request: PostRequest
    plan: PostPlan
    drafts: tuple[Draft, ...]
    scope: Scope
    alt: dict[PlannedPost, str]
    earlier: Earlier = Earlier()


def prepare_posts(campaign: Campaign, outbox: Outbox, gate: Gate, request: PostRequest, at: datetime) -> PreparedPosts:
    """Write every post and give it its time, so that what is broken or too long stops everything before it is queued.

    In a rehearsal the times are only shown; it waits for them when `request.at` is given.
    """
    scope = Scope(request.case.slug, request.ask.id, kind=MessageKind.POST, after_deadline=request.after_deadline)
    with reading(outbox.engine) as connection:
        refuse_renamed(campaign, connection, request.case.slug)
        held = gate.held(connection, Scope(kind=MessageKind.POST, after_deadline=request.after_deadline))
        there = entries(connection, scope)
        posted = {(entry.key.channel, entry.key.mission, entry.key.part): entry.status for entry in there}
        plan = plan_posts(campaign, request, posted, campaign.today())
        plan = _with_times(connection, campaign, request, plan, at, held)
    drafter = PostDrafter(campaign, request, outbox)
    drafts = tuple(drafter.drafts(plan.posts, scheduled=not request.rehearsal or request.at is not None))
    alt = {post: drafter.picture(post)[1] for post in plan.posts} if campaign.settings.posts.picture else {}
    return PreparedPosts(request, plan, drafts, scope, alt, _earlier(plan, there, held))


def _earlier(plan: PostPlan, there: Iterable[Entry], held: Collection[int]) -> Earlier:
    """Read what is queued already of the posts that are meant, with all parts of a thread, and can still go."""
    meant = [item for item in plan.excluded if item.reason is Reason.ALREADY_POSTED or not item.part]
    found = [entry for entry in there if any(_is_of(item, entry.key) for item in meant)]
    waiting = [entry.id for entry in found if entry.status in WAITING]
    doubtful = [entry.id for entry in found if entry.status is Status.UNCONFIRMED and entry.key.channel in DEFINITIVE]
    return Earlier(
        tuple(id_ for id_ in waiting if id_ not in held), tuple(doubtful), tuple(id_ for id_ in waiting if id_ in held)
    )


def _is_of(item: LeftOut, key: Key) -> bool:
    """Say whether a message is of what was left out: one post, all to a mission, or all on a network."""
    posts = (item.state == key.mission) if item.state or item.part else True
    return item.network == key.channel and posts and item.part in ("", key.post)


def _with_times(
    connection: Connection,
    campaign: Campaign,
    request: PostRequest,
    plan: PostPlan,
    at: datetime,
    held: Collection[int],
) -> PostPlan:
    settings = campaign.settings
    rules, begin = rules_of(settings), max(at, request.at) if request.at else at
    accounts = {network: departures_of(connection, rules, network, at, held) for network in request.networks}
    return with_times(plan, request, rules, accounts, begin, settings.timezone)


def with_what_follows(chosen: Iterable[Entry], among: Iterable[Entry]) -> list[Entry]:
    """Give the messages chosen, and those of the others that reply to one of them in a thread."""
    found = {entry.id: entry for entry in chosen}
    others = list(among)
    while more := [entry for entry in others if entry.follows in found and entry.id not in found]:
        found |= {entry.id: entry for entry in more}
    return list(found.values())
