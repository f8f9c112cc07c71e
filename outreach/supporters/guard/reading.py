"""Finds the voices that people decide about: like words as one group, shown once. It only looks, and names nobody."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, ScalarSelect, and_, case, cast, func, or_, select

from outreach.supporters.guard.rules import DOMAIN, NETWORK
from outreach.supporters.guard.taking import BY
from outreach.supporters.people import address_of
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import story, voices
from outreach.supporters.voices import Voice, read_voice

V = VoiceStatus
DECIDED_ABOUT = (V.TO_READ, V.SET_ASIDE, V.LET_THROUGH, V.WITHOUT_WORDS, V.COUNTED, V.IN_DIGEST)  # no others are shown
# Whose words stand for a group: what a letter may quote, else what passing the group lets through, in this order.
STANDS = (V.LET_THROUGH, V.TO_READ, V.SET_ASIDE, V.WITHOUT_WORDS, V.IN_DIGEST, V.COUNTED)
group_number = func.coalesce(voices.c.grouping, voices.c.id)


def _newest(column: ColumnElement[str]) -> ScalarSelect[str]:
    """Give what the newest line of a voice's story says: why it is what it is, or by whom."""
    told = select(column).where(story.c.what == "voice", story.c.subject == voices.c.id)
    return told.order_by(story.c.id.desc()).limit(1).scalar_subquery()


WHY = _newest(story.c.why)
# What waits for a person: words to read, and what the guard set aside, and not a person.
WAITS = or_(
    voices.c.status == V.TO_READ.value,
    and_(voices.c.status == V.SET_ASIDE.value, _newest(story.c.by) == BY),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Voices with like words; the number is that of the first of them. `shown` has the words that stand for all.

    `statuses`, `languages` and `why` say how many of all voices are what; `waiting` how many wait for a person, and
    `quotable` how many agreed to be quoted.
    """

    number: int
    shown: Voice
    statuses: Mapping[VoiceStatus, int]
    languages: Mapping[str, int]
    why: Mapping[str, int]
    waiting: int
    quotable: int
    first_on: datetime
    last_on: datetime

    @property
    def voices(self) -> int:
        """Give how many voices it has."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class Copy:
    """A voice of a group, and why it is what it is."""

    voice: Voice
    why: str


@dataclass(frozen=True, slots=True)
class Heap:
    """Voices without words that were set aside for one reason; `one` is the number of one of them.

    `domain` is where all of them are from, where that is the reason: then many people have it. The days are those on
    which they were written.
    """

    why: str
    voices: int
    waiting: int  # those that no person set aside
    one: int
    domain: str
    first_on: datetime
    last_on: datetime


def read_groups(store: Store, connection: Connection, which: Sequence[ColumnElement[bool]]) -> list[Group]:
    """Read the groups that have a voice with words of these: those first of which most voices wait."""
    chosen = select(group_number).where(voices.c.has_words, are(DECIDED_ABOUT), *which)
    theirs = (voices.c.has_words, are(DECIDED_ABOUT), group_number.in_(chosen))
    shown = _shown(connection, theirs)
    columns = (group_number.label("number"), voices.c.status, voices.c.language, WHY.label("why"))
    days = (func.min(voices.c.confirmed_on).label("first_on"), func.max(voices.c.confirmed_on).label("last_on"))
    counts = (
        func.count().label("voices"),
        func.sum(cast(voices.c.may_quote, Integer)).label("quotable"),
        func.sum(cast(WAITS, Integer)).label("waiting"),
    )
    rows = connection.execute(
        select(*columns, *days, *counts).where(*theirs).group_by("number", voices.c.status, voices.c.language, "why")
    ).all()
    found = dict[int, _Sums]()
    for row in rows:
        found.setdefault(row.number, _Sums()).add(row)
    groups = [
        Group(
            number, read_voice(store, connection, shown[number]), sums.statuses, sums.languages, sums.why,
            sums.waiting, sums.quotable, min(sums.days), max(sums.days),
        )
        for number, sums in found.items()
    ]  # fmt: skip
    return sorted(groups, key=lambda group: (-group.waiting, -group.voices, group.number))


def count_waiting(connection: Connection) -> int:
    """Count the voices that wait for a person."""
    return connection.scalar(select(func.count()).select_from(voices).where(WAITS)) or 0


def group_of(connection: Connection, voice: int) -> int | None:
    """Give the group that a voice with words is in; None where there is no such voice for people to decide about."""
    query = select(group_number).where(voices.c.id == voice, voices.c.has_words, are(DECIDED_ABOUT))
    found: int | None = connection.scalar(query)
    return found


def unknown(connection: Connection, numbers: Collection[int]) -> list[int]:
    """Give the numbers that no voice has about which people decide."""
    there = set(connection.scalars(select(voices.c.id).where(voices.c.id.in_(numbers), are(DECIDED_ABOUT))))
    return [number for number in dict.fromkeys(numbers) if number not in there]


def read_copies(store: Store, connection: Connection, group: int) -> list[Copy]:
    """Read all voices of a group, the oldest first."""
    query = select(voices.c.id, WHY.label("why")).where(group_number == group, voices.c.has_words, are(DECIDED_ABOUT))
    rows = connection.execute(query.order_by(voices.c.id)).all()
    return [Copy(read_voice(store, connection, row.id), row.why or "") for row in rows]


def same_network(voice: int) -> ScalarSelect[bytes]:
    """Give what the network of a voice was compared by on its day."""
    return select(voices.c.network).where(voices.c.id == voice).scalar_subquery()


def why_of(connection: Connection, voice: int) -> str:
    """Give why a voice is what it is, in the story's words."""
    return connection.scalar(select(WHY).where(voices.c.id == voice)) or ""


def read_heaps(store: Store, connection: Connection, which: Sequence[ColumnElement[bool]]) -> list[Heap]:
    """Read what was set aside without words, by the reason and by where it is from: the largest heap first."""
    columns = (voices.c.id, voices.c.supporter, voices.c.agreed_on, WHY.label("why"), WAITS.label("waits"))
    where_from = (voices.c.domain, voices.c.network)
    set_aside = voices.c.status == V.SET_ASIDE.value
    rows = connection.execute(
        select(*columns, *where_from).where(set_aside, ~voices.c.has_words, *which).order_by(voices.c.id)
    ).all()
    heaps = dict[tuple[object, ...], list[int]]()
    for number, row in enumerate(rows):
        key = (row.why, row.domain if DOMAIN in row.why else None, row.network if NETWORK in row.why else None)
        heaps.setdefault(key, []).append(number)
    found = list[Heap]()
    for (why, domain, _), numbers in heaps.items():
        theirs = [rows[number] for number in numbers]
        name = _domain_of(store, connection, theirs[0].supporter) if domain is not None else ""
        days = [row.agreed_on for row in theirs]
        found.append(
            Heap(str(why), len(theirs), sum(row.waits for row in theirs), theirs[0].id, name, min(days), max(days))
        )
    return sorted(found, key=lambda heap: (-heap.voices, heap.one))


def are(statuses: Collection[VoiceStatus]) -> ColumnElement[bool]:
    """Give the condition for voices with one of the statuses."""
    return voices.c.status.in_([status.value for status in statuses])


def _shown(connection: Connection, which: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    """Choose the voice that stands for each group: by its status, with words that are there, that may be quoted."""
    rank = case({status.value: number for number, status in enumerate(STANDS)}, value=voices.c.status)
    order = (rank, voices.c.sealed.is_(None), ~voices.c.may_quote, voices.c.id)
    nth = func.row_number().over(partition_by=group_number, order_by=order).label("nth")
    ranked = select(group_number.label("number"), voices.c.id, nth).where(*which).subquery()
    rows = connection.execute(select(ranked.c.number, ranked.c.id).where(ranked.c.nth == 1)).all()
    return {number: voice for number, voice in rows}  # noqa: C416 - rows are not pairs


def _domain_of(store: Store, connection: Connection, supporter: int) -> str:
    return (address_of(store, connection, supporter) or "").rpartition("@")[2]


class _Sums:
    """Adds up what the database counted of a group."""

    def __init__(self) -> None:
        self.statuses, self.languages, self.why = Counter[VoiceStatus](), Counter[str](), Counter[str]()
        self.waiting = self.quotable = 0
        self.days = list[datetime]()

    def add(self, row: Row[Any]) -> None:
        self.statuses[VoiceStatus(row.status)] += row.voices
        self.languages[row.language] += row.voices
        self.why[row.why] += row.voices
        self.waiting += row.waiting
        self.quotable += row.quotable
        self.days += [row.first_on, row.last_on]
