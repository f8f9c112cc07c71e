"""Reads what a queued message says, as people will read it: from the bytes that were fixed for it."""

import json
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

from outreach.html_text import html_to_text


def wording(content: bytes) -> tuple[str, ...]:
    """Give every text of a message: its subject, its parts as text, and the description of a post's picture.

    The bytes are ours (RFC 5322, MIME). What says the same twice, as text and as HTML, is given twice.
    """
    message: EmailMessage = BytesParser(policy=SMTP).parsebytes(content)
    texts = [str(message["Subject"] or "")]
    for part in message.walk():
        if part.is_multipart():
            continue
        body = part.get_content() if part.get_content_maintype() in ("text", "application") else ""
        if isinstance(body, bytes):
            body = _said(body)
        texts.append(html_to_text(body) if part.get_content_subtype() == "html" else body)
    return tuple(text for text in texts if text)


def _said(particulars: bytes) -> str:
    """Give what the particulars of a post say beside its text: the description of its picture."""
    return str(json.loads(particulars).get("alt", ""))
