"""How the forms are: calm, slow, or by mail only, with why. Rules over a few numbers; knows no form and no address.

Slow means tighter caps for each network. By mail only means that forms say how to join and write by mail, which nobody
can use against strangers. Who comes through Tor is never a reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, distinct, func, select

from outreach.settings.supporters import WebSettings
from outreach.supporters.doors import Line, tell
from outreach.supporters.guard.caps import Caps, Limits
from outreach.supporters.store import Store
from outreach.supporters.tables import arrivals, story, voices

DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)  # who was asked in the last hour may not have looked yet
FEW = 20  # asked voices: of fewer, a share says nothing
SLOW_SHARE, MAIL_SHARE = 0.2, 0.05  # confirmed of those asked; 42 to 62 % are common
BETTER = 1.5  # times that: what it takes to go back
BY = "outreach, the guard of the forms"


class State(StrEnum):
    """How the forms are, the milder first; the value is the story's word."""

    CALM = "calm"
    SLOW = "slow"
    BY_MAIL_ONLY = "by-mail-only"


ORDER = tuple(State)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the state is decided by: mails of this hour and day, who was asked and who confirmed, forms that wait."""

    hour: int
    day: int
    asked: int
    confirmed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Guarded:
    """How the forms are, and why; nothing to say of calm."""

    state: State
    why: str


def decide(was: State, numbers: Numbers, per_hour: int, per_day: int) -> Guarded:
    """Say how the forms are to be, from how they were and the numbers. A pure rule."""
    by_mail = _why_by_mail(numbers, per_hour, per_day, easier=was is State.BY_MAIL_ONLY)
    if by_mail:
        return Guarded(State.BY_MAIL_ONLY, by_mail)
    slow = _why_slow(numbers, per_hour, per_day, easier=was is not State.CALM)
    return Guarded(State.SLOW, slow) if slow else Guarded(State.CALM, "")


def limits(settings: WebSettings, state: State) -> Limits:
    """Give the caps in a state: in any but calm, a network causes a quarter of the mails."""
    network = settings.per_network if state is State.CALM else max(1, settings.per_network // 4)
    return Limits(network, settings.per_hour, settings.per_day)


def last_state(connection: Connection) -> Guarded:
    """Read how the forms were when that was last decided."""
    newest = select(story.c.to_status, story.c.why).where(story.c.what == "guard").order_by(story.c.id.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    return Guarded(State.CALM, "") if found is None else Guarded(State(found.to_status), found.why)


def watch(store: Store, connection: Connection, settings: WebSettings, at: datetime) -> Guarded:
    """Decide how the forms are now, with a line in the story where that changed; in the caller's transaction."""
    was = last_state(connection)
    now = decide(was.state, _numbers(store, connection, settings, at), settings.per_hour, settings.per_day)
    if now.state is was.state:
        return was
    tell(connection, Line("guard", 0, at, was.state.value, now.state.value, now.why, BY))
    return now


def _numbers(store: Store, connection: Connection, settings: WebSettings, at: datetime) -> Numbers:
    hour, day = Caps(store, connection, limits(settings, State.CALM), at).used()
    asked = voices.c.agreed_on.between(at - DAY, at - AN_HOUR)
    people = func.count(distinct(voices.c.supporter))
    confirmed = people.filter(voices.c.confirmed_on.is_not(None))
    waiting = select(func.count()).select_from(arrivals).scalar_subquery()
    row = connection.execute(select(people, confirmed, waiting).where(asked)).one()
    return Numbers(hour, day, *row)


def _why_by_mail(numbers: Numbers, per_hour: int, per_day: int, *, easier: bool) -> str:
    share = MAIL_SHARE * (BETTER if easier else 1)
    if numbers.day >= per_day:
        return f"all {per_day} mails of the day are used"
    if numbers.hour >= per_hour and numbers.waiting >= per_hour:
        return f"{numbers.waiting} forms wait for the mails of the next hours"
    if numbers.asked >= FEW and numbers.confirmed < share * numbers.asked:
        return f"of {numbers.asked} that were asked within a day, {numbers.confirmed} confirmed"
    return ""


def _why_slow(numbers: Numbers, per_hour: int, per_day: int, *, easier: bool) -> str:
    share = SLOW_SHARE * (BETTER if easier else 1)
    if numbers.hour * 2 >= per_hour:
        return f"{numbers.hour} of {per_hour} mails of this hour are used"
    if numbers.day * 4 >= per_day * 3:
        return f"{numbers.day} of {per_day} mails of the day are used"
    if numbers.asked >= FEW and numbers.confirmed < share * numbers.asked:
        return f"of {numbers.asked} that were asked within a day, {numbers.confirmed} confirmed"
    return ""
