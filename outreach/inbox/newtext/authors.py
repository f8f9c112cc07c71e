"""Says who wrote a quoted message, by the line that names its sender: we, somebody else, or nobody knows.

A forwarded answer of the capital looks like our own letter quoted below a reply: only its sender tells them apart.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial

from outreach.inbox.mail import Mail
from outreach.inbox.mime.addresses import addresses, display_names

SHORTEST_NAME = 4  # letters; a shorter one may stand in any sentence
LOOKED_AT = 1_000  # characters
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # Gmail writes them around Arabic and Hebrew


class Author(Enum):
    """Who wrote a quoted message."""

    OURS = auto()
    OTHERS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Ours:
    """Who "we" are: `is_own` says so of an address in lower case; `names` stand beside our addresses.

    `is_addressee`: the mail came to us. A message that was attached to one was written to others.
    """

    is_own: Callable[[str], bool] = frozenset[str]().__contains__
    names: frozenset[str] = frozenset()
    is_addressee: bool = True


@dataclass(frozen=True, slots=True)
class Authors:
    """Tells who wrote what a mail quotes. `others` are the names of its own sender."""

    ours: Ours
    others: frozenset[str] = frozenset()

    def of(self, line: str) -> Author:
        """Say who is named in a From header, or in "On Monday, A. Example wrote:"."""
        found = addresses(_DIRECTIONS.sub("", line[:LOOKED_AT]).replace("mailto:", " "))
        if found:
            return Author.OURS if any(map(self.ours.is_own, found)) else Author.OTHERS
        words = line[:LOOKED_AT].lower()
        if any(name in words for name in self.ours.names):
            return Author.OURS
        return Author.OTHERS if any(name in words for name in self.others) else Author.UNKNOWN


def authors_of(mail: Mail, ours: Ours) -> Authors:
    """Take in what the mail itself says of us: whom it was written to, and by which name.

    The one address that it was written to is ours, since it came to us, also where the settings do not have it.
    """
    to, copies = addresses(mail.header("To")), addresses(mail.header("Cc"))
    envelope = next((found[0] for name in _ENVELOPE if (found := addresses(mail.header(name)))), "")
    reached = {envelope} if envelope else set(to) if len({*to, *copies}) == 1 else set()
    reached = reached - {mail.sender} if ours.is_addressee else set()
    is_own = partial(_is_own, ours.is_own, frozenset(reached))
    named = [name for header in ("To", "Cc") for name, address in display_names(mail.header(header)) if is_own(address)]
    names = frozenset(name.lower() for name in [*ours.names, *named] if len(name) >= SHORTEST_NAME)
    sender = frozenset({mail.sender_name.lower()} if len(mail.sender_name) >= SHORTEST_NAME else ())
    return Authors(replace(ours, is_own=is_own, names=names), sender - names)


_ENVELOPE = ("X-Original-To", "Delivered-To", "Envelope-To")


def _is_own(known: Callable[[str], bool], reached: frozenset[str], address: str) -> bool:
    return address in reached or known(address)
