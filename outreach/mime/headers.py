"""Mail headers, one at a time: names, addresses, subjects and dates as RFC 5322 wants them; knows no letter.

Nothing that a person typed can end a header: every value is checked, and an error names the header.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from outreach.errors import UsageError
from outreach.mime.encoded import encoded

WIDTH = 76
LONGEST = 1000
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# What may stand for itself in a subject, and in a name (RFC 5322, section 3.2.3); longer words would not fold.
PLAIN_WORD = re.compile(r"(?!.*=\?)[\x21-\x7e]{1,64}")
ATOM = re.compile(r"(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}")
LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,.\"]+(?:\.[^\s\x00-\x20\x7f()<>\[\]:;@\\,.\"]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def checked(header: str, value: str) -> str:
    """The value, if it is short and without line break, control character or half a surrogate pair; else UsageError."""
    if len(value) > LONGEST:
        raise UsageError(f"{header}: longer than {LONGEST} characters: {value[:40]!a}…")
    found = UNSAFE.search(value)
    if found:
        where = ascii(value[max(0, found.start() - 20) : found.end() + 20])
        raise UsageError(
            f"{header}: a header cannot hold the character U+{ord(found[0]):04X} (at {where}); "
            "take it out of the file or setting the value comes from"
        )
    return value


@lru_cache(maxsize=2048)
def subject_header(subject: str) -> bytes:
    """Subject, folded; what is not plain ASCII, or looks encoded, as encoded words."""
    checked("Subject", subject)
    if subject != subject.strip(" "):
        raise UsageError(f"Subject: spaces at its ends would be lost: {subject[:60]!a}")
    return folded("Subject", encoded(subject, PLAIN_WORD))


@lru_cache(maxsize=8192)
def mailbox(header: str, name: str, address: str) -> str:
    """name <address>, the name quoted or encoded where it must be."""
    bare = mail_address(header, address)
    checked(header, name)
    if not name:
        return bare
    words = name.split(" ")
    if all(map(PLAIN_WORD.fullmatch, words)) and not all(map(ATOM.fullmatch, words)):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{bare}>'
    return f"{encoded(name, ATOM)} <{bare}>"


@lru_cache(maxsize=8192)
def mail_address(header: str, address: str) -> str:
    """A bare address, its domain as A-labels; only a local part may stay beyond ASCII (RFC 6532)."""
    checked(header, address)
    local, _, domain = address.rpartition("@")
    if not LOCAL_PART.fullmatch(local) or len(local.encode()) > 64:
        raise UsageError(f"{header}: {address[:80]!a} is not an e-mail address")
    try:
        host = domain if domain.isascii() else _a_labels(domain)
    except UnicodeError:
        host = ""
    if not DOMAIN.fullmatch(host) or len(host) > 253:
        raise UsageError(f"{header}: {address[:80]!a} has no domain that mail can reach")
    return f"{local}@{host}"


def message_id(header: str, value: str) -> str:
    """<token@domain>, checked."""
    if not MESSAGE_ID.fullmatch(checked(header, value)) or len(value) > 250:
        raise UsageError(f"{header}: {value[:80]!a} is not a message id; it looks like <token@example.org>")
    return value


def folded(name: str, value: str) -> bytes:
    """A header, its lines broken at spaces before the word that would pass column 76, never right after the colon."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > WIDTH and lines != [f"{name}:"]:
            lines.append("")
        lines[-1] += f" {word}"
    return ("\r\n".join(lines) + "\r\n").encode()


def date_header(at: datetime) -> bytes:
    """Date in UTC, without the locale (RFC 5322, section 3.3); `at` must know its time zone."""
    if at.tzinfo is None:
        raise ValueError("the date of a message needs a time zone")
    utc = at.astimezone(UTC)
    day = f"{DAYS[utc.weekday()]}, {utc.day:02d} {MONTHS[utc.month - 1]} {utc.year:04d}"
    return f"Date: {day} {utc:%H:%M:%S} +0000\r\n".encode()


def _a_labels(domain: str) -> str:
    import idna

    return idna.encode(domain, uts46=True).decode()
