"""What a post is on Bluesky: its record (app.bsky.feed.post), its key and its reference; knows no connections."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from struct import unpack_from
from typing import TYPE_CHECKING, Any

from outreach.channels.social.post import Facet, SocialPost
from outreach.errors import Rejected

if TYPE_CHECKING:
    from atproto import models

COLLECTION = "app.bsky.feed.post"
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_SECOND = 1_000_000  # microseconds
_CLOCKS = 1024


@dataclass(frozen=True, slots=True)
class PostRef:
    """What a reply to a post names: the post's own address and version, and those of the first post of its thread."""

    uri: str
    cid: str
    root_uri: str
    root_cid: str

    def __str__(self) -> str:
        return json.dumps({"uri": self.uri, "cid": self.cid, "root": {"uri": self.root_uri, "cid": self.root_cid}})

    @classmethod
    def after(cls, parent: str, uri: str, cid: str) -> "PostRef":
        """Make the reference of a post that replies to `parent`; without one the post begins a thread."""
        if not parent:
            return cls(uri, cid, uri, cid)
        above = cls.read(parent)
        return cls(uri, cid, above.root_uri, above.root_cid)

    @classmethod
    def read(cls, text: str) -> "PostRef":
        """Read the reference that `str` wrote; raise Rejected for any other text."""
        try:
            told = json.loads(text)
            parts = (told["uri"], told["cid"], told["root"]["uri"], told["root"]["cid"])
        except (ValueError, TypeError, KeyError):
            raise Rejected("the reference of a post is not one of Bluesky") from None
        return cls(*(str(part) for part in parts))

    @property
    def repository(self) -> str:
        """Take from at://DID/COLLECTION/KEY whose post it is (a DID)."""
        return self.uri.removeprefix("at://").partition("/")[0]

    @property
    def key(self) -> str:
        return self.uri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post as the repository has it."""

    reference: PostRef
    text: str

    @classmethod
    def read(cls, uri: str, cid: str | None, value: object) -> "StoredPost":
        """Read a record; `value` is what the SDK makes of it: a model, or an object with the same fields."""
        root = getattr(getattr(value, "reply", None), "root", None)
        first = (getattr(root, "uri", None) or uri, getattr(root, "cid", None) or cid or "")
        return cls(PostRef(uri, cid or "", *first), str(getattr(value, "text", "") or ""))


def record_key(queued_at: datetime, token: str) -> str:
    """Derive the post's key, the same for every try: a TID (https://atproto.com/specs/tid), 13 characters.

    A TID is 64 bits: a zero, 53 bits of microseconds since 1970, 10 bits of clock identifier. Ours are the second at
    which the post was queued, and a digest of its token for the microseconds and the clock: 1,024,000,000 keys for
    the posts of one second, which are queued together.
    """
    digest = int.from_bytes(sha256(token.encode()).digest()[:8])
    clock, microseconds = divmod(digest % (_CLOCKS * _SECOND), _SECOND)
    number = (int(queued_at.timestamp()) * _SECOND + microseconds) * _CLOCKS + clock
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def record(
    post: SocialPost, mentioned: Mapping[str, str], blob: dict[str, Any] | None, parent: str, now: datetime
) -> "models.AppBskyFeedPost.Record":
    """Make the record that goes into the repository. `mentioned` maps handles to DIDs; `blob` is the uploaded picture.

    createdAt is when it leaves and not when it was queued: timelines are sorted by it.
    """
    from atproto import models

    return models.AppBskyFeedPost.Record(
        text=post.text,
        created_at=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        langs=[post.language] if post.language else None,
        facets=[_facet(facet, mentioned) for facet in post.facets] or None,
        embed=_embed(post, blob) if blob is not None else None,
        reply=_reply(PostRef.read(parent)) if parent else None,
    )


def handles(post: SocialPost) -> tuple[str, ...]:
    """Name the handles that the post mentions, each once."""
    return tuple(dict.fromkeys(facet.value for facet in post.facets if facet.kind == "mention"))


def _facet(facet: Facet, mentioned: Mapping[str, str]) -> "models.AppBskyRichtextFacet.Main":
    """https://docs.bsky.app/docs/advanced-guides/post-richtext: bytes of the UTF-8 text, the end not included."""
    from atproto import models

    feature: Any
    if facet.kind == "link":
        feature = models.AppBskyRichtextFacet.Link(uri=facet.value)
    elif facet.kind == "tag":
        feature = models.AppBskyRichtextFacet.Tag(tag=facet.value)
    else:
        feature = models.AppBskyRichtextFacet.Mention(did=mentioned[facet.value])
    index = models.AppBskyRichtextFacet.ByteSlice(byte_start=facet.start, byte_end=facet.end)
    return models.AppBskyRichtextFacet.Main(features=[feature], index=index)


def _embed(post: SocialPost, blob: dict[str, Any]) -> "models.AppBskyEmbedImages.Main":
    from atproto import models

    width, height = unpack_from(">II", post.picture, 16)  # PNG: 8 bytes of signature, 8 of the first chunk's head
    image = models.AppBskyEmbedImages.Image(
        alt=post.alt,
        image=models.blob_ref.BlobRef.model_validate(blob),
        aspect_ratio=models.AppBskyEmbedDefs.AspectRatio(width=width, height=height),
    )
    return models.AppBskyEmbedImages.Main(images=[image])


def _reply(parent: PostRef) -> "models.AppBskyFeedPost.ReplyRef":
    from atproto import models

    return models.AppBskyFeedPost.ReplyRef(
        parent=models.ComAtprotoRepoStrongRef.Main(uri=parent.uri, cid=parent.cid),
        root=models.ComAtprotoRepoStrongRef.Main(uri=parent.root_uri, cid=parent.root_cid),
    )
