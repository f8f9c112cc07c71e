"""Makes the message: a letter and its address as the bytes that travel (RFC 5322, MIME); knows no queue, no server."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from urllib.parse import quote

from outreach.errors import UsageError
from outreach.mime.attachment import Attachment, attach, reference
from outreach.mime.frame import Frame
from outreach.mime.headers import checked, folded, mail_address, mailbox, message_id_header, subject_header
from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.setting.page import page
from outreach.settings.mail import SenderSettings

TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,64}")
LONGEST_URL = 700  # with tokens, well below the 998 characters of a line
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


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
    """Makes messages from one sender. What its letters share is written once, what differs is spliced in.

    `bulk`: with the headers that say so, and tell mail programs how to unsubscribe. A letter to a mission is no bulk
    mail: it goes without them, and says in words how to ask for no more.
    """

    def __init__(self, sender: SenderSettings, *, bulk: bool = False) -> None:
        """Raise UsageError if a setting of the sender cannot be a header."""
        if not sender.email:
            raise UsageError("From: there is no sender; write [sender] email in outreach.toml")
        self._from = folded("From", mailbox("From", sender.name, sender.email))
        if sender.reply_to:
            self._from += folded("Reply-To", mail_address("Reply-To", sender.reply_to))
        self._bulk = bulk
        self._unsubscribe_at = quote(mail_address("List-Unsubscribe", sender.reply_to or sender.email), safe="@+")
        self._unsubscribe_url = _unsubscribe_url(sender.unsubscribe_url)

    def compose(self, letter: Letter, addressing: Addressing, attachments: tuple[Attachment, ...] = ()) -> bytes:
        """Write the whole message with CRLF line ends, without Date; UsageError names the header that cannot be.

        In the place of each attachment stands a reference, which `mime.attachment.spliced` follows.
        """
        headers = [
            self._from,
            _recipients(addressing),
            subject_header(letter.subject),
            _threading(addressing),
            self._unsubscribe(_checked_token(addressing.token)) if self._bulk else b"",
        ]
        around = page(letter.language, letter.subject)
        parts = letter.parts
        text = b"\r\n".join([block.text_quoted for block in parts])
        html = b"".join([around.head_quoted, *[block.html_quoted for block in parts], around.tail_quoted])
        return _frame(letter.language, attachments, bulk=self._bulk).fill(
            b"".join(headers), [text, html], _checked_token(addressing.token)
        )

    def _unsubscribe(self, token: str) -> bytes:
        """List-Unsubscribe (RFC 2369), and its one-click form when there is an https address (RFC 8058)."""
        mail = f"<mailto:{self._unsubscribe_at}?subject=unsubscribe%20{token}>"
        if not self._unsubscribe_url:
            return folded("List-Unsubscribe", mail)
        page_too = f"{mail}, <{self._unsubscribe_url.replace('{token}', token)}>"
        return folded("List-Unsubscribe", page_too) + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@lru_cache(maxsize=64)
def _frame(language: str, attachments: tuple[Attachment, ...], *, bulk: bool) -> Frame:
    """Make what letters in one language share: a text and an HTML part, what is attached, and the headers of these."""
    if not LANGUAGE.fullmatch(language):
        raise UsageError(f"Content-Language: {language[:40]!a} is not a language; write its code, such as en or pt-BR")
    message = EmailMessage(policy=SMTP)
    if bulk:
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    message.set_content("", cte="quoted-printable")
    message.add_alternative("", subtype="html", cte="quoted-printable")
    for attachment in attachments:
        attach(message, attachment)
    message["Content-Language"] = language  # set last: add_alternative would take it into the text part
    return Frame(message, {number: reference(each) for number, each in enumerate(attachments, 2)})


def _checked_token(token: str) -> str:
    if not TOKEN.fullmatch(checked("List-Unsubscribe", token)):
        raise UsageError(f"List-Unsubscribe: {token[:80]!a} is not a token; use letters, digits, . _ ~ and -")
    return token


def _recipients(addressing: Addressing) -> bytes:
    if not addressing.recipients:
        raise UsageError("To: a letter needs at least one recipient")
    first, *others = addressing.recipients
    to = folded("To", mailbox("To", addressing.to_name, first))
    return to + folded("Cc", ", ".join([mail_address("Cc", other) for other in others])) if others else to


def _threading(addressing: Addressing) -> bytes:
    names = ("In-Reply-To", "References") if addressing.in_reply_to else ()
    follows = b"".join([message_id_header(name, addressing.in_reply_to) for name in names])
    return message_id_header("Message-ID", addressing.message_id) + follows


def _unsubscribe_url(url: str) -> str:
    """Give the https address, as a URI in ASCII; {token} stays to be filled in."""
    if not url:
        return ""
    checked("List-Unsubscribe", url)
    if not url.startswith("https://") or any(character in url for character in ' <>"'):
        raise UsageError("List-Unsubscribe: [sender] unsubscribe_url must be one https:// address (RFC 8058)")
    uri = "{token}".join([quote(part, safe=":/?#[]@!$&'()*+,;=%~") for part in url.split("{token}")])
    if len(uri) > LONGEST_URL:
        raise UsageError(f"List-Unsubscribe: [sender] unsubscribe_url is longer than {LONGEST_URL} characters")
    return uri
