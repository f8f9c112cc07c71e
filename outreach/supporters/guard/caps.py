"""Counts the mails that forms cause, and says when there are enough. Knows no form, and not who is counted.

Whom a cap is about stands nowhere: what is counted is an HMAC under a salt of the hour, the day or the month, and the
salt is thrown away when its time is over. Mails are counted, never requests: whoever comes through Tor is one of us.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, func, select, update

from outreach.db.engine import insert_or_ignore, leave_traces
from outreach.supporters.store import Store
from outreach.supporters.tables import caps, salts

SALT_BYTES = 32
FORMS_A_DAY = 5  # for one address, also those that cause no mail
ADDRESS_A_DAY = 1  # forms that cause mail to it; the reminder comes on another day
ADDRESS_A_MONTH = 3  # mails, with reminders
MAIL, FORM, NETWORK, ALL = "mail", "form", "network", "all"


class Period(StrEnum):
    """What a cap is counted in: a calendar hour, day or month, in UTC."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Cap(StrEnum):
    """What there is enough of, in the story's words; NONE where a mail may go."""

    NONE = ""
    FORMS = "enough forms for this address today"
    ADDRESS = "enough mails to this address"
    NETWORK = "enough mails from this network today"
    ALL = "enough mails for now"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many mails forms may cause: from one network a day, and over all in an hour and on a day."""

    network_day: int
    hour: int
    day: int


@dataclass(frozen=True, slots=True)
class Granted:
    """Whether a form may cause a mail (else of what there is enough), and a reminder a day later."""

    cap: Cap
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class _Counter:
    """What is counted in a period, up to how many, what there is enough of then, and how many more come."""

    key: bytes
    period: Period
    most: int
    cap: Cap
    more: int


_MORE = update(caps).where(caps.c.key == bindparam("_key")).values(used=caps.c.used + bindparam("_more"))


class Caps:
    """The caps at one moment, in the caller's (writing) transaction. What is over is thrown away first."""

    def __init__(self, store: Store, connection: Connection, limits: Limits, at: datetime) -> None:
        throw_away_old(connection, at)
        self._store, self._connection, self._limits, self._at = store, connection, limits, at
        self._salts = {period: _salt(connection, period, at) for period in Period}

    def form(self, address: str) -> Cap:
        """Count a form for an address, or say that there are enough of them."""
        forms = _Counter(self._about(FORM, address, Period.DAY), Period.DAY, FORMS_A_DAY, Cap.FORMS, 1)
        return self._count([forms], self._used([forms.key]))

    def mail(self, address: str, network: str) -> Granted:
        """Count a mail to an address and its reminder; or the mail alone, where both would be too many; or nothing.

        `network` is whose form it was, blank where nobody knows: then it has no cap of its own.
        """
        return self._grant([*self._of_address(address), *self._of_all(network)])

    def invite(self, address: str) -> Granted:
        """Count a mail that the team asks for, and its reminder, by its address alone: such mails have a pace."""
        return self._grant(self._of_address(address))

    def _grant(self, both: Sequence[_Counter]) -> Granted:
        used = self._used([counter.key for counter in both])
        if not self._count(both, used):
            return Granted(Cap.NONE, reminder=True)
        return Granted(self._count([replace(counter, more=1) for counter in both], used))

    def answered(self, address: str, network: bytes | None, asked_on: datetime) -> None:
        """Take a mail that its receiver answered off the count: it was no mail to a stranger, and needs no reminder.

        `network` is what `network` gave for the form. What was counted in an hour or on a day that is over stays.
        """
        for period, mails in ((Period.DAY, 1), (Period.MONTH, 2)):
            self._give_back(self._about(MAIL, address, period), mails)
        if _begin(Period.DAY, asked_on) == _begin(Period.DAY, self._at):
            if network is not None:
                self._give_back(network, 1)
            self._give_back(self._key(ALL, Period.DAY), 1)
        if _begin(Period.HOUR, asked_on) == _begin(Period.HOUR, self._at):
            self._give_back(self._key(ALL, Period.HOUR), 1)

    def network(self, network: str) -> bytes | None:
        """Give what a network is compared by today; None for a blank one. Tomorrow nobody can tell which it was."""
        return self._key(f"{NETWORK} {network}", Period.DAY) if network else None

    def used(self) -> tuple[int, int]:
        """Give how many mails forms caused in this hour and on this day, over all."""
        hour, day = self._key(ALL, Period.HOUR), self._key(ALL, Period.DAY)
        used = self._used([hour, day])
        return used.get(hour, 0), used.get(day, 0)

    def _of_address(self, address: str) -> list[_Counter]:
        day, month = (self._about(MAIL, address, period) for period in (Period.DAY, Period.MONTH))
        return [
            _Counter(day, Period.DAY, ADDRESS_A_DAY, Cap.ADDRESS, 1),
            _Counter(month, Period.MONTH, ADDRESS_A_MONTH, Cap.ADDRESS, 2),
        ]

    def _of_all(self, network: str) -> list[_Counter]:
        limits, theirs = self._limits, self.network(network)
        return [
            *([_Counter(theirs, Period.DAY, limits.network_day, Cap.NETWORK, 2)] if theirs else ()),
            _Counter(self._key(ALL, Period.HOUR), Period.HOUR, limits.hour, Cap.ALL, 2),
            _Counter(self._key(ALL, Period.DAY), Period.DAY, limits.day, Cap.ALL, 2),
        ]

    def _about(self, what: str, address: str, period: Period) -> bytes:
        return self._key(f"{what} {self._store.sealer.fingerprint(address).hex()}", period)

    def _key(self, what: str, period: Period) -> bytes:
        return self._store.sealer.capped(what, self._salts[period])

    def _used(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        rows = self._connection.execute(select(caps.c.key, caps.c.used).where(caps.c.key.in_(keys)))
        return {bytes(key): used for key, used in rows}

    def _count(self, counters: Sequence[_Counter], used: Mapping[bytes, int]) -> Cap:
        """Count them all, or say which is full, and count none."""
        full = (counter.cap for counter in counters if used.get(counter.key, 0) + counter.more > counter.most)
        if found := next(full, None):
            return found
        rows = [{"key": counter.key, "period": counter.period.value, "used": 0} for counter in counters]
        self._connection.execute(insert_or_ignore(self._connection, caps, ["key"]), rows)
        self._connection.execute(_MORE, [{"_key": counter.key, "_more": counter.more} for counter in counters])
        return Cap.NONE

    def _give_back(self, key: bytes, mails: int) -> None:
        less = func.max(caps.c.used - mails, 0)
        self._connection.execute(update(caps).where(caps.c.key == key).values(used=less))


def add_of_day(store: Store, connection: Connection, what: str, more: int, at: datetime) -> int:
    """Count what has no cap of its own, in the caller's (writing) transaction; gives how many there were today."""
    throw_away_old(connection, at)
    key = store.sealer.capped(what, _salt(connection, Period.DAY, at))
    row = {"key": key, "period": Period.DAY.value, "used": 0}
    connection.execute(insert_or_ignore(connection, caps, ["key"]).values(row))
    added = update(caps).where(caps.c.key == key).values(used=caps.c.used + more)
    return int(connection.execute(added.returning(caps.c.used)).scalar_one())


def throw_away_old(connection: Connection, at: datetime) -> int:
    """Throw away the salts whose time is over, and what was counted under them; gives how many salts."""
    rows = connection.execute(select(salts.c.period, salts.c.began)).all()
    over = [row.period for row in rows if row.began < _begin(Period(row.period), at)]
    if over:
        if over != [Period.HOUR.value]:  # a day's and a month's are cleared from the file's free space too
            leave_traces(connection)
        connection.execute(delete(caps).where(caps.c.period.in_(over)))
        connection.execute(delete(salts).where(salts.c.period.in_(over)))
    return len(over)


def _salt(connection: Connection, period: Period, at: datetime) -> bytes:
    """Give the salt of the period that a moment is in, made where there is none. A clock set back changes nothing."""
    row = {"period": period.value, "began": _begin(period, at), "salt": secrets.token_bytes(SALT_BYTES)}
    connection.execute(insert_or_ignore(connection, salts, ["period"]).values(row))
    return bytes(connection.execute(select(salts.c.salt).where(salts.c.period == period.value)).scalar_one())


def _begin(period: Period, at: datetime) -> datetime:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if period is Period.HOUR:
        return hour
    day = hour.replace(hour=0)
    return day if period is Period.DAY else day.replace(day=1)
