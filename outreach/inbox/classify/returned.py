"""What a report brings back of the letter, and whether a mail system wrote it; reads a Mail, judges nothing."""

import re
from collections.abc import Iterable

from outreach.inbox.mail import Mail, Part
from outreach.inbox.mime.addresses import addresses
from outreach.inbox.mime.decoding import one_line

MOST_IDS = 10
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_ID_LINE = re.compile(
    r"^[ \t>]{0,8}(?:X-(?:MS-Exchange-)?(?:Original-)?)?Message-ID:\s{0,80}(<[^<>\s]{1,998}>)",
    re.IGNORECASE | re.MULTILINE,
)
_TO_LINE = re.compile(r"^(?:To|Cc):(.{1,2000})", re.IGNORECASE | re.MULTILINE)
_DAEMONS = re.compile(
    r"\"?(?:mail(?:er)?-?daemon|postmaster|system administrator|mdaemon|mail[.-]?delivery[\w.-]{0,40}|mmdf|uucp"
    r"|bounces?|microsoftexchange\w{0,60}|delivery-?(?:failure|notification|status)?)(?:[+-][^@]{0,60})?\"?@",
    re.IGNORECASE,
)
_DAEMON_PATHS = re.compile(r"(?:mailer-?daemon|postmaster)@", re.IGNORECASE)
_DAEMON_NAMES = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon)|system ?administrator|administrateur syst|administrador del sis"
    r"|microsoft (?:outlook|exchange)|postmaster",
    re.IGNORECASE,
)


def returned_parts(mail: Mail) -> list[Part]:
    """The letter that came back, or its headers."""
    return [part for part in mail.parts if part.depth == 0 and part.content_type in _RETURNED]


def original_ids(mail: Mail, named: Iterable[str] = ()) -> tuple[str, ...]:
    """The letter's Message-IDs: those that the report names, those of the returned headers, those quoted in the text.

    An Original-Envelope-Id stands as it was written: ours is a letter's bare token.
    """
    texts = [*(part.text[:20_000] for part in returned_parts(mail)), mail.text]
    found = [one_line(known) for known in named if known]
    found += [match[1] for text in texts for match in _ID_LINE.finditer(text)]
    return tuple(dict.fromkeys(found))[:MOST_IDS]


def sole_recipient(mail: Mail) -> str:
    """To whom the returned letter went, when it went to one address only; else ""."""
    for part in returned_parts(mail):
        head = part.text[:20_000].partition("\n\n")[0]
        found = {address for match in _TO_LINE.finditer(head) for address in addresses(match[1])}
        found -= set(mail.recipients)
        if len(found) == 1:
            return found.pop()
    return ""


def report_type(mail: Mail) -> str:
    """The report-type of a multipart/report (RFC 6522, section 3); "?" when it names none; "" for any other mail."""
    content_type = mail.header("Content-Type").lower()
    if not content_type.startswith("multipart/report"):
        return ""
    match = re.search(r"report-type\s{0,5}=\s{0,5}\"?([a-z0-9-]{1,60})", content_type)
    return match[1] if match else "?"


def from_mail_system(mail: Mail) -> bool:
    """Whether the sender is the kind of address or name that only mail systems write from."""
    if _DAEMONS.match(mail.sender) or _DAEMON_PATHS.match(mail.return_path or ""):
        return True
    return not mail.return_path and bool(_DAEMON_NAMES.match(mail.sender_name))
