"""The Bluesky channel: one record a post, in the account's own repository; knows no queue and no database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from outreach.channels.base import Limits, Outgoing, Receipt, see_through
from outreach.channels.bluesky.client import BlueskyClient, NotThere
from outreach.channels.bluesky.record import COLLECTION, PostRef, StoredPost, handles, record, record_key
from outreach.channels.social.answers import ApiRequest
from outreach.channels.social.post import SocialPost, post_of
from outreach.errors import Deferred, DeliveryError, Rejected, Unconfirmed
from outreach.settings.accounts import BlueskySettings
from outreach.settings.settings import Settings

if TYPE_CHECKING:
    from atproto import models

WEB = "https://bsky.app/profile/{handle}/post/{key}"


class BlueskyChannel:
    """Posts from the account of `[bluesky]`, through its own server (PDS).

    Exactly once: a post's key is derived from the post, so the repository can hold it only once. It is looked up
    before it is created; and where the server refuses to create it (a PDS answers 500 when the key is there
    already: bluesky-social/atproto#3718), it is looked up again.

    Cancelling `send` is safe, as with SMTP: once the record is on its way, the answer is waited for.
    """

    name = "bluesky"
    limits = Limits()

    def __init__(self, settings: BlueskySettings) -> None:
        self._client = BlueskyClient(settings)

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the account of `[bluesky]`."""
        return cls(settings.bluesky)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        await self._client.close()

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Publish the post; `social/answers.py` says which answer means what."""
        post, key = post_of(outgoing), _key(outgoing)
        there = await self._look(key)
        if there is not None and there.text != post.text:
            raise Rejected(f"another post has the key {key} already")
        data = None if there is not None else await self._prepare(outgoing, post, key)
        await outgoing.committed()
        if there is not None:
            return self._receipt(there.reference, "was there already")
        assert data is not None  # noqa: S101 - mypy cannot see that one of the two is there
        return await see_through(self._create(data, post, outgoing.parent))

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        """Find the post in the account's repository. If it is not there, it was not published."""
        there = await self._look(_key(outgoing))
        if there is None or there.text != post_of(outgoing).text:
            return None
        return self._receipt(there.reference, "found on the account")

    async def delete(self, reference: str) -> None:
        """Take the post down. Raises Rejected when it is another account's, Deferred or Paused as `send` does."""
        named = PostRef.read(reference)
        await self._client.open()
        if named.repository != self._client.did:
            raise Rejected("this post belongs to another account")
        call = {"repo": named.repository, "collection": COLLECTION, "rkey": named.key}
        await self._client.ask(ApiRequest.DELETION, lambda client: client.com.atproto.repo.delete_record(call))

    async def account(self) -> str:
        """Name the account: @name.bsky.social."""
        await self._client.open()
        return f"@{self._client.handle}"

    async def _look(self, key: str) -> StoredPost | None:
        await self._client.open()
        call = {"repo": self._client.did, "collection": COLLECTION, "rkey": key}
        try:
            found = await self._client.ask(ApiRequest.TIMELINE, lambda client: client.com.atproto.repo.get_record(call))
        except NotThere:
            return None
        return StoredPost.read(found.uri, found.cid, found.value)

    async def _prepare(
        self, outgoing: Outgoing, post: SocialPost, key: str
    ) -> "models.ComAtprotoRepoCreateRecord.Data":
        """Do all that can be done before the post is public: look up who is mentioned, upload the picture."""
        from atproto import models

        mentioned = {handle: await self._resolve(handle) for handle in handles(post)}
        blob = await self._upload(post.picture) if post.picture else None
        written = record(post, mentioned, blob, outgoing.parent, datetime.now(UTC))
        return models.ComAtprotoRepoCreateRecord.Data(
            repo=self._client.did, collection=COLLECTION, rkey=key, record=written
        )

    async def _resolve(self, handle: str) -> str:
        """Look up a handle's DID. Rejected without one: a post without a mention is not the one previewed."""
        try:
            found = await self._client.ask(
                ApiRequest.MENTION, lambda client: client.com.atproto.identity.resolve_handle({"handle": handle})
            )
        except Rejected as error:
            raise Rejected(f"nobody is known as {handle} on Bluesky; {error.detail}") from None
        return str(found.did)

    async def _upload(self, picture: bytes) -> dict[str, Any]:
        answer = await self._client.ask(
            ApiRequest.PICTURE,
            # Not upload_blob, which sends bytes in a way that httpx warns of.
            lambda client: client.invoke_procedure(
                "com.atproto.repo.uploadBlob", content=picture, headers={"Content-Type": "image/png"}
            ),
        )
        blob = answer.content.get("blob") if isinstance(answer.content, dict) else None
        if not isinstance(blob, dict):
            raise Deferred(f"{ApiRequest.PICTURE}: the server did not say what became of it")
        return blob

    async def _create(self, data: "models.ComAtprotoRepoCreateRecord.Data", post: SocialPost, parent: str) -> Receipt:
        try:
            made = await self._client.ask(ApiRequest.POST, lambda client: client.com.atproto.repo.create_record(data))
        except (Rejected, Unconfirmed) as error:
            refusal: DeliveryError = error
        else:
            return self._receipt(PostRef.after(parent, made.uri, made.cid), "posted")
        there = await self._look_again(str(data.rkey))
        if there is None or there.text != post.text:
            raise refusal
        return self._receipt(there.reference, "was there already")

    async def _look_again(self, key: str) -> StoredPost | None:
        try:
            return await self._look(key)
        except DeliveryError:
            return None

    def _receipt(self, reference: PostRef, what: str) -> Receipt:
        url = WEB.format(handle=self._client.handle, key=reference.key)
        return Receipt(f"{what}: {reference.key}", str(reference), url)


def _key(outgoing: Outgoing) -> str:
    if outgoing.queued_at is None:
        raise Rejected("the post does not say when it was queued")
    return record_key(outgoing.queued_at, outgoing.token)
