"""What a post is, and its form as bytes: one message (RFC 5322, MIME) that any mail program shows, picture and all.

The outbox fixes these bytes when the post is queued, the rehearsal folder keeps them, and the channels read them back.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP
from functools import lru_cache
from typing import cast

from outreach.channels.base import Outgoing
from outreach.errors import Rejected
from outreach.mime.frame import Frame, base64
from outreach.mime.headers import checked, folded, message_id_header, subject_header

NETWORK_HEADER = "X-Outreach-Network"
PARTICULARS = "post.json"
PICTURE = "card.png"


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
    """Write the post as a message without its Date, lines ended by CRLF; `account` stands in From."""
    headers = folded("From", checked("From", account)) + subject_header(subject)
    headers += message_id_header("Message-ID", message_id)
    particulars = {"text": post.text, "facets": [asdict(facet) for facet in post.facets], "alt": post.alt}
    text = post.text.replace("\n", "\r\n")
    contents = [text.encode(), json.dumps(particulars, ensure_ascii=False).encode()]
    contents += [post.picture] if post.picture else []
    frame = _frame(post.network, post.language, picture=bool(post.picture))
    return frame.fill(headers, [base64(content) for content in contents], message_id)


@lru_cache(maxsize=64)
def _frame(network: str, language: str, *, picture: bool) -> Frame:
    """Make what all posts on one network in one language share: the text, all of it as JSON, the picture."""
    message = EmailMessage(policy=SMTP)
    message[NETWORK_HEADER] = network
    message.set_content("", cte="base64")
    message.add_attachment(b"", maintype="application", subtype="json", filename=PARTICULARS)
    if picture:
        message.add_attachment(b"", maintype="image", subtype="png", filename=PICTURE, disposition="inline")
    message["Content-Language"] = language  # set last: add_attachment would take it into the text part
    return Frame(message)


def post_of(outgoing: Outgoing) -> SocialPost:
    """Read the post that is to leave; raise Rejected when the message is not a post."""
    try:
        return from_bytes(outgoing.content)
    except ValueError as error:
        raise Rejected(str(error)) from None


def from_bytes(content: bytes) -> SocialPost:
    """Read the post that `to_bytes` wrote, whatever was put before it; raise ValueError for any other message."""
    message = BytesParser(policy=SMTP).parsebytes(content)
    parts = {part.get_filename() or part.get_content_type(): part for part in message.iter_parts()}
    try:
        return _read(message, parts)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ValueError("this message is not a post") from None


def _read(message: Message, parts: Mapping[str, Message]) -> SocialPost:
    particulars = json.loads(cast("bytes", parts[PARTICULARS].get_payload(decode=True)))
    picture = parts.get(PICTURE)
    return SocialPost(
        network=str(message[NETWORK_HEADER]),
        text=particulars["text"],
        language=str(message["Content-Language"]),
        facets=tuple(Facet(**facet) for facet in particulars["facets"]),
        picture=cast("bytes", picture.get_payload(decode=True)) if picture is not None else b"",
        alt=particulars["alt"],
    )
