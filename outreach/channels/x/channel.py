"""The X channel: one post after another to the account whose keys are set; knows no queue and no database."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from outreach.channels.base import Limits, Outgoing, Receipt, see_through
from outreach.channels.social.answers import ApiRequest
from outreach.channels.social.post import SocialPost, post_of
from outreach.channels.x.answers import KEYS, XAnswers, is_duplicate, lost, lost_post
from outreach.channels.x.client import NoAnswer, NotSent, XAnswer, XClient
from outreach.channels.x.timeline import is_ours, is_page, next_page, seen_posts
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed
from outreach.settings.accounts import XSettings
from outreach.settings.settings import Settings
from outreach.text import server_words

CLOCKS = timedelta(minutes=5)  # how far our clock and X's may be apart
PAGES = 8  # of 100 posts: more than an account publishes while a post of ours is in doubt
KEYS_HINT = f"Set {KEYS} in the environment or in .env; then: outreach doctor"
WEB = "https://x.com"
_NAME = re.compile(r"\w{1,50}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Owner:
    id: str
    name: str


class XChannel:
    """Posts to the account of `[x]`. `now` is the time, aware.

    X has no key that would make a repeat safe, so a request that left without an answer is Unconfirmed, and `find`
    says what the timeline shows. Cancelling `send` is safe: CancelledError comes out of it only when no post has
    left; once it is on its way, `send` waits for the answer, and a second cancellation ends that with Unconfirmed.
    """

    name = "x"
    limits = Limits(connections=1)

    def __init__(self, settings: XSettings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        keys = (settings.consumer_key, settings.consumer_secret, settings.access_token, settings.access_token_secret)
        secrets = [key.get_secret_value() for key in keys]
        self._answers = XAnswers(secrets)
        self._client = XClient(settings)
        self._missing = settings.missing
        # An access token begins with the id of its account, which lasts where GET /2/users/me is not to be had.
        self._id = secrets[2].partition("-")[0]
        self._owner: _Owner | None = None
        self._now = now

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the account of `[x]`."""
        return cls(settings.x)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        return None

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Publish one post; `x/answers.py` says which answer means what."""
        post = post_of(outgoing)
        owner = await self._known_owner()
        media = await self._upload(post)
        await outgoing.committed()
        answer = await self._publish(post, media, outgoing.parent)
        if is_duplicate(answer):
            return await self._published_before(outgoing, answer)
        if not _taken(answer) or not answer.id:
            raise self._answers.refused_post(answer, self._now())
        return _receipt(answer.id, owner, "taken")

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        """Find the post in the timeline since it was queued; Deferred or Paused when X does not let us look."""
        text, owner, page = post_of(outgoing).text, await self._known_owner(), ""
        # Our clock may have been set right since: X refuses to look for what is later than its own.
        since = min(outgoing.queued_at, self._now()) - CLOCKS if outgoing.queued_at else None
        for _ in range(PAGES):
            answer = await self._page(owner, since, page)
            for seen in seen_posts(answer.body):
                if is_ours(seen, text, outgoing.parent):
                    return _receipt(seen.id, owner, "in the timeline")
            page = next_page(answer.body)
            if not page:
                return None
        raise Deferred(f"{ApiRequest.TIMELINE}: too long to be looked through")

    async def delete(self, reference: str) -> None:
        """Take a post down. It is no error if it is gone already."""
        answer = await self._hear(ApiRequest.DELETION, lambda: self._client.delete(reference))
        if not _taken(answer) and answer.status != 404:
            raise self._answers.refusal(ApiRequest.DELETION, answer, self._now())

    async def account(self) -> str:
        """Name the account that X tells for these keys: @name."""
        return f"@{_owner(await self._ask(ApiRequest.ACCOUNT, self._client.me)).name}"

    async def _known_owner(self) -> _Owner:
        """Find whose account it is, asked once. It also shows wrong keys while nothing is on its way.

        Small plans get this answer a few times a day, or never; the post need not wait for it.
        """
        if self._owner is None:
            answer = await self._hear(ApiRequest.ACCOUNT, self._client.me)
            if answer.status in (403, 429) and self._id.isdecimal():
                return _Owner(self._id, "i")  # x.com/i/status/… leads to any post
            self._owner = _owner(self._good(ApiRequest.ACCOUNT, answer))
        return self._owner

    async def _page(self, owner: _Owner, since: datetime | None, page: str) -> XAnswer:
        answer = await self._ask(ApiRequest.TIMELINE, lambda: self._client.timeline(owner.id, since, page))
        if not is_page(answer.body):
            raise Deferred(f"{ApiRequest.TIMELINE}: {answer.status} without a timeline")
        return answer

    async def _upload(self, post: SocialPost) -> str:
        """Leave the picture and its description with X; give its id, empty without a picture."""
        if not post.picture:
            return ""
        answer = await self._ask(ApiRequest.PICTURE, lambda: self._client.upload(post.picture))
        if not answer.id:
            raise Deferred(f"{ApiRequest.PICTURE}: {answer.status} without an id")
        if post.alt:
            await self._ask(ApiRequest.ALT_TEXT, lambda: self._client.describe(answer.id, post.alt))
        return answer.id

    async def _publish(self, post: SocialPost, media: str, parent: str) -> XAnswer:
        request = self._client.create(post.text, media=media, parent=parent)
        try:
            return await see_through(request, f"{ApiRequest.POST}: stopped before X answered")
        except (NotSent, NoAnswer) as error:
            raise lost_post(error) from None

    async def _published_before(self, outgoing: Outgoing, answer: XAnswer) -> Receipt:
        """X says that the account has this post: an earlier try of ours, or an older post with the same text."""
        said = self._answers.said(ApiRequest.POST, answer)
        try:
            found = await self.find(outgoing)
        except DeliveryError as error:
            raise Unconfirmed(server_words(f"{said}; the timeline cannot be read: {error.detail}")) from None
        if found is None:
            raise Rejected(server_words(f"{said}; that post is not this one: change the text"))
        return found

    async def _ask(self, request: ApiRequest, question: Callable[[], Awaitable[XAnswer]]) -> XAnswer:
        return self._good(request, await self._hear(request, question))

    async def _hear(self, request: ApiRequest, question: Callable[[], Awaitable[XAnswer]]) -> XAnswer:
        """Any answer to a request that makes nothing public."""
        if self._missing:
            raise Paused(f"X is not set up: {', '.join(self._missing)} missing", KEYS_HINT)
        try:
            return await question()
        except (NotSent, NoAnswer) as error:
            raise lost(request, error) from None

    def _good(self, request: ApiRequest, answer: XAnswer) -> XAnswer:
        if not _taken(answer):
            raise self._answers.refusal(request, answer, self._now())
        return answer


def _owner(answer: XAnswer) -> _Owner:
    name = answer.data.get("username")
    if not answer.id or not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Deferred(f"{ApiRequest.ACCOUNT}: {answer.status} without a name")
    return _Owner(answer.id, name)


def _taken(answer: XAnswer) -> bool:
    return 200 <= answer.status < 300


def _receipt(post: str, owner: _Owner, how: str) -> Receipt:
    return Receipt(f"{how} as post {post}", reference=post, url=f"{WEB}/{owner.name}/status/{post}")
