"""Reads what a queued message says, as people will read it: from the bytes that were fixed for it."""

import json
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import cast


def wording(content: bytes) -> tuple[str, ...]:
    """Give every text of a message: its subject, its plain text, and the description of a post's picture.

    The bytes are ours (RFC 5322, MIME): the HTML of a letter is made of the same paragraphs as its plain text.
    """
    message = message_from_bytes(content)
    texts = [str(make_header(decode_header(str(message["Subject"] or ""))))]
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            texts.append(_payload(part).decode(part.get_content_charset("utf-8"), "replace"))
        elif part.get_content_type() == "application/json":  # the particulars of a post
            texts.append(str(json.loads(_payload(part)).get("alt", "")))
    return tuple(text for text in texts if text)


def _payload(part: Message) -> bytes:
    return cast("bytes", part.get_payload(decode=True))
