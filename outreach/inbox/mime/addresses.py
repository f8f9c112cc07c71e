"""Reads addresses, names, Message-IDs and dates out of header values (RFC 5322, 6532); knows nothing about a mail."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from outreach.inbox.mime.decoding import header_text
from outreach.text import clean_line

ADDRESS = r'(?:"[^"\n<>]{1,64}"|[^\s<>()\[\]\\,;:"@]{1,128})@[^\s<>()\[\]\\,;:"\'@]{1,255}'
_ADDRESS = re.compile(ADDRESS)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"(?!@)')
_ID = re.compile(r"<[^<>\s]{1,998}>")
_NAMED = re.compile(r"([^<>,;@]{2,100})<([^<>\s]{3,200})>")
_COMMENT = re.compile(r"\(([^()]{0,200})\)")


def addresses(value: str) -> tuple[str, ...]:
    """Find every address in a header's raw value: lower case, in order, each once."""
    if "@" not in value:
        return ()
    return tuple(dict.fromkeys(tidy(found) for found in _ADDRESS.findall(_QUOTED.sub(" ", value))))


def tidy(address: str) -> str:
    """Write an address as addresses are compared: lower case, without a dot that ended a sentence."""
    return clean_line(address).lower().strip(".'")


def parse_mailbox(value: str) -> tuple[str, str]:
    """Read name and address of the first mailbox in a From header; the address in angle brackets counts, if any."""
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), value)
    opening = bare.find("<")
    closing = bare.find(">", opening)
    if 0 <= opening < closing:
        found = addresses(value[opening : closing + 1])
        return _name(value[:opening]), found[0] if found else ""
    found = addresses(value)
    comment = _COMMENT.search(value)
    return _name(comment[1] if comment else ""), found[0] if found else ""


def display_names(value: str) -> tuple[tuple[str, str], ...]:
    """Read the names beside the addresses of a To or Cc header that was decoded: pairs of name and address."""
    return tuple((found[1].strip(" \"'"), tidy(found[2])) for found in _NAMED.finditer(value[:5_000]))


def _name(value: str) -> str:
    return header_text(value.strip().strip('"').replace('\\"', '"'))[:200]


def message_ids(value: str) -> tuple[str, ...]:
    """Find the Message-IDs in a value, with their angle brackets, each once; one without brackets gets them."""
    found = _ID.findall(value)
    bare = value.strip()
    if not found and "@" in bare and not re.search(r"[\s<>]", bare):
        found = [f"<{bare[:998]}>"]
    return tuple(dict.fromkeys(clean_line(known) for known in found))


def parse_date(value: str) -> datetime | None:
    """Read a date (RFC 5322, section 3.3) in UTC; None when it is missing, or no time at which mail was sent."""
    try:
        found = parsedate_to_datetime(value[:100])
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if 1980 <= found.year <= 2200 else None
