"""Reads what our own mail server says of a sender: the dmarc result of its Authentication-Results (RFC 8601).

Anybody can write such a header into a mail. A `fail` is against whoever forged it, so it is believed of our server's
name anywhere, and of whoever wrote it above every Received: that is who handed the mail over last. A `pass` is believed
only where our own server wrote it: under the name of `[imap] authserv`, in the topmost block of that name, and with no
Received above it that says that the mail came in from elsewhere (RFC 8601, sections 1.6 and 5).
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from outreach.inbox.mail import Mail
from outreach.inbox.matching.addressbook import domain_of

_LONGEST = 8_000  # characters of a header that are looked at
_DEEPEST = 5  # comments within comments
_MOST = 100  # headers of one name that are looked at
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"[^"]*"')
_DMARC = re.compile(r"(?:^|;)\s*dmarc\s*(?:/\s*\d+\s*)?=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*(\S+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([\w.:-]+)", re.IGNORECASE)
_FROM = re.compile(r"^\s*from\s+([\w.:-]+)", re.IGNORECASE)
_HERE = frozenset({"localhost", "localhost.localdomain", "127.0.0.1", "::1"})


class SenderCheck(StrEnum):
    """Whether the mail is from whom it says, as far as our own server knows."""

    UNKNOWN = ""
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"

    @property
    def verified(self) -> bool | None:
        """Say whether the sender is verified; None where nobody said."""
        return None if self is SenderCheck.UNKNOWN else self is SenderCheck.PASS


def sender_check(mail: Mail, authserv: Sequence[str]) -> SenderCheck:
    """Say what our own server, known by these names, found out of the sender. Never raises, whatever is written."""
    if "authentication-results" not in mail.first:
        return SenderCheck.UNKNOWN
    ours = frozenset(map(str.lower, authserv))
    results = [(at, *_read(mail.headers[at][1])) for at in _places(mail, "authentication-results")]
    received = _places(mail, "received")
    last_hop = received[0] if received else len(mail.headers)
    if any(_failed(dmarc) and (server in ours or at < last_hop) for at, server, dmarc in results):
        return SenderCheck.FAIL
    top = next((at for at, server, _ in results if server in ours), None)
    if top is None or not all(_is_inside(mail.headers[at][1], ours) for at in received if at < top):
        return SenderCheck.UNKNOWN
    end = next((at for at in received if at > top), len(mail.headers))
    said = [dmarc for at, server, dmarc in results if server in ours and at < end]
    return SenderCheck.PASS if any(_passed(dmarc, mail.sender) for dmarc in said) else SenderCheck.UNKNOWN


def _places(mail: Mail, header: str) -> list[int]:
    return [at for at, (name, _) in enumerate(mail.headers) if name.lower() == header][:_MOST]


Dmarc = tuple[tuple[str, str], ...]  # (result, the domain of header.from, or blank), in lower case


def _read(value: str) -> tuple[str, Dmarc]:
    """Take a header apart: the name of the server that wrote it, and what it says of DMARC (RFC 7489, section 11.2)."""
    plain = _QUOTED.sub(" ", value[:_LONGEST])
    for _ in range(_DEEPEST):
        plain = _COMMENT.sub(" ", plain)
    first, _, rest = plain.partition(";")
    if "=" in first:  # Microsoft's writes no name
        first, rest = "", plain
    server = (first.split() or [""])[0].lower()
    return server, tuple(_results(rest))


def _results(text: str) -> Iterable[tuple[str, str]]:
    for result, more in _DMARC.findall(text):
        of = _HEADER_FROM.search(more)
        yield result.lower(), domain_of(of[1].strip("<>.").lower()) if of else ""


def _failed(dmarc: Dmarc) -> bool:
    return any(result == "fail" for result, _ in dmarc)


def _passed(dmarc: Dmarc, sender: str) -> bool:
    return bool(sender) and any(result == "pass" and of in ("", domain_of(sender)) for result, of in dmarc)


def _is_inside(received: str, ours: frozenset[str]) -> bool:
    """Say whether this hop was between machines of ours, by the names that it says."""
    came, by = _FROM.match(received), _BY.search(received)
    return by is not None and _is_ours(by[1], ours) and (came is None or _is_ours(came[1], ours))


def _is_ours(host: str, ours: frozenset[str]) -> bool:
    """Say whether this is our machine, or one beside it: imap.example.org of mx.example.org."""
    host = host.lower().rstrip(".")
    beside = {name.partition(".")[2] for name in ours if name.count(".") > 1}
    return host in _HERE | ours or any(host == each or host.endswith(f".{each}") for each in beside | ours)
