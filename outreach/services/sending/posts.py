"""Plans the posts of a case, queues them, publishes what is due, and takes one down: what stands behind `post`."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_case
from outreach.db.engine import reading, writing
from outreach.errors import DeliveryError, Paused, UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim
from outreach.outbox.models import Entry, Scope
from outreach.outbox.posts.plan import PostRequest
from outreach.outbox.posts.prepare import PreparedPosts, prepare_posts, with_what_follows
from outreach.outbox.queue import change_by_person, enqueue, entries
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now
from outreach.rendering.posts.writer import Limit
from outreach.services.events import LimitsUnknown, Listener, ignore
from outreach.services.sending.running import RunRequest, RunResult, run_queue
from outreach.services.sending.stopping import Stop
from outreach.services.workspace import Workspace, require_checked_facts
from outreach.settings.accounts import NETWORKS

USUAL_LENGTH = 500  # characters of a post on Mastodon, where its server does not say


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """Which posts a person wants published: of which case, on which networks (empty: all that are set up), and when.

    `only` are names of posts, empty for all; `at` is the moment before which none leaves.
    """

    case: str
    ask: str | None = None
    networks: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    at: datetime | None = None
    after_deadline: bool = False


@dataclass(frozen=True, slots=True)
class PublishedPosts:
    """What became of planned posts: how many were new in the queue, what this was about, and what the run did."""

    queued: int
    scope: Scope
    run: RunResult


@dataclass(frozen=True, slots=True)
class Deleted:
    """A post that was taken down, and what follows it in its thread and stays."""

    post: Entry
    stays: tuple[Entry, ...]


def plan_posts(workspace: Workspace, wanted: PublishRequest, tell: Listener = ignore) -> PreparedPosts:
    """Plan, write and time every post, so that what is broken or too long stops everything before it is queued.

    Raises UsageError for a case, ask, language, name or selection that makes no sense, TemplateError for a text that
    cannot be written or is too long for its network.
    """
    campaign = workspace.campaign
    request = PostRequest(
        case=find_case(campaign.cases, wanted.case),
        ask=choose_ask(campaign.asks, wanted.ask, campaign.today()),
        networks=wanted.networks or (NETWORKS if workspace.rehearsal else campaign.settings.networks),
        languages=tuple(map(campaign.settings.campaign.written, wanted.languages)),
        only=wanted.only,
        to=wanted.to,
        at=wanted.at,
        rehearsal=workspace.rehearsal,
        after_deadline=wanted.after_deadline,
    )
    request = _with_limits(workspace, request, tell)
    return prepare_posts(campaign, workspace.outbox, workspace.gate, request, now())


def _with_limits(workspace: Workspace, request: PostRequest, tell: Listener) -> PostRequest:
    """Take the limits of the campaign's own Mastodon server, where it can be asked; else the usual ones."""
    settings = workspace.campaign.settings
    if "mastodon" not in request.networks or workspace.rehearsal or not settings.mastodon.configured:
        return request
    try:
        characters, link = asyncio.run(_ask_server(workspace))
    except DeliveryError as error:
        tell(LimitsUnknown("mastodon", error.detail, USUAL_LENGTH))
        return request
    return replace(request, limits={"mastodon": Limit("mastodon", characters, link=link)})


async def _ask_server(workspace: Workspace) -> tuple[int, int]:
    from outreach.channels.mastodon.channel import MastodonChannel

    async with MastodonChannel.for_campaign(workspace.campaign.folder, workspace.campaign.settings) as channel:
        limits = await channel.limits_of_server()
        return limits.characters, limits.link


def publish_posts(
    workspace: Workspace, prepared: PreparedPosts, by: str, tell: Listener = ignore, stop: Stop | None = None
) -> PublishedPosts:
    """Queue planned posts, and publish those of them that are due, with the earlier ones that the plan names.

    Raises UsageError where nobody has checked the facts lately; then nothing is queued.
    """
    require_checked_facts(workspace, (prepared.request.case,), prepared.drafts)
    with writing(workspace.outbox.engine) as connection:
        new = enqueue(connection, prepared.drafts, now(), by)
    scope = replace(prepared.scope, only=(*prepared.earlier.ids, *new))
    run = run_queue(workspace, RunRequest(scope, prepared.request.networks), tell, stop)
    return PublishedPosts(len(new), scope, run)


def find_published(workspace: Workspace, message: int) -> Entry:
    """Find a post that can be taken down; UsageError where it is no post, did not go out, or nobody knows its name."""
    with reading(workspace.outbox.engine) as connection:
        found = entries(connection, ids=[message])
    look = NextStep(Action.LIST_MESSAGES)
    if not found:
        raise UsageError(f"there is no message {message}", next_step=look)
    [entry] = found
    if entry.key.kind is not MessageKind.POST:
        raise UsageError(f"message {message} is a letter, and no letter can be taken back")
    if entry.status is not Status.SENT:
        step = NextStep(Action.WITHDRAW, ids=(message,)) if entry.status in WAITING else look
        raise UsageError(f"post {message} is {entry.status.value}, so there is nothing to delete", next_step=step)
    if not entry.reference and not workspace.rehearsal:
        raise UsageError(
            f"nobody knows what {entry.key.channel} calls post {message}: delete it there by hand. Nothing was changed"
        )
    return entry


def delete_post(workspace: Workspace, entry: Entry, by: str) -> Deleted:
    """Take a post down where it was published, then mark it withdrawn: it is never posted again.

    UsageError when the network refuses, or somebody changed it meanwhile.
    """
    if not workspace.rehearsal:
        try:
            asyncio.run(_delete(workspace, entry))
        except DeliveryError as error:
            hint = f" {error.hint}" if isinstance(error, Paused) else " Try again, or delete it there by hand."
            raise UsageError(f"{entry.key.channel} did not delete post {entry.id}: {error.detail}.{hint}") from None
    detail = "deleted (a rehearsal: the file stays in the folder)" if workspace.rehearsal else "deleted"
    try:
        with writing(workspace.outbox.engine) as connection:
            change_by_person(connection, [entry], Status.WITHDRAWN, now(), by, detail)
    except LostClaim:
        raise UsageError("this post was changed at the same moment", next_step=NextStep(Action.LIST_MESSAGES)) from None
    with reading(workspace.outbox.engine) as connection:
        posts = entries(connection, Scope(entry.key.case, entry.key.ask, kind=MessageKind.POST))
    return Deleted(entry, tuple(post for post in with_what_follows([entry], posts) if post.id != entry.id))


async def _delete(workspace: Workspace, entry: Entry) -> None:
    async with workspace.open_account(entry.key.channel) as account:
        await account.delete(entry.reference)
