"""The outbox's letters in few columns, for totals and overviews; never reads the pages that hold their bytes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, String, cast, func, select

from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import in_scope
from outreach.outbox.models import Scope, messages
from outreach.outbox.status import ASKED, Status

ADDRESSED_ANEW = "address-"  # parts of letters that replaced one to a wrong address: address-2, address-3


class Line(NamedTuple):
    """A letter in few columns, a plain row: there may be 100,000 of them. `status` is the database's word."""

    mission: str
    case: str
    ask: str
    round: str
    channel: str
    part: str
    status: str
    taken: datetime | None
    id: int

    @property
    def taken_at(self) -> datetime | None:
        """Give when the channel took it; None as long as nobody knows that it did."""
        return self.taken if self.status in ASKED else None


class Asking(NamedTuple):
    """All letters to one mission about one case of one ask, in a word each: "first sent,reminder queued".

    `taken` is when a channel took the first letter, unless that came back; `asked` when one took the first letter or
    reminder at all. Both are as the database writes them: reading 100,000 times takes time.
    """

    mission: str
    case: str
    ask: str
    letters: str
    taken: str | None
    asked: str | None

    @property
    def taken_at(self) -> datetime | None:
        return _moment(self.taken)

    @property
    def asked_at(self) -> datetime | None:
        return _moment(self.asked)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


# The columns of the index messages_overview, in its order: the database answers from the index alone.
_COLUMNS = [messages.c[name] for name in ("mission", "case", "ask", "round", "channel", "part", "status", "taken_at")]
_IS_LETTER = messages.c.kind == MessageKind.LETTER.value
_LINES = select(*_COLUMNS, messages.c.id).where(_IS_LETTER).order_by(*_COLUMNS[:6])
_LETTER = messages.c.round + " " + messages.c.status
_OUT = messages.c.status.in_([Status.SENT.value, Status.DELIVERED.value])
_FIRST_TAKEN = cast(func.min(messages.c.taken_at).filter(messages.c.round == "first", _OUT), String)
_ASKS = messages.c.round.in_(["first", "reminder"]) & messages.c.status.in_([status.value for status in ASKED])
_ASKED_AT = cast(func.min(messages.c.taken_at).filter(_ASKS), String)
_LETTERS = func.aggregate_strings(_LETTER, ",")
_ABOUT = _COLUMNS[:3]
_ASKINGS = select(*_ABOUT, _LETTERS, _FIRST_TAKEN, _ASKED_AT).where(_IS_LETTER).group_by(*_ABOUT).order_by(*_ABOUT)


def lines(connection: Connection, scope: Scope) -> Iterator[Line]:
    """Read every letter in scope but those that another replaced; by mission, case, ask, round, channel and part."""
    found = map(Line._make, connection.execute(_LINES.where(*in_scope(scope))))
    for _, same in groupby(found, key=lambda line: line[:5]):
        yield from _standing(list(same))


def askings(connection: Connection, scope: Scope) -> Iterator[Asking]:
    """Read the letters in scope, one row a mission, case and ask, in that order; a replaced one counts as withdrawn."""
    return map(Asking._make, connection.execute(_ASKINGS.where(*in_scope(scope))))


def _standing(same: list[Line]) -> Iterable[Line]:
    """Give those parts of a letter that no later one replaced: a letter to a mended address is not a second letter."""
    if len(same) == 1:
        return same
    newest = max((line.id for line in same if line.part.startswith(ADDRESSED_ANEW)), default=0)
    return [line for line in same if line.status != Status.WITHDRAWN or line.id >= newest]
