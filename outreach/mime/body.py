"""Reads a message of ours back: what it says as plain text or HTML. What others wrote is for the inbox to read."""

from email import message_from_bytes, policy
from typing import Literal


def body_of(content: bytes, form: Literal["plain", "html"] = "plain") -> str:
    """Give the text of a message in that form, lines ended by a line feed; "" where it has none."""
    message = message_from_bytes(content, policy=policy.default)
    part = message.get_body((form,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
