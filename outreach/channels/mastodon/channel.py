"""The Mastodon channel: one public status a post, on any instance; knows no queue and no database."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from outreach.channels.base import Limits, Outgoing, Receipt, see_through
from outreach.channels.mastodon.client import MastodonClient, NotThere
from outreach.channels.mastodon.status import Status, known_id, mentions, same_source
from outreach.channels.social.answers import ApiRequest
from outreach.channels.social.post import SocialPost, post_of
from outreach.errors import Deferred, DeliveryError, Paused, Rejected
from outreach.settings.accounts import MastodonSettings
from outreach.settings.settings import Settings

PAGE = 40  # statuses, the most that a server gives at once
PAGES = 25
# By which the server's clock may have been behind ours when the post was queued: a laptop in another time zone.
SKEW = timedelta(hours=12)
PROCESSING = 0.5  # seconds between two looks at a picture that the server is still working on


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """How many characters a status may have, and how many a link counts for."""

    characters: int = 500
    link: int = 23


@dataclass(frozen=True, slots=True)
class Me:
    """The account that the token is for: its id, and its name without the host."""

    id: str
    name: str


class MastodonChannel:
    """Posts from the account of `[mastodon]`.

    Exactly once: the Idempotency-Key is the post's token, under which a server takes a post once. But it forgets the
    key after an hour, and there are versions that trip over it (mastodon/mastodon#37879, #40399). So the account's own
    timeline is looked at first: what stands there since the post was queued is not posted again.

    Cancelling `send` is safe, as with SMTP: once the post is on its way, the answer is waited for.
    """

    name = "mastodon"
    limits = Limits()

    def __init__(self, settings: MastodonSettings) -> None:
        self._client = MastodonClient(settings)
        self._patience = settings.timeout
        self._me: Me | None = None

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the account of `[mastodon]`."""
        return cls(settings.mastodon)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        self._me = None

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Publish the post; `social/answers.py` says which answer means what."""
        post, parent = post_of(outgoing), _id(outgoing.parent) if outgoing.parent else ""
        there = await self._look(post, parent, outgoing.queued_at)
        picture = await self._upload(post) if post.picture and there is None else ""
        await outgoing.committed()
        if there is not None:
            return _receipt(there, "was there already")
        return await see_through(self._publish(post, outgoing.token, parent, picture))

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        """Find the post in what the account published since it was queued."""
        parent = _id(outgoing.parent) if outgoing.parent else ""
        there = await self._look(post_of(outgoing), parent, outgoing.queued_at)
        return None if there is None else _receipt(there, "found on the account")

    async def delete(self, reference: str) -> None:
        """Take the post down. Raises Deferred, Paused or Rejected as `send` does."""
        post = _id(reference)
        try:
            await self._client.ask(ApiRequest.DELETION, lambda client: client.status_delete(post))
        except NotThere:
            return

    async def account(self) -> str:
        """Name the account: @name@host, with the host by which the instance calls itself."""
        me = await self._whose()
        try:
            host = await self._client.ask(ApiRequest.LOGIN, lambda client: str(client.instance_v2()["domain"]))
        except DeliveryError:
            host = self._client.host
        return f"@{me.name}@{host}"

    async def limits_of_server(self) -> ServerLimits:
        """Ask the instance for its limits; Mastodon's usual ones where it does not say.

        Raises Deferred or Paused when it cannot be asked, or says what makes no sense.
        """
        try:
            return await self._client.ask(ApiRequest.LOGIN, lambda client: _limits(client.instance_v2()))
        except Paused:  # an instance before Mastodon 4, or one that only resembles it
            return await self._client.ask(ApiRequest.LOGIN, lambda client: _limits(client.instance_v1()))

    async def _publish(self, post: SocialPost, token: str, parent: str, picture: str) -> Receipt:
        status = await self._client.ask(
            ApiRequest.POST,
            lambda client: Status.read(
                client.status_post(
                    post.text,
                    in_reply_to_id=parent or None,
                    media_ids=[picture] if picture else None,
                    visibility="public",
                    language=post.language or None,
                    idempotency_key=token,
                )
            ),
        )
        return _receipt(status, "posted")

    async def _upload(self, post: SocialPost) -> str:
        """Give the picture's id, once the server has worked on it: before that, it refuses a post with it."""
        picture, ready = await self._client.ask(
            ApiRequest.PICTURE,
            lambda client: _attachment(
                client.media_post(post.picture, "image/png", description=post.alt, file_name="card.png")
            ),
        )
        try:
            async with asyncio.timeout(self._patience):
                while not ready:
                    await asyncio.sleep(PROCESSING)
                    _, ready = await self._client.ask(
                        ApiRequest.PICTURE, lambda client: _attachment(client.media(picture))
                    )
        except TimeoutError:
            raise Deferred(f"{ApiRequest.PICTURE}: the server is still working on it") from None
        return picture

    async def _look(self, post: SocialPost, parent: str, queued_at: datetime | None) -> Status | None:
        if queued_at is None:
            raise Rejected("the post does not say when it was queued")
        async for status in self._since(queued_at - SKEW):
            if status.looks_like(post.text, parent) and await self._is_it(status, post.text):
                return status
        return None

    async def _since(self, oldest: datetime) -> AsyncIterator[Status]:
        """Give the account's own posts, newest first, back to that time."""
        me, last = await self._whose(), ""
        for _ in range(PAGES):
            page = await self._page(me.id, last)
            for status in page:
                if status.created_at < oldest:
                    return
                yield status
            if not page:
                return
            last = page[-1].id
        raise Deferred(
            f"{ApiRequest.TIMELINE}: the account has more than {PAGES * PAGE} posts since this one was queued"
        )

    async def _page(self, account: str, before: str) -> list[Status]:
        return await self._client.ask(
            ApiRequest.TIMELINE,
            lambda client: [
                Status.read(told)
                for told in client.account_statuses(account, exclude_reblogs=True, limit=PAGE, max_id=before or None)
            ],
        )

    async def _is_it(self, status: Status, text: str) -> bool:
        """Two missions may have one name on two hosts, and the timeline shows no hosts: then the source decides."""
        if not mentions(text):
            return True
        try:
            source = await self._client.ask(
                ApiRequest.MENTION, lambda client: str(client.status_source(status.id)["text"])
            )
        except Rejected:  # an instance that keeps no source
            return True
        return same_source(source, text)

    async def _whose(self) -> Me:
        if self._me is None:
            self._me = await self._client.ask(ApiRequest.LOGIN, lambda client: _me(client.account_verify_credentials()))
        return self._me


def _id(reference: str) -> str:
    try:
        return known_id(reference)
    except ValueError:
        raise Rejected("the reference of a post is not one of Mastodon") from None


def _receipt(status: Status, what: str) -> Receipt:
    return Receipt(f"{what}: {status.id}", status.id, status.url)


def _me(told: Mapping[str, Any]) -> Me:
    return Me(known_id(told["id"]), str(told["username"]))


def _attachment(told: Mapping[str, Any]) -> tuple[str, bool]:
    """Give a picture's id, and whether it can be posted (docs.joinmastodon.org/methods/media: url is null before)."""
    return known_id(told["id"]), bool(told.get("url"))


def _limits(told: Mapping[str, Any]) -> ServerLimits:
    """docs.joinmastodon.org/entities/Instance, configuration.statuses; max_toot_chars is what others call it."""
    usual = ServerLimits()
    statuses = (told.get("configuration") or {}).get("statuses") or {}
    characters = statuses.get("max_characters") or told.get("max_toot_chars") or usual.characters
    return ServerLimits(int(characters), int(statuses.get("characters_reserved_per_url") or usual.link))
