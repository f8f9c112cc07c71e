"""Reads what a queued message says, as people will read it and as it leaves: from the bytes that were fixed for it."""

import json
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from html import unescape
from typing import cast

TAG = re.compile(r"<[^>]*>")
ATTRIBUTE = re.compile(r'=\s*"([^"]*)"')


def wording(content: bytes) -> tuple[str, ...]:
    """Give every text of a message: headers, plain text, HTML, names of files, the description of a post's picture.

    The bytes are ours (RFC 5322, MIME).
    """
    message = message_from_bytes(content)
    texts = [_header(value) for value in message.values()]
    for part in message.walk():
        kind, file = part.get_content_type(), part.get_filename()
        if kind == "application/json":  # the particulars of a post
            texts.append(str(json.loads(_payload(part)).get("alt", "")))
        elif file:  # of a letter's attachment a reference stands here
            texts.append(file)
        elif part.get_content_maintype() == "text":
            text = _payload(part).decode(part.get_content_charset("utf-8"), "replace")
            texts += page_wording(text) if kind == "text/html" else [text]
    return tuple(text for text in texts if text)


def page_wording(page: str) -> tuple[str, str]:
    """Give what an HTML page says, and what stands in its attributes: addresses of links, titles, descriptions."""
    return unescape(TAG.sub("", page)), unescape("\n".join(ATTRIBUTE.findall(page)))


def _header(value: object) -> str:
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, ValueError):  # an encoded word that is none
        return str(value)


def _payload(part: Message) -> bytes:
    return cast("bytes", part.get_payload(decode=True))
