"""When letters, and posts of one account, may leave: spacing, quiet hours, a cap a day. Pure; knows no database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.errors import UsageError
from outreach.settings.settings import Settings
from outreach.text import local_day, shortened

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LAST_YEAR = 9000  # what comes after could not be put off any more
AS_IN = 'write it as in --at "2022-09-29 09:00 Europe/Zurich"'


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules for each account. `per_day` 0 is no cap; `quiet` is its beginning and its end on the zone's clock.

    It is quiet while a clock on the wall shows a time between the two. When clocks are set back, a quiet hour may come
    twice; when they are set forward, the end may come sooner.
    """

    spacing: timedelta
    per_day: int
    quiet: tuple[time, time] | None
    zone: ZoneInfo

    def is_quiet(self, at: datetime) -> bool:
        if self.quiet is None:
            return False
        first, last = self.quiet
        clock = at.astimezone(self.zone).time()
        return first <= clock < last if first < last else clock >= first or clock < last

    def day(self, at: datetime) -> date:
        return local_day(at, self.zone)


@dataclass(frozen=True, slots=True)
class Departure:
    """When a post left, or will. `counts` is False for further parts of a thread: a thread is one post of a day."""

    at: datetime
    counts: bool = True


def rules_of(settings: Settings) -> Rules:
    posts = settings.posts
    return Rules(timedelta(minutes=posts.spacing_minutes), posts.per_day, posts.quiet_hours, settings.posts_timezone)


def letter_rules(settings: Settings) -> Rules:
    """Give the rules of letters: quiet hours on the campaign's clock, and nothing else."""
    return Rules(timedelta(0), 0, settings.letters.quiet_hours, settings.timezone)


def next_slot(rules: Rules, others: Sequence[Departure], at: datetime) -> datetime:
    """Find the first moment from `at` on, in UTC, at which a post may leave beside the others of its account."""
    at = at.astimezone(UTC)
    while (later := _moved(rules, others, at)) > at:
        at = later
    return at


def slots(rules: Rules, others: Iterable[Departure], at: datetime, number: int) -> list[datetime]:
    """Find moments for so many posts, one after the other."""
    taken, found = list(others), list[datetime]()
    for _ in range(number):
        found.append(next_slot(rules, taken, found[-1] if found else at))
        taken.append(Departure(found[-1]))
    return found


def _moved(rules: Rules, others: Sequence[Departure], at: datetime) -> datetime:
    """Give a moment after `at` before which nothing can leave, or `at` itself when that is free."""
    near = [other.at for other in others if abs(other.at - at) < rules.spacing]
    if near:
        return (max(near) + rules.spacing).astimezone(UTC)
    today = rules.day(at)
    if rules.per_day and sum(other.counts and rules.day(other.at) == today for other in others) >= rules.per_day:
        return _clock(rules.zone, today + DAY, time(0))
    return _end_of_quiet(rules, rules.quiet[1], at) if rules.quiet and rules.is_quiet(at) else at


def _end_of_quiet(rules: Rules, end: time, at: datetime) -> datetime:
    """Find the first moment after `at` that is not quiet; nearly always the one at which the clock shows `end`."""
    today = rules.day(at)
    ends = (_clock(rules.zone, today + day * DAY, end, fold) for day in range(3) for fold in (0, 1))
    found = min(moment for moment in ends if moment > at and not rules.is_quiet(moment))
    while found - MINUTE > at and not rules.is_quiet(found - MINUTE):  # an end that a clock set forward leaps over
        found -= MINUTE
    return found


def _clock(zone: ZoneInfo, day: date, clock: time, fold: int = 0) -> datetime:
    return datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC)


def read_moment(text: str, default: ZoneInfo) -> datetime:
    """Read a moment as typed: a day, a time, and a time zone if it is not the account's own.

    A time that comes twice, when clocks are set back, is the first of the two. Raises UsageError for a time that never
    comes, and for anything else.
    """
    words = re.sub(r"(?<=\d)T(?=\d)", " ", text).split()
    if len(words) not in (2, 3):
        raise UsageError(f"--at '{shortened(text)}': {AS_IN}")
    zone = _zone(words[2]) if len(words) == 3 else default
    try:
        local = datetime.strptime(" ".join(words[:2]), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"--at '{shortened(text)}' is no day and time; {AS_IN}") from None
    if moment.year > LAST_YEAR:
        raise UsageError(f"--at '{shortened(text)}' is too far away; {AS_IN}")
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise UsageError(
            f"--at '{shortened(text)}': there is no such time; the clocks in {zone.key} are set forward then"
        )
    return moment


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"--at: '{shortened(name)}' is not a time zone; {AS_IN}") from None
