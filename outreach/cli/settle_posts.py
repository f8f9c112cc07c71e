"""Unconfirmed posts and what the account's own timeline shows of them: said, or proof when a person settles."""

import asyncio
from collections.abc import Sequence
from itertools import groupby

from outreach.channels.base import Receipt
from outreach.cli.output import note, print_json, say
from outreach.cli.session import Session
from outreach.errors import DeliveryError, UsageError
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry, Scope
from outreach.outbox.posts.settling import Doubtful, doubtful_posts, found_by, look, settle_post
from outreach.outbox.store import now

Seen = dict[int, Receipt | DeliveryError | None]  # message → its post, that there is none, or why nobody can tell


def say_timelines(session: Session, scope: Scope, ids: Sequence[int], *, as_json: bool) -> bool:
    """Say of each unconfirmed post in scope what the timeline shows, and what to type. False when there are none."""
    if session.outbox.rehearsal:
        return False
    posts = {post.id: post for post in doubtful_posts(session.outbox, scope) if not ids or post.id in ids}
    if not posts:
        return False
    seen = _look(session, list(posts.values()))
    if as_json:
        print_json([_as_json(message, found) for message, found in seen.items()])
        return True
    for message, found in seen.items():
        say(f"Post {message} on {posts[message].network}: {_shown(found)}")
        say(f"  {_next_step(session, posts[message], found)}")
    return True


def _next_step(session: Session, post: Doubtful, found: Receipt | DeliveryError | None) -> str:
    settle_it = f"Settle it with: outreach queue settle {post.id} --sent"
    if isinstance(found, Receipt):
        return settle_it
    if until := _may_come_up_until(session, post):
        return f"The server may still be at work on it until {until}; then: outreach queue run"
    return f"{settle_it}, or --not-sent when it is really not there"


def _may_come_up_until(session: Session, post: Doubtful) -> str:
    """The time until which its absence says nothing; blank when that is over, or a wrong clock makes it unknown."""
    moment = post.certain_at(session.grace(post.network), now())
    return f"{moment.astimezone(session.campaign.settings.timezone):%H:%M}" if moment and moment > now() else ""


def settle_posts(session: Session, chosen: Sequence[Entry], who: str, *, sent: bool) -> set[int]:
    """Settle as sent those that the timeline shows, so that their addresses are known; their ids.

    UsageError when a person says of a post that it was not sent, and the timeline shows it: it would be there twice.
    """
    wanted = {entry.id for entry in chosen if entry.key.kind is MessageKind.POST}
    if not wanted or session.outbox.rehearsal:
        return set()
    posts = [post for post in doubtful_posts(session.outbox, Scope()) if post.id in wanted]
    seen = _look(session, posts)
    there = {message: found for message, found in seen.items() if isinstance(found, Receipt)}
    if there and not sent:
        message, found = next(iter(there.items()))
        raise UsageError(
            f"post {message} is out: {found.url}. Nothing was changed; settle it with: outreach queue settle {message} "
            "--sent"
        )
    if not sent:
        _refuse_too_soon(session, posts)
    for message, what in seen.items():
        if message not in there:
            note(f"Post {message}: {_shown(what)}; your word is taken.")
    known = [post for post in posts if post.id in there]
    return {post.id for post in known if settle_post(session.outbox, post, there[post.id], found_by(post.network), who)}


def _refuse_too_soon(session: Session, posts: Sequence[Doubtful]) -> None:
    for post in posts:
        if until := _may_come_up_until(session, post):
            raise UsageError(
                f"post {post.id} may still come up on {post.network} until {until}, and would then be there twice. "
                "Nothing was changed; after that: outreach queue run"
            )


def _look(session: Session, posts: Sequence[Doubtful]) -> Seen:
    seen: Seen = {}
    for network, same in groupby(sorted(posts, key=lambda post: (post.network, post.id)), lambda post: post.network):
        seen |= asyncio.run(_look_at(session, network, list(same)))
    return seen


async def _look_at(session: Session, network: str, posts: list[Doubtful]) -> Seen:
    seen: Seen = {}
    if network not in session.campaign.settings.networks:
        return {post.id: DeliveryError(f"no account is configured for {network}") for post in posts}
    try:
        async with session.open_account(network) as account:
            async for post, found in look(account, posts):
                seen[post.id] = found
    except DeliveryError as error:
        return {**{post.id: error for post in posts}, **seen}
    return seen


def _shown(found: Receipt | DeliveryError | None) -> str:
    if isinstance(found, Receipt):
        return f"the timeline shows it: {found.url}"
    if found is None:
        return "the timeline does not show it (yet)"
    return f"the timeline cannot be looked at: {found.detail}"


def _as_json(message: int, found: Receipt | DeliveryError | None) -> dict[str, object]:
    return {
        "message": message,
        "found": None if isinstance(found, DeliveryError) else found is not None,
        "address": found.url if isinstance(found, Receipt) else "",
    }
