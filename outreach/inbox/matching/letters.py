"""Looks letters up in the outbox as mail names them: by token, Message-ID, short reference, mission. Only reads.

It decides nothing: which of the letters found a message answers is for match.py to say.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from outreach.inbox.kinds import MatchedBy
from outreach.inbox.matching.addressbook import AddressBook
from outreach.inbox.models import inbound, ties
from outreach.outbox.kind import TO_MISSIONS
from outreach.outbox.models import cases_of, messages
from outreach.outbox.reference import LENGTH
from outreach.outbox.status import Status
from outreach.registry.model import Registry
from outreach.settings.settings import Settings

# As Outbox.token makes them. Mail systems may change the case of what stands in an address; base32 does not mind.
TOKEN = re.compile(r"[a-z2-7]{26}")
MOST = 500  # names looked up for one message; a hostile mail may hold any number
FOR_EVER = datetime.max.replace(tzinfo=UTC)
MAY_HAVE_LEFT = (Status.SENDING, Status.SENT, Status.DELIVERED, Status.BOUNCED, Status.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class OutboxLetter:
    """A letter as matching needs it, without its content; `case` is that of its key, which may be several."""

    id: int
    token: str
    message_id: str
    ask: str
    case: str
    mission: str
    recipients: tuple[str, ...]
    subject: str
    status: Status

    @property
    def about(self) -> frozenset[tuple[str, str, str]]:
        """Give (ask, case, mission) of each case that it asks for."""
        return frozenset((self.ask, case, self.mission) for case in cases_of(self.case))


# A post that names a mission is no letter to it.
_MAIL = messages.c.kind.in_(sorted(kind.value for kind in TO_MISSIONS))
_IS_LETTER = (messages.c.mission != "") & _MAIL
_letters = select(*(messages.c[field.name] for field in fields(OutboxLetter))).where(_IS_LETTER)
_with_token = _letters.where(messages.c.token.in_(bindparam("names", expanding=True)))
# Letters sort after digits, and "{" after letters: this is the whole range of tokens that begin so.
_with_reference = _letters.where(messages.c.token.between(bindparam("first"), bindparam("last"))).limit(2)
# The newest of each case that arrived, as far as is known. An index covers this; then only these letters are read.
_newest = (
    select(func.coalesce(func.max(messages.c.id).filter(messages.c.status != "bounced"), func.max(messages.c.id)))
    .where(
        messages.c.mission == bindparam("mission"),
        _MAIL,
        messages.c.status.in_([status.value for status in MAY_HAVE_LEFT]),
        messages.c.taken_at.is_(None) | (messages.c.taken_at <= bindparam("by", type_=messages.c.taken_at.type)),
    )
    .group_by(messages.c.case, messages.c.ask)
)
_of_mission = _letters.where(messages.c.id.in_(_newest)).order_by(messages.c.id)
_learnt = (
    select(inbound.c.sender, ties.c.mission)
    .distinct()
    .join(inbound, ties.c.inbound == inbound.c.id)
    .where(
        ties.c.matched_by == MatchedBy.PERSON.value,
        ties.c.removed_at.is_(None),
        inbound.c.sender != "",
        ties.c.mission != "",
    )
)


class LetterIndex:
    """Look-ups in one snapshot of the outbox. Unknown names are left out of what comes back.

    Hand over the same `book` for many batches: it then reads past recipients only when there are new ones.
    """

    def __init__(
        self, connection: Connection, registry: Registry, settings: Settings, book: AddressBook | None = None
    ) -> None:
        self._connection = connection
        self.book = book or AddressBook(registry, settings)
        self._book_is_read = False
        self._taught: dict[str, set[str]] | None = None

    def by_tokens(self, tokens: Iterable[str]) -> dict[str, OutboxLetter]:
        """Find letters by their tokens: lower-case token → letter."""
        wanted = list(islice(dict.fromkeys(map(str.lower, tokens)), MOST))
        rows = self._connection.execute(_with_token, {"names": wanted}).all() if wanted else ()
        return {letter.token: letter for letter in map(_letter, rows)}

    def by_message_ids(self, ids: Iterable[str]) -> dict[str, OutboxLetter]:
        """Find letters by Message-ID, or by the bare token of an envelope id: as given → letter, in the order given.

        The token alone counts: what else a Message-ID holds may have been changed on the way, or in the settings.
        """
        tokens = {id_: token for id_ in ids if (token := token_of(id_))}
        found = self.by_tokens(tokens.values())
        return {id_: found[token] for id_, token in tokens.items() if token in found}

    def by_short_references(self, references: Iterable[str]) -> dict[str, OutboxLetter]:
        """Find letters by the first ten characters of their token; nothing where two letters share them."""
        found = {}
        for beginning in islice(dict.fromkeys(references), MOST):
            if len(beginning) == LENGTH:
                span = {"first": beginning.lower(), "last": beginning.lower() + "{"}
                rows = self._connection.execute(_with_reference, span).all()
                if len(rows) == 1:
                    found[beginning] = _letter(rows[0])
        return found

    def of_mission(self, mission: str, by: datetime = FOR_EVER) -> tuple[OutboxLetter, ...]:
        """List, for each set of cases and ask, the newest letter to this mission that may have left by then.

        Oldest first. One that bounced counts only where there is no other.
        """
        rows = self._connection.execute(_of_mission, {"mission": mission, "by": by}).all()
        return tuple(map(_letter, rows))

    def missions_at(self, address: str) -> frozenset[str]:
        """Name the missions with this address, by contacts/missions.csv or by letters of the past."""
        if not self._book_is_read:
            self.book.read_recipients(self._connection)
            self._book_is_read = True
        return self.book.missions_at(address)

    def missions_at_domain(self, domain: str) -> frozenset[str]:
        """Name the one mission that has this domain, if any."""
        return self.book.missions_at_domain(domain)

    def learnt(self, address: str) -> frozenset[str]:
        """Name the missions that people tied mail from this address to; none for a colleague, who passes on others'."""
        if not address or self.book.is_colleague(address):  # what was erased has no sender
            return frozenset()
        if self._taught is None:
            self._taught = defaultdict(set)
            for sender, mission in self._connection.execute(_learnt):
                self._taught[sender].add(mission)
        return frozenset(self._taught.get(address, ()))


def token_of(message_id: str) -> str:
    """Give the token in `<token@domain>` or standing alone, in lower case; "" without one."""
    local = message_id.strip().strip("<>").partition("@")[0].lower()
    return local if TOKEN.fullmatch(local) else ""


def _letter(row: Row[Any]) -> OutboxLetter:
    id_, token, message_id, ask, case, mission, recipients, subject, status = tuple(row)
    return OutboxLetter(
        id_, token, message_id, ask, case, mission, tuple(recipients.split(";")), subject, Status(status)
    )
