"""What people decide about single messages in the outbox: retry, withdraw, settle; what stands behind `queue`."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from outreach.channels.base import Receipt
from outreach.db.engine import reading, writing
from outreach.errors import DeliveryError, UsageError
from outreach.mime.attachment import Attachment, encoded, spliced
from outreach.next_step import Action, NextStep
from outreach.outbox.attachments import StoredFiles
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim
from outreach.outbox.letters.readdress import readdress
from outreach.outbox.models import Entry, Scope, messages
from outreach.outbox.posts.prepare import with_what_follows
from outreach.outbox.posts.settling import DoubtfulPost, doubtful_posts, found_by, look, settle_post
from outreach.outbox.queue import change_by_person, contents, entries, never_left
from outreach.outbox.sending.pauses import Pause, in_force, pauses_beside
from outreach.outbox.status import HELD, WAITING, Status
from outreach.outbox.store import now
from outreach.services.workspace import Workspace
from outreach.text import either, listed

RETRIED = (Status.DEFERRED, Status.REJECTED, Status.BOUNCED)
NOBODY_GOT = (Status.REJECTED, Status.BOUNCED)
MOST_IDS = 10  # in one line
SEE_QUEUE = NextStep(Action.LIST_MESSAGES)


@dataclass(frozen=True, slots=True)
class MessageChoice:
    """Which messages a person means: by id, or all of a case, or all that the change can be made to."""

    ids: tuple[int, ...] = ()
    case: str | None = None
    all: bool = False


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it was fixed when it was queued. `content` is RFC 5322; its Date is set when it leaves.

    It has references in the place of the files that it carries; `whole` has their bytes.
    """

    entry: Entry
    content: bytes
    attachments: tuple[Attachment, ...] = ()

    @property
    def whole(self) -> bytes:
        """Give the message as it leaves."""
        return b"".join(spliced(self.content, encoded(self.attachments)))


@dataclass(frozen=True, slots=True)
class SuppressedMessage:
    """A message that goes to an address which is suppressed, and why that is."""

    entry: Entry
    reason: str


@dataclass(frozen=True, slots=True)
class Retried:
    """The ids of what was queued again, and what was left out because its address is suppressed.

    `stay` are those withdrawn that began to leave before, or that another message replaced. `paused` says until when
    one of the channels pauses, so that a run sends nothing there; None where none does.
    """

    ids: tuple[int, ...]
    left_out: tuple[SuppressedMessage, ...] = ()
    stay: tuple[Entry, ...] = ()
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What would be withdrawn: `chosen`, with the parts of threads that hang on them; runs at work hold `held`."""

    chosen: tuple[Entry, ...]
    held: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class TimelineLook:
    """An unconfirmed post, and what its account's timeline shows: the post, that it is not there, or why not to tell.

    `until` is the moment until which its absence says nothing, since a server may still be at work on it.
    """

    post: DoubtfulPost
    found: Receipt | DeliveryError | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Settled:
    """The ids of what was settled; `taken_on_trust` are posts of which no timeline says what the person says."""

    ids: tuple[int, ...]
    taken_on_trust: tuple[TimelineLook, ...] = field(default=())


def list_messages(workspace: Workspace, scope: Scope, statuses: Iterable[Status] = ()) -> list[Entry]:
    """List the messages in scope, oldest first; no statuses means any."""
    with reading(workspace.outbox.engine) as connection:
        return entries(connection, scope, statuses=statuses)


def stored_message(workspace: Workspace, id_: int) -> StoredMessage:
    """Find a message with all that is stored of it; UsageError where there is none of that id."""
    with reading(workspace.outbox.engine) as connection:
        found = entries(connection, ids=[id_])
        content = dict(contents(connection, messages.c.id == id_)).get(id_, b"")
        attachments = StoredFiles(connection).attachments(content)
    if not found:
        raise UsageError(f"there is no message {id_}", next_step=SEE_QUEUE)
    return StoredMessage(found[0], content, attachments)


def retry(workspace: Workspace, which: MessageChoice, by: str, *, withdrawn: bool = False) -> Retried:
    """Queue deferred, rejected or bounced messages again; none that goes to a suppressed address.

    Letters that are queued and were put off are due now. Withdrawn ones of which nothing ever left too, where they are
    named, or asked for by `withdrawn`. UsageError when an id is unknown, cannot be retried, or was named and is
    suppressed; then nothing was changed.
    """
    wanted = (*RETRIED, Status.QUEUED, *([Status.WITHDRAWN] if which.ids or withdrawn else []))
    chosen = _without_due(choose(workspace, which, wanted), named=bool(which.ids))
    with reading(workspace.outbox.engine) as connection:
        kept = never_left(connection, chosen)
    left = [entry for entry in chosen if entry.status is Status.WITHDRAWN and entry.id not in kept]
    if left and which.ids:
        raise UsageError(f"{stays_withdrawn(left)}. Nothing was changed", next_step=SEE_QUEUE)
    chosen = [entry for entry in chosen if entry not in left]
    with reading(workspace.outbox.engine) as connection:
        closed = workspace.suppressions(connection)
    shut = {
        entry.id: SuppressedMessage(entry, closed[address.lower()])
        for entry in chosen
        for address in entry.recipients
        if address.lower() in closed
    }
    if shut and which.ids:
        raise UsageError(f"{suppressed_words(shut.values())}. Nothing was changed", next_step=_UNSUPPRESS)
    again = [entry for entry in chosen if entry.id not in shut]
    _change(workspace, again, Status.QUEUED, by)
    pauses, at = pauses_beside(workspace.outbox.engine.url).read(), now()
    paused = next((pause for entry in again if (pause := in_force(pauses.get(entry.key.channel), at))), None)
    return Retried(tuple(entry.id for entry in again), tuple(shut.values()), tuple(left), paused)


def _without_due(chosen: Sequence[Entry], *, named: bool) -> list[Entry]:
    """Leave out what is queued and was not put off; UsageError where it was named.

    Posts keep the time they have, and so do letters that a person gave one, unless they are named.
    """
    at = now()
    queued = [entry for entry in chosen if entry.status is Status.QUEUED]
    posts = [entry for entry in queued if entry.key.kind is MessageKind.POST]
    due = [entry for entry in queued if entry not in posts and entry.not_before <= at]
    planned = [entry for entry in queued if entry.planned_for and not named]
    if named and due:
        raise UsageError(
            f"message {due[0].id} is queued, and goes with the next run. Nothing was changed",
            next_step=NextStep(Action.RUN_QUEUE),
        )
    if named and posts:
        raise UsageError(f"message {posts[0].id} is a post, and goes at its time. Nothing was changed")
    out = {entry.id for entry in (*posts, *due, *planned)}
    return [entry for entry in chosen if entry.id not in out]


def stays_withdrawn(left: Sequence[Entry]) -> str:
    """Say that messages stay withdrawn, and why."""
    ids = listed((str(entry.id) for entry in left), MOST_IDS)
    was, it_stays, it = ("was", "it stays", "it") if len(left) == 1 else ("were", "they stay", "each")
    return (
        f"message{'s' if len(left) > 1 else ''} {ids} {was} withdrawn after {it} began to leave, or another took its "
        f"place: {it_stays} withdrawn, since nobody can prove later that no server has it"
    )


_UNSUPPRESS = NextStep(Action.UNSUPPRESS_ADDRESS)


def suppressed_words(shut: Iterable[SuppressedMessage]) -> str:
    """Name the messages that go to suppressed addresses, and say what can be done."""
    named = "; ".join(f"message {item.entry.id} to {item.entry.key.mission} ({item.reason})" for item in shut)
    return (
        f"suppressed, and not written to: {named}. Mend the address in contacts/missions.csv and add --new-address, "
        "or lift the suppression"
    )


def retry_at_new_addresses(workspace: Workspace, which: MessageChoice, by: str) -> Retried:
    """Write rejected or bounced letters once more to the addresses that their missions have now; withdraw the old ones.

    The ids are those of the new letters. UsageError when anything speaks against it; then nothing was changed.
    """
    refused = choose(workspace, which, NOBODY_GOT)
    posts = [entry.id for entry in refused if entry.key.kind is MessageKind.POST]
    digests = [entry.id for entry in refused if entry.key.kind is MessageKind.DIGEST]
    if digests and which.ids:
        raise UsageError(
            f"message {digests[0]} is a digest, approved for the address it has. Mend that in contacts/missions.csv: "
            "the next digest counts its voices again",
            next_step=NextStep(Action.PREPARE_DIGEST),
        )
    if posts and which.ids:
        raise UsageError(f"message {posts[0]} is a post and has no address; leave --new-address out")
    letters = [entry for entry in refused if entry.key.kind is MessageKind.LETTER]
    try:
        return Retried(tuple(readdress(workspace.campaign, workspace.outbox, workspace.gate, letters, now(), by)))
    except LostClaim:
        raise UsageError("these were changed at the same moment; nothing was done. Try again") from None


def plan_withdrawal(workspace: Workspace, which: MessageChoice) -> Withdrawal:
    """Find what would be withdrawn; UsageError when an id is unknown or has left already."""
    chosen = choose(workspace, which, tuple(WAITING))
    with reading(workspace.outbox.engine) as connection:
        all_that_waits = entries(connection, statuses=WAITING)
        held = entries(connection, workspace.scope(case=which.case), statuses=HELD)
    return Withdrawal(tuple(with_what_follows(chosen, all_that_waits)), tuple(held))


def withdraw(workspace: Workspace, chosen: Sequence[Entry], by: str) -> tuple[int, ...]:
    """Take messages back that have not left, until a person queues them again; their ids."""
    _change(workspace, chosen, Status.WITHDRAWN, by)
    return tuple(entry.id for entry in chosen)


def unconfirmed(workspace: Workspace, scope: Scope) -> tuple[int, ...]:
    """Give the ids of all in scope of which nobody knows whether it left."""
    return tuple(entry.id for entry in list_messages(workspace, scope, (Status.UNCONFIRMED,)))


def look_for_posts(workspace: Workspace, scope: Scope, ids: Sequence[int] = ()) -> list[TimelineLook]:
    """Look on their accounts' timelines for the unconfirmed posts in scope; a rehearsal has none. Changes nothing."""
    if workspace.rehearsal:
        return []
    posts = [post for post in doubtful_posts(workspace.outbox, scope) if not ids or post.id in ids]
    return _look(workspace, posts)


def settle_messages(workspace: Workspace, which: MessageChoice, *, sent: bool, by: str) -> Settled:
    """Settle unconfirmed messages by a person's word: they were sent, or they were not and are queued again.

    Posts are looked up first, so that the addresses of those that are out are known. UsageError when a person says of
    a post that it was not sent, and the timeline shows it, or may show it soon: it would be there twice.
    """
    chosen = choose(workspace, which, (Status.UNCONFIRMED,))
    settled, on_trust = _settle_posts(workspace, chosen, sent=sent, by=by)
    rest = [entry for entry in chosen if entry.id not in settled]
    _change(workspace, rest, Status.SENT if sent else Status.QUEUED, by)
    return Settled(tuple(entry.id for entry in chosen), tuple(on_trust))


def _settle_posts(
    workspace: Workspace, chosen: Sequence[Entry], *, sent: bool, by: str
) -> tuple[set[int], list[TimelineLook]]:
    """Settle as sent the posts that a timeline shows; their ids, and the posts where a person's word is taken."""
    wanted = {entry.id for entry in chosen if entry.key.kind is MessageKind.POST}
    if not wanted or workspace.rehearsal:
        return set(), []
    seen = _look(workspace, [post for post in doubtful_posts(workspace.outbox, Scope()) if post.id in wanted])
    there = [(item.post, item.found) for item in seen if isinstance(item.found, Receipt)]
    if there and not sent:
        post, found = there[0]
        raise UsageError(
            f"post {post.id} is out: {found.url}. Nothing was changed",
            next_step=NextStep(Action.SETTLE_AS_SENT, ids=(post.id,)),
        )
    if not sent:
        for item in seen:
            if item.until:
                until = item.until.astimezone(workspace.campaign.settings.timezone)
                raise UsageError(
                    f"post {item.post.id} may still come up on {item.post.network} until {until:%H:%M}, and would then "
                    "be there twice. Nothing was changed; wait until then",
                    next_step=NextStep(Action.RUN_QUEUE),
                )
    settled = {
        post.id for post, found in there if settle_post(workspace.outbox, post, found, found_by(post.network), by)
    }
    return settled, [item for item in seen if not isinstance(item.found, Receipt)]


def _look(workspace: Workspace, posts: Sequence[DoubtfulPost]) -> list[TimelineLook]:
    in_order = sorted(posts, key=lambda post: (post.network, post.id))
    seen: dict[int, Receipt | DeliveryError | None] = {}
    for network, same in groupby(in_order, lambda post: post.network):
        seen |= asyncio.run(_look_at(workspace, network, list(same)))
    at = now()
    moments = {post.id: post.certain_at(workspace.grace(post.network), at) for post in in_order}
    return [
        TimelineLook(post, seen[post.id], moment if (moment := moments[post.id]) and moment > at else None)
        for post in in_order
    ]


async def _look_at(
    workspace: Workspace, network: str, posts: list[DoubtfulPost]
) -> dict[int, Receipt | DeliveryError | None]:
    seen: dict[int, Receipt | DeliveryError | None] = {}
    if network not in workspace.campaign.settings.networks:
        return {post.id: DeliveryError(f"no account is configured for {network}") for post in posts}
    try:
        async with workspace.open_account(network) as account:
            async for post, found in look(account, posts):
                seen[post.id] = found
    except DeliveryError as error:
        return {**{post.id: error for post in posts}, **seen}
    return seen


def choose(workspace: Workspace, which: MessageChoice, wanted: tuple[Status, ...]) -> list[Entry]:
    """Find the messages meant; UsageError when an id is unknown or the change is not allowed for one of them."""
    with reading(workspace.outbox.engine) as connection:
        scope = workspace.scope(case=which.case)
        found = entries(connection, scope, ids=which.ids, statuses=() if which.ids else wanted)
    complaints = [f"there is no message {id_}" for id_ in sorted(set(which.ids) - {entry.id for entry in found})]
    complaints += [
        f"message {entry.id} is {entry.status}, not {either(wanted)}" for entry in found if entry.status not in wanted
    ]
    if complaints:
        raise UsageError(f"{'; '.join(complaints)}. Nothing was changed", next_step=SEE_QUEUE)
    return found


def _change(workspace: Workspace, chosen: Sequence[Entry], to: Status, by: str) -> None:
    try:
        with writing(workspace.outbox.engine) as connection:
            change_by_person(connection, chosen, to, now(), by, "")
    except LostClaim:
        raise UsageError("a run was at work on these at the same moment; nothing was changed. Try again") from None
