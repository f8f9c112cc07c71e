"""The outbox's letters in few columns, for totals and overviews; never reads the pages that hold their bytes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby, starmap
from operator import itemgetter
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, String, cast, func, select

from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import in_scope
from outreach.outbox.models import AND, Scope, cases_of, messages
from outreach.outbox.status import ASKED, Status

ADDRESSED_ANEW = "address-"  # parts of letters that replaced one to a wrong address: address-2, address-3


class Line(NamedTuple):
    """A letter in few columns, a plain row: there may be 100,000 of them. `status` is the database's word.

    A letter for several cases has a line for each, and `together` is then the case of its key.
    """

    mission: str
    case: str
    ask: str
    round: str
    channel: str
    part: str
    status: str
    taken: datetime | None
    id: int
    together: str = ""

    @property
    def taken_at(self) -> datetime | None:
        """Give when the channel took it; None as long as nobody knows that it did."""
        return self.taken if self.status in ASKED else None


class DigestLine(NamedTuple):
    """A letter with supporters' voices, in few columns. `case` is that of its key; `part` the number of its digest."""

    mission: str
    case: str
    ask: str
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
    reminder at all. Both are as the database writes them: reading 100,000 times takes time. `together` is the case of
    the key of a letter that asked for this case and others; blank where there is none.
    """

    mission: str
    case: str
    ask: str
    letters: str
    taken: str | None
    asked: str | None
    together: str = ""

    @property
    def taken_at(self) -> datetime | None:
        return _moment(self.taken)

    @property
    def asked_at(self) -> datetime | None:
        return _moment(self.asked)


_Row = TypeVar("_Row", Line, Asking)


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
    """Read every letter in scope but those that another replaced; by mission, case, ask, round, channel and part.

    A letter for several cases is read once for each of them that is in scope.
    """
    found = starmap(Line, connection.execute(_LINES.where(*in_scope(scope))))
    for _, same in groupby(_case_by_case(found, scope), key=lambda line: line[:5]):
        yield from _standing(list(same))


def digest_lines(connection: Connection, scope: Scope) -> list[DigestLine]:
    """Read the digests in scope, by mission and number. They ask in supporters' name: no State counts as asked."""
    columns = [messages.c[name] for name in ("mission", "case", "ask", "channel", "part", "status", "taken_at", "id")]
    query = select(*columns).where(messages.c.kind == MessageKind.DIGEST.value, *in_scope(scope))
    return sorted(starmap(DigestLine, connection.execute(query)), key=lambda line: (line.mission, line.id))


def askings(connection: Connection, scope: Scope) -> Iterator[Asking]:
    """Read the letters in scope, one row a mission, case and ask, in that order; a replaced one counts as withdrawn."""
    found = list(starmap(Asking, connection.execute(_ASKINGS.where(*in_scope(scope))).all()))
    if not any(AND in case for case in {asking.case for asking in found}):
        yield from found
        return
    for _, same in groupby(_case_by_case(found, scope), key=lambda asking: asking[:3]):
        first, *others = same
        yield _joined(first, *others) if others else first


def counted_once(connection: Connection, scope: Scope, written: Iterable[Asking]) -> Counter[str]:
    """Count how often `Asking.letters` has the same words, a letter for several cases once; `written` is in scope."""
    if not any(asking.together for asking in written):
        return Counter(asking.letters for asking in written)
    return Counter(row[3] for row in connection.execute(_ASKINGS.where(*in_scope(scope))))


def _case_by_case(found: Iterable[_Row], scope: Scope) -> Iterator[_Row]:
    """Give a row for each case of what asks for several; in the order of the database, also where it has several."""
    wanted = scope.wanted_cases
    for _, rows in groupby(found, key=itemgetter(0)):
        theirs = list(rows)
        if not any(AND in row.case for row in theirs):
            yield from theirs
            continue
        each = [
            row._replace(case=case, together=row.case) if AND in row.case else row
            for row in theirs
            for case in cases_of(row.case)
            if wanted is None or case in wanted
        ]
        yield from sorted(each, key=lambda row: row[: 6 if isinstance(row, Line) else 3])


def _joined(*askings: Asking) -> Asking:
    """Put together the letters about one case, of which some asked for others too."""
    taken = [asking.taken for asking in askings if asking.taken]
    asked = [asking.asked for asking in askings if asking.asked]
    together = [asking.together for asking in askings if asking.together and not _is_withdrawn(asking)]
    letters = ",".join(asking.letters for asking in askings)
    about = askings[0][:3]
    return Asking(*about, letters, min(taken, default=None), min(asked, default=None), (together or [""])[-1])


def _is_withdrawn(asking: Asking) -> bool:
    return all(letter.endswith(Status.WITHDRAWN.value) for letter in asking.letters.split(","))


def _standing(same: list[Line]) -> Iterable[Line]:
    """Give those letters that no later one replaced: a letter to a mended address is not a second letter.

    Nor is one for other cases that took the place of one that was withdrawn.
    """
    if len(same) == 1:
        return same
    if len({line.together for line in same}) > 1:
        standing = [line for line in same if line.status != Status.WITHDRAWN]
        return standing or [max(same, key=lambda line: line.id)]
    newest = max((line.id for line in same if line.part.startswith(ADDRESSED_ANEW)), default=0)
    return [line for line in same if line.status != Status.WITHDRAWN or line.id >= newest]
