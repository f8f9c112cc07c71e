"""Counts the voices that are for a mission: how many, for which cases, from which countries. Opens no seal.

The database puts voices together that ask for the same cases, of the same missions, from the same country: so 10,000
voices are few rows, and 76 missions are counted from these.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from outreach.outbox.models import AND
from outreach.supporters.digest.ranges import Range
from outreach.supporters.statuses import COUNTS
from outreach.supporters.tables import voice_cases, voices

ALL, NOT_RAISED = "all", "not-raised"  # to which missions a voice goes, where it names none


class VoiceClass(NamedTuple):
    """Voices that are alike: for these cases (bits), to these missions, from this country; and how many."""

    cases: int
    missions: str
    country: str
    number: int


@dataclass(frozen=True, slots=True)
class Audience:
    """What decides which voices are for a mission: whether the ask is put to it, and whether it raised no case yet."""

    state: str
    of_the_ask: bool
    not_raised: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many people ask for one at least of the cases, how many for each, and how many gave which country."""

    number: int
    by_case: Mapping[str, int]
    countries: Mapping[str, int]


def counts(ask: str, within: Range) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions on voices that count for an ask, with a running number in a range."""
    return (
        voices.c.ask == ask,
        voices.c.status.in_(sorted(status.value for status in COUNTS)),
        voices.c.counted > within.after,
        voices.c.counted <= within.upto,
    )


def last_counted(connection: Connection, ask: str) -> int:
    """Give the highest running number that a voice for an ask has; 0 where there is none."""
    return connection.scalar(select(func.max(voices.c.counted)).where(voices.c.ask == ask)) or 0


def cases_asked_for(connection: Connection, ask: str) -> frozenset[str]:
    """Give the cases that voices for an ask name."""
    query = select(voice_cases.c.case).distinct().join(voices, voices.c.id == voice_cases.c.voice)
    return frozenset(connection.scalars(query.where(voices.c.ask == ask, voices.c.counted.is_not(None))))


class Tally:
    """The voices of one range, ready to be counted for any mission."""

    def __init__(self, classes: Sequence[VoiceClass], cases: Sequence[str]) -> None:
        self._cases = tuple(cases)
        self._open = defaultdict[str, list[VoiceClass]](list)
        self._named = defaultdict[str, list[VoiceClass]](list)
        for each in classes:
            if each.missions in (ALL, NOT_RAISED):
                self._open[each.missions].append(each)
            else:
                for state in set(each.missions.split(";")):
                    self._named[state].append(each)
        self._counted = dict[tuple[int, bool, bool], Count]()

    @classmethod
    def read(cls, connection: Connection, ask: str, cases: Sequence[str], within: Range) -> "Tally":
        """Count the voices of a range, in one query."""
        bits = {slug: 1 << place for place, slug in enumerate(cases)}  # more than a number of the database may have
        asked = func.group_concat(voice_cases.c.case, AND).label("cases")
        each = (
            select(asked, voices.c.missions, voices.c.country)
            .join(voice_cases, voice_cases.c.voice == voices.c.id)
            .where(*counts(ask, within))
            .group_by(voices.c.id)
            .subquery()
        )
        grouped = select(*each.c, func.count()).group_by(*each.c)
        rows = connection.execute(grouped)
        return cls(
            [VoiceClass(sum(bits.get(slug, 0) for slug in named.split(AND)), *rest) for named, *rest in rows], cases
        )

    @cached_property
    def _bits(self) -> dict[str, int]:
        return {slug: 1 << place for place, slug in enumerate(self._cases)}

    def count(self, audience: Audience, cases: Collection[str]) -> Count:
        """Count the voices for a mission that ask for one at least of these cases."""
        mask = sum(self._bits[slug] for slug in set(cases))
        key = (mask, audience.of_the_ask, audience.not_raised)
        if key not in self._counted:
            theirs = self._open[ALL] if audience.of_the_ask else []
            theirs = theirs + (self._open[NOT_RAISED] if audience.of_the_ask and audience.not_raised else [])
            self._counted[key] = self._add_up(theirs, mask)
        shared, own = self._counted[key], self._named.get(audience.state)
        if not own:
            return shared
        more = self._add_up(own, mask)
        return Count(
            shared.number + more.number,
            Counter(shared.by_case) + Counter(more.by_case),
            Counter(shared.countries) + Counter(more.countries),
        )

    def _add_up(self, classes: Sequence[VoiceClass], mask: int) -> Count:
        number, by_mask, countries = 0, Counter[int](), Counter[str]()
        for each in classes:
            if asked := each.cases & mask:
                number += each.number
                by_mask[asked] += each.number
                if each.country:
                    countries[each.country] += each.number
        by_case = {
            slug: total
            for slug, bit in self._bits.items()
            if (total := sum(many for asked, many in by_mask.items() if asked & bit))
        }
        return Count(number, by_case, countries)
