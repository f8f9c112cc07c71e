"""What a post is, and its form as bytes: one message (RFC 5322, MIME) that any mail program shows, picture and all.

The outbox fixes these bytes when the post is queued, the rehearsal folder keeps them, and the channels read them back.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP
from typing import cast

from outreach.channels.base import Outgoing
from outreach.errors import Rejected

NETWORK_HEADER = "X-Outreach-Network"
PARTICULARS = "post.json"


@dataclass(frozen=True, slots=True)
class Facet:
    """A link, hashtag or mention, as bytes [start, end) of the text in UTF-8 (app.bsky.richtext.facet).

    `value` is the address of a link, the tag without #, or the handle without @.
    """

    kind: str  # link, tag, mention
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class SocialPost:
    """One post, or one part of a thread. `picture` is a PNG or empty, `alt` its description."""

    network: str
    text: str
    language: str
    facets: tuple[Facet, ...] = ()
    picture: bytes = b""
    alt: str = ""


def to_bytes(post: SocialPost, *, message_id: str, account: str, subject: str) -> bytes:
    """The post as a message without its Date, lines ended by CRLF; `account` stands in From."""
    message = EmailMessage(policy=SMTP)
    message["From"] = account
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message[NETWORK_HEADER] = post.network
    message.set_content(post.text, cte="base64")
    particulars = {"text": post.text, "facets": [asdict(facet) for facet in post.facets], "alt": post.alt}
    written = json.dumps(particulars, ensure_ascii=False).encode()
    message.add_attachment(written, maintype="application", subtype="json", filename=PARTICULARS)
    if post.picture:
        message.add_attachment(post.picture, maintype="image", subtype="png", filename="card.png", disposition="inline")
    message["Content-Language"] = post.language
    message.set_boundary("=_outreach_post_=_")
    return message.as_bytes()


def post_of(outgoing: Outgoing) -> SocialPost:
    """The post that is to leave; raises Rejected when it is none."""
    try:
        return from_bytes(outgoing.content)
    except ValueError as error:
        raise Rejected(str(error)) from None


def from_bytes(content: bytes) -> SocialPost:
    """The post that `to_bytes` wrote, whatever was put before it; raises ValueError for anything else."""
    message = BytesParser(policy=SMTP).parsebytes(content)
    parts = {part.get_filename() or part.get_content_type(): part for part in message.iter_parts()}
    try:
        return _read(message, parts)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ValueError("this message is not a post") from None


def _read(message: Message, parts: Mapping[str, Message]) -> SocialPost:
    particulars = json.loads(cast("bytes", parts[PARTICULARS].get_payload(decode=True)))
    picture = parts.get("card.png")
    return SocialPost(
        network=str(message[NETWORK_HEADER]),
        text=particulars["text"],
        language=str(message["Content-Language"]),
        facets=tuple(Facet(**facet) for facet in particulars["facets"]),
        picture=cast("bytes", picture.get_payload(decode=True)) if picture is not None else b"",
        alt=particulars["alt"],
    )
