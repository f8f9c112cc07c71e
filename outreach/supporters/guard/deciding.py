"""Carries out what a person decides about voices; knows no command. Doors alone change a status."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from outreach.errors import UsageError
from outreach.supporters.doors import change_voice
from outreach.supporters.guard.reading import DECIDED_ABOUT, are, group_number
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.tables import voices

V = VoiceStatus


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of voices: how many are now what; `let_through` are the voices whose words may be quoted now.

    `stay`: how many were left as they are, by their status.
    """

    changed: Mapping[VoiceStatus, int] = field(default_factory=Counter)
    stay: Mapping[VoiceStatus, int] = field(default_factory=Counter)
    let_through: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    status: VoiceStatus
    has_words: bool
    may_quote: bool
    readable: bool  # its words were not erased

    @property
    def as_counted(self) -> VoiceStatus:
        return V.WITHOUT_WORDS if self.has_words else V.COUNTED

    @property
    def as_quoted(self) -> VoiceStatus:
        return V.LET_THROUGH if self.has_words and self.may_quote and self.readable else self.as_counted


class Deciding:
    """Decides in the caller's (writing) transaction, at a moment, as somebody. `by` stands in the story."""

    def __init__(self, connection: Connection, at: datetime, by: str) -> None:
        self._connection, self._at, self._by = connection, at, by
        self._changed, self._stay = Counter[VoiceStatus](), Counter[VoiceStatus]()
        self._let_through = list[int]()

    @property
    def decided(self) -> Decided:
        """Give what became of the voices so far."""
        return Decided(self._changed, self._stay, tuple(self._let_through))

    def pass_voices(self, numbers: Sequence[int]) -> None:
        """Let the words of each of these voices through, that somebody read."""
        for row in self._rows(voices.c.id.in_(numbers)):
            self._change(row, row.as_quoted)

    def pass_group(self, group: int, read: int | None) -> None:
        """Let one text of a group through, the one that somebody read, and count the others without their words.

        These are the voices that wait to be read; where none does, those that were set aside. Which text stands for a
        group may have changed since somebody looked: without the number of the one that was read, none is let through.
        Raises UsageError where the group does not have it any more.
        """
        rows = self._rows(group_number == group, voices.c.has_words)
        if read is not None and read not in {row.number for row in rows}:
            raise UsageError(f"group {group} has no voice {read} any more; nothing was changed. Read it again")
        has = {row.status for row in rows}
        about = next((status for status in (V.TO_READ, V.SET_ASIDE) if status in has), None)
        for row in rows:
            if row.number == read:
                self._change(row, row.as_quoted)
            elif row.status is about:
                self._change(row, row.as_counted)
            else:
                self._stay[row.status] += 1

    def count(self, *which: ColumnElement[bool]) -> None:
        """Count all of these that were set aside. Their words are not quoted before somebody reads them."""
        for row in self._rows(*which, voices.c.status == V.SET_ASIDE.value):
            self._change(row, row.as_counted)

    def without_words(self, *which: ColumnElement[bool]) -> None:
        """Count all of these, and quote none."""
        for row in self._rows(*which):
            self._change(row, row.as_counted)

    def set_aside(self, *which: ColumnElement[bool]) -> None:
        """Count none of these. Nobody outside can tell."""
        for row in self._rows(*which):
            self._change(row, V.SET_ASIDE)

    def _rows(self, *which: ColumnElement[bool]) -> list[_Row]:
        readable = voices.c.sealed.is_not(None).label("readable")
        columns = (voices.c.id, voices.c.status, voices.c.has_words, voices.c.may_quote, readable)
        query = select(*columns).where(are(DECIDED_ABOUT), *which).order_by(voices.c.id)
        rows = self._connection.execute(query).all()
        return [_Row(row.id, V(row.status), row.has_words, row.may_quote, row.readable) for row in rows]

    def _change(self, row: _Row, to: VoiceStatus) -> None:
        if not change_voice(self._connection, row.number, to, self._at, self._by):
            self._stay[row.status] += 1
            return
        self._changed[to] += 1
        if to is V.LET_THROUGH:
            self._let_through.append(row.number)
