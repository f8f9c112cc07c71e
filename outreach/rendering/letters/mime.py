"""Makes the message: a letter and its address as the bytes that travel (RFC 5322, MIME); knows no queue, no server."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from outreach.errors import UsageError
from outreach.mime.headers import (
    checked,
    date_header,
    folded,
    mail_address,
    mailbox,
    message_id,
    subject_header,
)
from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.page import page
from outreach.settings.settings import SenderSettings

# "=_" cannot occur in quoted-printable, where = is followed by a hexadecimal digit or the line's end (RFC 2045, 6.7).
BOUNDARY = "=_outreach_letter_=_"
TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,64}")
LONGEST_URL = 700  # with tokens, well below the 998 characters of a line
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
TEXT_PART = (
    f"\r\n--{BOUNDARY}\r\n"
    'Content-Type: text/plain; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
).encode()
HTML_PART = (
    f"\r\n--{BOUNDARY}\r\n"
    'Content-Type: text/html; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
).encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Addressing:
    """Where one letter goes. `message_id` is <token@domain>; the first recipient goes in To, the others in Cc.

    `in_reply_to` is the Message-ID of the letter this one follows, or empty.
    """

    message_id: str
    token: str
    to_name: str
    recipients: tuple[str, ...]
    in_reply_to: str = ""


class Composer:
    """Makes messages from one sender; what they share is encoded once."""

    def __init__(self, sender: SenderSettings) -> None:
        """Raise UsageError if a setting of the sender cannot be a header."""
        if not sender.email:
            raise UsageError("From: there is no sender; write [sender] email in outreach.toml")
        self._from = folded("From", mailbox("From", sender.name, sender.email))
        if sender.reply_to:
            self._from += folded("Reply-To", mail_address("Reply-To", sender.reply_to))
        self._unsubscribe_at = quote(mail_address("List-Unsubscribe", sender.reply_to or sender.email), safe="@+")
        self._unsubscribe_url = _unsubscribe_url(sender.unsubscribe_url)
        self._common: dict[str, bytes] = {}

    def compose(self, letter: Letter, addressing: Addressing) -> bytes:
        """The whole message with CRLF line ends, all but Date; raise UsageError naming the header that cannot be."""
        headers = [
            self._from,
            _recipients(addressing),
            subject_header(letter.subject),
            _threading(addressing),
            self._unsubscribe(addressing.token),
            self._constant(letter.language),
        ]
        around = page(letter.language, letter.subject)
        parts = letter.parts
        return b"".join(
            [
                *headers,
                TEXT_PART,
                b"\r\n".join([block.text_quoted for block in parts]),
                HTML_PART,
                around.head_quoted,
                *[block.html_quoted for block in parts],
                around.tail_quoted,
                END,
            ]
        )

    def _constant(self, language: str) -> bytes:
        """The headers that all letters in one language share, and the blank line after them."""
        if language not in self._common:
            if not LANGUAGE.fullmatch(language):
                raise UsageError(f"Content-Language: {language[:40]!a} is not a language; write en, fr or es")
            self._common[language] = (
                "Auto-Submitted: auto-generated\r\n"
                f"Content-Language: {language}\r\n"
                "MIME-Version: 1.0\r\n"
                f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'
            ).encode()
        return self._common[language]

    def _unsubscribe(self, token: str) -> bytes:
        """List-Unsubscribe (RFC 2369), and its one-click form when there is an https address (RFC 8058)."""
        if not TOKEN.fullmatch(checked("List-Unsubscribe", token)):
            raise UsageError(f"List-Unsubscribe: {token[:80]!a} is not a token; use letters, digits, . _ ~ and -")
        mail = f"<mailto:{self._unsubscribe_at}?subject=unsubscribe%20{token}>"
        if not self._unsubscribe_url:
            return folded("List-Unsubscribe", mail)
        page_too = f"{mail}, <{self._unsubscribe_url.replace('{token}', token)}>"
        return folded("List-Unsubscribe", page_too) + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def dated(content: bytes, at: datetime) -> bytes:
    """The message with its Date in front; `at` must know its time zone and is written in UTC."""
    return date_header(at) + content


def _recipients(addressing: Addressing) -> bytes:
    if not addressing.recipients:
        raise UsageError("To: a letter needs at least one recipient")
    first, *others = addressing.recipients
    to = mailbox("To", addressing.to_name, first)
    lines = folded("To", to)
    if others:
        lines += folded("Cc", ", ".join([mail_address("Cc", other) for other in others]))
    return lines


def _threading(addressing: Addressing) -> bytes:
    lines = folded("Message-ID", message_id("Message-ID", addressing.message_id))
    if addressing.in_reply_to:
        before = message_id("In-Reply-To", addressing.in_reply_to)
        lines += folded("In-Reply-To", before) + folded("References", before)
    return lines


def _unsubscribe_url(url: str) -> str:
    """The https address, as a URI in ASCII; {token} stays to be filled in."""
    if not url:
        return ""
    checked("List-Unsubscribe", url)
    if not url.startswith("https://") or any(character in url for character in ' <>"'):
        raise UsageError("List-Unsubscribe: [sender] unsubscribe_url must be one https:// address (RFC 8058)")
    uri = "{token}".join([quote(part, safe=":/?#[]@!$&'()*+,;=%~") for part in url.split("{token}")])
    if len(uri) > LONGEST_URL:
        raise UsageError(f"List-Unsubscribe: [sender] unsubscribe_url is longer than {LONGEST_URL} characters")
    return uri
