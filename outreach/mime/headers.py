"""Mail headers as RFC 5322 wants them: names, addresses, subjects, dates; knows no letter, no post and no server.

Nothing that a person typed can end a header: every value is checked, and an error names the header. Two things are
ours and not the standard library's, because letters differ in them and a letter has 300 µs:

- `mailbox` and `folded`. The library needs a millisecond for one To, and it folds a long name with commas into a list
  of addresses, because it loses the quotation marks.
- Where `encoded` parts a text into encoded words: at spaces. The library cuts words in two, and some programs (its own
  parser is one) show a space there. Each single encoded word is the library's.
"""

import re
from bisect import bisect_right
from datetime import UTC, datetime
from email.charset import Charset
from email.utils import format_datetime, quote
from functools import lru_cache
from itertools import groupby

from outreach.errors import UsageError
from outreach.text import code_point, control_in_line

WIDTH = 76
LONGEST = 1000
ROOM = 66  # characters of an encoded word: RFC 2047, section 2, allows 75; these fit after "Subject: " too
# What may stand for itself in a subject, and in a name (RFC 5322, section 3.2.3); longer words would not fold.
PLAIN_WORD = re.compile(r"(?!.*=\?)[\x21-\x7e]{1,64}")
ATOM = re.compile(r"(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}")
LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,.\"]+(?:\.[^\s\x00-\x20\x7f()<>\[\]:;@\\,.\"]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>")
UTF_8 = Charset("utf-8")  # writes Q or B, whichever is shorter; in Q only what RFC 2047, section 5 (3), allows


def checked(header: str, value: str) -> str:
    """Return the value; raise UsageError if it is too long, or has a line break, a control or half a surrogate pair."""
    if len(value) > LONGEST:
        raise UsageError(f"{header}: longer than {LONGEST} characters: {value[:40]!a}…")
    if control := control_in_line(value):
        at = value.index(control)
        raise UsageError(
            f"{header}: a header cannot hold the character {code_point(control)} "
            f"(at {value[max(0, at - 20) : at + 21]!a}); "
            "take it out of the file or setting the value comes from"
        )
    return value


@lru_cache(maxsize=2048)
def subject_header(subject: str) -> bytes:
    """Write Subject, folded; what is not plain ASCII, or looks encoded, becomes encoded words."""
    checked("Subject", subject)
    if subject != subject.strip(" "):
        raise UsageError(f"Subject: spaces at its ends would be lost: {subject[:60]!a}")
    return folded("Subject", encoded(subject, PLAIN_WORD))


@lru_cache(maxsize=8192)
def mailbox(header: str, name: str, address: str) -> str:
    """Write name <address>, the name quoted or encoded where it must be; UsageError if either cannot be written."""
    bare = mail_address(header, address)
    checked(header, name)
    if not name:
        return bare
    words = name.split(" ")
    if all(map(PLAIN_WORD.fullmatch, words)) and not all(map(ATOM.fullmatch, words)):
        return f'"{quote(name)}" <{bare}>'
    return f"{encoded(name, ATOM)} <{bare}>"


@lru_cache(maxsize=8192)
def mail_address(header: str, address: str) -> str:
    """Write a bare address, its domain as A-labels; only a local part may stay beyond ASCII (RFC 6532)."""
    checked(header, address)
    local, _, domain = address.rpartition("@")
    if not LOCAL_PART.fullmatch(local) or len(local.encode()) > 64:
        raise UsageError(f"{header}: {address[:80]!a} is not an e-mail address")
    try:
        host = ascii_domain(domain)
    except UnicodeError:
        host = ""
    if not DOMAIN.fullmatch(host) or len(host) > 253:
        raise UsageError(f"{header}: {address[:80]!a} has no domain that mail can reach")
    return f"{local}@{host}"


def ascii_domain(domain: str) -> str:
    """Write a domain in A-labels (RFC 5891); raise UnicodeError, a ValueError, if it has none."""
    if domain.isascii():
        return domain
    import idna

    return idna.encode(domain, uts46=True).decode()


def message_id_header(header: str, value: str) -> bytes:
    """Write Message-ID, In-Reply-To or References with one <token@domain>; UsageError if the value is anything else."""
    if not MESSAGE_ID.fullmatch(checked(header, value)) or len(value) > 250:
        raise UsageError(f"{header}: {value[:80]!a} is not a message id; it looks like <token@example.org>")
    return folded(header, value)


def folded(name: str, value: str) -> bytes:
    """Write a header, broken at spaces before the word that would pass column 76, never right after the colon."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > WIDTH and lines != [f"{name}:"]:
            lines.append("")
        lines[-1] += f" {word}"
    return ("\r\n".join(lines) + "\r\n").encode()


def dated(content: bytes, at: datetime) -> bytes:
    """Put Date in front of a message; `at` must know its time zone and is written in UTC (RFC 5322, section 3.3)."""
    if at.tzinfo is None:
        raise ValueError("the date of a message needs a time zone")
    return f"Date: {format_datetime(at.astimezone(UTC))}\r\n".encode() + content


def encoded(text: str, plain: re.Pattern[str]) -> str:
    """Write text in ASCII: words that match `plain` as they are, the others as encoded words (RFC 2047).

    Neighbours that need it are encoded together, since the space between two encoded words is not shown.
    """
    words = text.split(" ")
    if "" in words:
        return _encoded_words(text)
    runs = groupby(words, key=lambda word: plain.fullmatch(word) is not None)
    return " ".join([" ".join(run) if is_plain else _encoded_words(" ".join(run)) for is_plain, run in runs])


def _encoded_words(text: str) -> str:
    """Write all of a text as encoded words, parted before a space where there is one, and never inside a character."""
    words = []
    while text:
        fits = bisect_right(range(1, min(len(text), ROOM) + 1), ROOM, key=lambda end: _encoded_length(text[:end]))
        space = text.rfind(" ", 1, fits + 1) if fits < len(text) else -1
        end = space if space > 0 else fits
        words.append(UTF_8.header_encode(text[:end]))
        text = text[end:]
    return " ".join(words)


def _encoded_length(text: str) -> int:
    return len(UTF_8.header_encode(text))
