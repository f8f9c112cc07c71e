"""`outreach post --delete`: takes a published post down again, and keeps in the ledger that it was there."""

import asyncio

import click

from outreach.cli.agreement import agreed
from outreach.cli.output import print_json, say
from outreach.cli.session import Session, open_to_look
from outreach.db.engine import reading, writing
from outreach.errors import DeliveryError, Paused, UsageError
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim
from outreach.outbox.models import Entry, Scope
from outreach.outbox.posts.prepare import with_what_follows
from outreach.outbox.queue import change_by_person, entries
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now

ACTOR = "a person: outreach post --delete"


def delete_post(ctx: click.Context, message: int, *, rehearse: bool, yes: bool, as_json: bool) -> None:
    """Delete one post where it was published, then mark it withdrawn. It is never posted again."""
    session = open_to_look(ctx, rehearse=rehearse)
    entry = _find(session, message)
    if not _agreed(session, entry, yes=yes, as_json=as_json):
        say("Nothing was deleted.")
        return
    if not session.outbox.rehearsal:
        _take_down(session, entry)
    detail = "deleted" if not session.outbox.rehearsal else "deleted (a rehearsal: the file stays in the folder)"
    try:
        with writing(session.outbox.engine) as connection:
            change_by_person(connection, [entry], Status.WITHDRAWN, now(), ACTOR, detail)
    except LostClaim:
        raise UsageError("this post was changed at the same moment. See: outreach queue list") from None
    if as_json:
        print_json([entry.id])
    else:
        say(f"Post {entry.id} is deleted. {_what_follows(session, entry)}".strip())


def _find(session: Session, message: int) -> Entry:
    with reading(session.outbox.engine) as connection:
        found = entries(connection, ids=[message])
    see = f"see: outreach queue list{session.flag}"
    if not found:
        raise UsageError(f"there is no message {message}; {see}")
    [entry] = found
    if entry.key.kind is not MessageKind.POST:
        raise UsageError(f"message {message} is a letter, and no letter can be taken back")
    if entry.status is not Status.SENT:
        if entry.status in WAITING:
            see = f"take it back with: outreach queue withdraw {message}{session.flag}"
        raise UsageError(f"post {message} is {entry.status.value}, so there is nothing to delete; {see}")
    if not entry.reference and not session.outbox.rehearsal:
        raise UsageError(
            f"nobody knows what {entry.key.channel} calls post {message}: delete it there by hand. Nothing was changed"
        )
    return entry


def _agreed(session: Session, entry: Entry, *, yes: bool, as_json: bool) -> bool:
    if session.outbox.rehearsal:
        return True
    what = f"Post {entry.id}, {entry.key.part} on {entry.key.channel}: {entry.subject}\n  {entry.address}"
    question = f"{what}\nDelete it for ever? It can never be posted again."
    return agreed(question, "deleting with --json or without a terminal needs --yes", yes=yes, as_json=as_json)


def _take_down(session: Session, entry: Entry) -> None:
    try:
        asyncio.run(_delete(session, entry))
    except DeliveryError as error:
        hint = f" {error.hint}" if isinstance(error, Paused) else " Try again, or delete it there by hand."
        raise UsageError(f"{entry.key.channel} did not delete post {entry.id}: {error.detail}.{hint}") from None


async def _delete(session: Session, entry: Entry) -> None:
    async with session.open_account(entry.key.channel) as account:
        await account.delete(entry.reference)


def _what_follows(session: Session, entry: Entry) -> str:
    """The other parts of its thread stay, and are named."""
    with reading(session.outbox.engine) as connection:
        posts = entries(connection, Scope(entry.key.case, entry.key.ask, kind=MessageKind.POST))
    others = [f"{post.id} ({post.status.value})" for post in with_what_follows([entry], posts) if post.id != entry.id]
    return f"What follows it in its thread stays: {', '.join(others)}" if others else ""
