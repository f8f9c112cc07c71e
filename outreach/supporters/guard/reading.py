"""Finds the voices that people decide about: like words as one group, shown once. It only looks, and names nobody."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, func, select

from outreach.supporters.guard.rules import DOMAIN, DOMAIN_LIMIT, NETWORK
from outreach.supporters.people import address_of
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import story, voices
from outreach.supporters.voices import Voice, read_voice

V = VoiceStatus
DECIDED_ABOUT = (V.TO_READ, V.SET_ASIDE, V.LET_THROUGH, V.WITHOUT_WORDS, V.COUNTED, V.IN_DIGEST)  # no others are shown
WAITING = (V.TO_READ, V.SET_ASIDE)  # not counted before a person says so
group_number = func.coalesce(voices.c.grouping, voices.c.id)
# The newest line of a voice's story says why it is what it is.
WHY = (
    select(story.c.why)
    .where(story.c.what == "voice", story.c.subject == voices.c.id)
    .order_by(story.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Group:
    """Voices with like words; the number is that of the first of them. `shown` has the words that stand for all.

    `statuses`, `languages` and `why` say how many of all voices are what; `quotable` how many agreed to be quoted.
    """

    number: int
    shown: Voice
    statuses: Mapping[VoiceStatus, int]
    languages: Mapping[str, int]
    why: Mapping[str, int]
    quotable: int
    first_on: datetime
    last_on: datetime

    @property
    def voices(self) -> int:
        """Give how many voices it has."""
        return sum(self.statuses.values())

    @property
    def waiting(self) -> int:
        """Give how many of them are not counted before a person says so."""
        return sum(self.statuses.get(status, 0) for status in WAITING)


@dataclass(frozen=True, slots=True)
class Heap:
    """Voices without words that were set aside for one reason; `one` is the number of one of them.

    `domain` is where all of them are from, where that is the reason; of one or a few people no domain is shown.
    """

    why: str
    voices: int
    one: int
    domain: str
    first_on: datetime
    last_on: datetime


def read_groups(
    store: Store, connection: Connection, which: Sequence[ColumnElement[bool]], statuses: Collection[VoiceStatus]
) -> list[Group]:
    """Read the groups that have a voice with words of these, with one of the statuses: those with most voices first."""
    chosen = select(group_number).where(voices.c.has_words, are(statuses), *which)
    theirs = (voices.c.has_words, are(DECIDED_ABOUT), group_number.in_(chosen))
    shown = _shown(connection, theirs, statuses)
    columns = (group_number.label("number"), voices.c.status, voices.c.language, WHY.label("why"))
    days = (func.min(voices.c.confirmed_on).label("first_on"), func.max(voices.c.confirmed_on).label("last_on"))
    counts = (func.count().label("voices"), func.sum(voices.c.may_quote).label("quotable"))
    rows = connection.execute(
        select(*columns, *days, *counts).where(*theirs).group_by("number", voices.c.status, voices.c.language, "why")
    ).all()
    found = dict[int, _Sums]()
    for row in rows:
        found.setdefault(row.number, _Sums()).add(row)
    groups = [
        Group(
            number, read_voice(store, connection, shown[number]), sums.statuses, sums.languages, sums.why,
            sums.quotable, min(sums.days), max(sums.days),
        )
        for number, sums in found.items()
    ]  # fmt: skip
    return sorted(groups, key=lambda group: (-group.waiting, -group.voices, group.number))


def shown_of(connection: Connection, group: int, statuses: Collection[VoiceStatus]) -> int:
    """Give the voice whose words stand for a group: the first that may be quoted, of those with these statuses."""
    return _shown(connection, (voices.c.has_words, are(DECIDED_ABOUT), group_number == group), statuses)[group]


def group_of(connection: Connection, voice: int) -> int | None:
    """Give the group that a voice with words is in; None where there is no such voice for people to decide about."""
    query = select(group_number).where(voices.c.id == voice, voices.c.has_words, are(DECIDED_ABOUT))
    found: int | None = connection.scalar(query)
    return found


def unknown(connection: Connection, numbers: Collection[int]) -> list[int]:
    """Give the numbers that no voice has about which people decide."""
    there = set(connection.scalars(select(voices.c.id).where(voices.c.id.in_(numbers), are(DECIDED_ABOUT))))
    return [number for number in dict.fromkeys(numbers) if number not in there]


def read_copies(store: Store, connection: Connection, group: int) -> list[Voice]:
    """Read all voices of a group, the oldest first."""
    query = (
        select(voices.c.id).where(group_number == group, voices.c.has_words, are(DECIDED_ABOUT)).order_by(voices.c.id)
    )
    return [read_voice(store, connection, number) for number in connection.scalars(query).all()]


def same_network(voice: int) -> ScalarSelect[bytes]:
    """Give what the network of a voice was compared by on its day."""
    return select(voices.c.network).where(voices.c.id == voice).scalar_subquery()


def why_of(connection: Connection, voice: int) -> str:
    """Give why a voice is what it is, in the story's words."""
    return connection.scalar(select(WHY).where(voices.c.id == voice)) or ""


def read_heaps(store: Store, connection: Connection, which: Sequence[ColumnElement[bool]]) -> list[Heap]:
    """Read what was set aside without words, by the reason and by where it is from: the largest heap first."""
    columns = (voices.c.id, voices.c.supporter, voices.c.confirmed_on, WHY.label("why"))
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
        many = domain is not None and len(theirs) >= DOMAIN_LIMIT.least
        name = _domain_of(store, connection, theirs[0].supporter) if many else ""
        days = [row.confirmed_on for row in theirs]
        found.append(Heap(str(why), len(theirs), theirs[0].id, name, min(days), max(days)))
    return sorted(found, key=lambda heap: (-heap.voices, heap.one))


def are(statuses: Collection[VoiceStatus]) -> ColumnElement[bool]:
    """Give the condition for voices with one of the statuses."""
    return voices.c.status.in_([status.value for status in statuses])


def _shown(
    connection: Connection, which: Sequence[ColumnElement[bool]], statuses: Collection[VoiceStatus]
) -> dict[int, int]:
    """Choose a voice of each group: of a wanted status, its words not erased, one that may be quoted where there is."""
    wanted, readable = are(statuses), voices.c.sealed.is_not(None)
    first = func.min(voices.c.id)
    best = func.coalesce(
        first.filter(wanted, readable, voices.c.may_quote), first.filter(wanted, readable), first.filter(wanted),
        first.filter(readable), first,
    )  # fmt: skip
    rows = connection.execute(select(group_number.label("number"), best).where(*which).group_by("number")).all()
    return {number: voice for number, voice in rows}  # noqa: C416 - rows are not pairs


def _domain_of(store: Store, connection: Connection, supporter: int) -> str:
    return (address_of(store, connection, supporter) or "").rpartition("@")[2]


class _Sums:
    """Adds up what the database counted of a group."""

    def __init__(self) -> None:
        self.statuses, self.languages, self.why = Counter[VoiceStatus](), Counter[str](), Counter[str]()
        self.quotable = 0
        self.days = list[datetime]()

    def add(self, row: Row[Any]) -> None:
        self.statuses[VoiceStatus(row.status)] += row.voices
        self.languages[row.language] += row.voices
        self.why[row.why] += row.voices
        self.quotable += row.quotable
        self.days += [row.first_on, row.last_on]
