"""Reads what came with a message and is not in its text: attached messages, and invitations. Opens no other file."""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach.inbox.attachments.invitations import read_invitation
from outreach.inbox.attachments.listing import CALENDAR, IsOwn, Listing, attached_messages, list_attachments
from outreach.inbox.mail import Attachment, Invitation, Mail
from outreach.inbox.mime.decoding import decode
from outreach.inbox.mime.parse import read_mail, take_apart_mail
from outreach.inbox.mime.tree import LONGEST_TEXT, Body
from outreach.inbox.newtext.authors import Ours
from outreach.inbox.newtext.newtext import new_text
from outreach.text import clean_line

MOST_MESSAGES = 5  # attached messages whose words are shown
MOST_BYTES = 4_000_000  # of an attached message that are looked at for its words
DEEPEST = 3  # of messages in messages


@dataclass(frozen=True, slots=True)
class Attached:
    """What came with a message. `text` are the words of attached messages, each under a line that says whose.

    Where a message has no words of its own, they are those of the invitation.
    """

    listing: Listing
    invitation: Invitation | None = None
    text: str = ""


def read_attached(raw: bytes, mail: Mail, is_own: IsOwn) -> Attached:
    """Read what came with a message, `mail` being its bytes as they were parsed; `is_own`: an address is ours."""
    if len(mail.parts) == 1 and mail.parts[0].content_type.startswith("text/plain") and not mail.parts[0].filename:
        return Attached(list_attachments(mail, is_own))
    listing = list_attachments(mail, is_own)
    calendar = next((at for at, each in _placed(listing) if each.media_type == CALENDAR), None)
    messages = list(attached_messages(mail.parts, is_own))
    if calendar is None and not messages:
        return Attached(listing)
    bodies = take_apart_mail(raw).bodies
    invitation, description = _invitation(mail, bodies, calendar) if calendar is not None else (None, "")
    words = [] if mail.text.strip() or not description else [description]
    words += _words(bodies, messages, is_own, DEEPEST)
    return Attached(listing, invitation, "\n\n".join(words)[:LONGEST_TEXT])


def _placed(listing: Listing) -> Iterator[tuple[int, Attachment]]:
    return zip(listing.places, listing.attachments, strict=True)


def _invitation(mail: Mail, bodies: list[Body], at: int) -> tuple[Invitation | None, str]:
    part = mail.parts[at]
    text = part.text or decode(bodies[at].content()[0][: 4 * LONGEST_TEXT], "utf-8")[0]
    return read_invitation(text)


def _words(bodies: list[Body], messages: list[int], is_own: IsOwn, deepest: int) -> Iterator[str]:
    for at in messages[:MOST_MESSAGES]:
        raw = bodies[at].content()[0][:MOST_BYTES]
        mail = read_mail(raw)
        text = new_text(mail, Ours(is_own, is_addressee=False)).text.strip()
        inner = list(attached_messages(mail.parts, is_own)) if deepest else []
        further = _words(take_apart_mail(raw).bodies, inner, is_own, deepest - 1) if inner else ()
        if text:
            yield f"{_whose(mail)}\n\n{text}"
        yield from further


def _whose(mail: Mail) -> str:
    who = f"{mail.sender_name} <{mail.sender}>".strip() if mail.sender else mail.sender_name or "somebody"
    when = f", {mail.date.day} {mail.date:%B %Y, %H:%M} UTC" if mail.date else ""
    about = f", “{clean_line(mail.subject, 200)}”" if mail.subject else ""
    return f"[Attached message from {who}{when}{about}]"
