"""Keeps groups of like texts in supporters.db: each voice's group, and the keyed sketches of a few voices of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, String, TextClause, cast, delete, func, insert, select, text, update

from outreach.supporters.guard.grouping import Sample
from outreach.supporters.guard.likeness import Sketch
from outreach.supporters.tables import sketches, voices

_HOLDERS = "SELECT value, voice FROM (SELECT value, voice FROM sketches WHERE value = :value# LIMIT :most) AS of#"


class StoredIndex:
    """Groups as a database has them, in the caller's (writing) transaction. A text's number is its voice's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sharing(self, values: Sequence[int], most: int) -> tuple[Mapping[int, int], int]:
        """Give how many of the values each sample has, by voice, and how many values were too common."""
        if not values:
            return {}, 0
        named = {f"value{number}": value for number, value in enumerate(values)}
        found = self._connection.execute(_holders_of(len(values)), {**named, "most": most + 1}).all()
        holders = Counter(row.value for row in found)
        common = {value for value, number in holders.items() if number > most}
        return Counter(row.voice for row in found if row.value not in common), len(common)

    def samples_of(self, texts: Sequence[int]) -> Sequence[Sample]:
        """Give the samples of these voices, the oldest first."""
        return self._samples(sketches.c.voice.in_(texts)) if texts else ()

    def samples(self, group: int) -> Sequence[Sample]:
        """Give the samples of a group, the oldest first."""
        return self._samples(sketches.c.grouping == group)

    def keep(self, sample: Sample) -> None:
        """Keep a voice as a sample."""
        rows = [{"value": value, "voice": sample.text, "grouping": sample.group} for value in sample.sketch.values]
        self._connection.execute(insert(sketches), rows)

    def put(self, text: int, group: int) -> None:
        """Put a voice into a group."""
        self._connection.execute(update(voices).where(voices.c.id == text).values(grouping=group))

    def unite(self, group: int, into: int, samples: Sequence[Sample]) -> None:
        """Put all voices of a group into another one, which keeps these of its samples too and drops the others."""
        kept = [sample.text for sample in samples]
        theirs = sketches.c.grouping == group
        self._connection.execute(delete(sketches).where(theirs, sketches.c.voice.not_in(kept)))
        self._connection.execute(update(sketches).where(theirs).values(grouping=into))
        self._connection.execute(update(voices).where(voices.c.grouping == group).values(grouping=into))

    def _samples(self, which: ColumnElement[bool]) -> list[Sample]:
        """Read samples, the values of each as one text: a row for each value would take several times as long."""
        values = func.aggregate_strings(cast(sketches.c.value, String), " ").label("values")
        columns = (sketches.c.voice, sketches.c.grouping, values)
        query = select(*columns).where(which).group_by(sketches.c.voice, sketches.c.grouping).order_by(sketches.c.voice)
        rows = self._connection.execute(query).all()
        return [Sample(voice, group, Sketch.of(map(int, found.split()))) for voice, group, found in rows]


@lru_cache(maxsize=64)
def _holders_of(values: int) -> TextClause:
    """Ask for the voices that have one of so many values, of each no more than are of use, however many have it."""
    return text(" UNION ALL ".join(_HOLDERS.replace("#", str(number)) for number in range(values)))
