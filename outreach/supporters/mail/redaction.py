"""Keeps a supporter's address out of whatever a server says of a mail; pure.

A server may write an address in many ways, the local part or the domain alone, or another address that mail is
forwarded to. All of these go, also where a word that means nothing goes with them.
"""

import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote

from outreach.mime.headers import ascii_domain
from outreach.outbox.redaction import without_addresses

INSTEAD = "<address>"
_ANY_ADDRESS = re.compile(r"\S*@\S*")


def without_address(words: str, address: str) -> str:
    """Give words in which <address> stands for an address, and for each of its halves."""
    words = without_addresses(words, (address,))
    return _halves(address).sub(INSTEAD, _ANY_ADDRESS.sub(INSTEAD, words))


@lru_cache(maxsize=1024)
def _halves(address: str) -> re.Pattern[str]:
    local, _, domain = address.strip().rpartition("@")
    locals_ = {local, local.partition("+")[0], quote(local), quote(local, safe=""), _xtext(local)}
    domains = {domain}
    with suppress(UnicodeError):
        domains.add(ascii_domain(domain))
    return re.compile(rf"(?<!\w)(?:{_any(locals_)})(?!\w)|[\w.-]*(?:{_any(domains)})(?!\w)", re.IGNORECASE)


def _any(words: set[str]) -> str:
    return "|".join(map(re.escape, sorted(filter(None, words), key=len, reverse=True)))


def _xtext(text: str) -> str:
    """Write as an SMTP server may give back what it was told (RFC 3461, section 4)."""
    return text.replace("+", "+2B").replace("=", "+3D")
