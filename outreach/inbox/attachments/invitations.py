"""Reads day, hour and place out of an invitation (RFC 5545, 5546), in bounded time, whatever it holds.

An invitation is made smaller before the library reads it: a few events, without alarms, and of each only what is shown.
Its time zones are worked out here, for the library would try every second of a rule that says "each second since 1601",
and would keep one mail's "Customized Time Zone" for the next mail.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from outreach.inbox.mail import Invitation
from outreach.text import clean_line, storable

LONGEST = 400_000  # characters of it that are looked at
MOST_EVENTS = 20
MOST_RULES = 40  # changes of the clock of one time zone
LONGEST_LINE = 4_000
LONGEST_WORDS = 300  # characters of what is shown in one line
LONGEST_DESCRIPTION = 20_000
_FIELDS = ("UID", "SUMMARY", "LOCATION", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS", "RECURRENCE-ID")
_LINE = re.compile(r"([A-Za-z0-9-]{1,60})([;:])")
_DATE = re.compile(
    r'(?:.{0,300}?;TZID=("[^"]{0,200}"|[^:;"]{0,200}))?.{0,300}?:\s*(\d{8}(?:T\d{6}Z?)?)\s*', re.IGNORECASE
)
_ANSWER = re.compile(r";PARTSTAT=([A-Za-z-]{1,20})", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?:\d\d)?")
_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


@dataclass(slots=True)
class _Component:
    """A VEVENT, VTIMEZONE, STANDARD or DAYLIGHT: its lines by upper-case name, the first of each."""

    name: str
    lines: dict[str, str] = field(default_factory=dict)
    inner: list["_Component"] = field(default_factory=list)


def read_invitation(text: str) -> tuple[Invitation | None, str]:
    """Read what a calendar file invites to, and its description; None when it has no event. Never raises.

    Of several events the first counts. Where its time cannot be read, `starts` is blank.
    """
    method, components = _components(text)
    events = [each for each in components if each.name == "VEVENT"]
    if not events:
        return None, ""
    master = next((each for each in events if "RECURRENCE-ID" not in each.lines), events[0])
    zones = {_zone_name(each): each for each in components if each.name == "VTIMEZONE"}
    others = {each.lines.get("UID", str(number)) for number, each in enumerate(events) if each is not master}
    found = Invitation(method=method, more=len(others - {master.lines.get("UID", "")}))
    try:
        return _read(found, master, zones)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, ArithmeticError, OSError, IndexError):
        return found, ""


def _components(text: str) -> tuple[str, list[_Component]]:
    """Find the method, and the events and time zones, at most MOST_EVENTS of each."""
    method, found, stack = "", list[_Component](), list[_Component]()
    for line in _unfolded(text):
        name = line[:6].upper()
        if name == "BEGIN:":
            stack.append(_Component(line[6:60].strip().upper()))
        elif name.startswith("END:"):
            if stack and (closed := stack.pop()):
                _keep(closed, stack, found)
        elif stack and (named := _LINE.match(line)):
            stack[-1].lines.setdefault(named[1].upper(), line)
            method = method or (line.partition(":")[2] if named[1].upper() == "METHOD" else "")
    for left in stack:  # cut off in the middle
        _keep(left, [], found)
    return clean_line(method, 20).lower(), found


def _unfolded(text: str) -> Iterable[str]:
    for line in re.sub(r"\n[ \t]", "", storable(text[:LONGEST])).split("\n"):
        longest = LONGEST_DESCRIPTION if line[:11].upper() == "DESCRIPTION" else LONGEST_LINE
        yield line[:longest]


def _keep(closed: _Component, stack: list[_Component], found: list[_Component]) -> None:
    if closed.name in ("VEVENT", "VTIMEZONE"):
        if sum(each.name == closed.name for each in found) < MOST_EVENTS:
            found.append(closed)
    elif closed.name in ("STANDARD", "DAYLIGHT") and stack and len(stack[-1].inner) < MOST_RULES:
        stack[-1].inner.append(closed)


def _zone_name(component: _Component) -> str:
    return component.lines.get("TZID", "").partition(":")[2].strip()


def _read(found: Invitation, component: _Component, zones: Mapping[str, _Component]) -> tuple[Invitation, str]:
    from icalendar import Event

    lines = {name: component.lines[name] for name in (*_FIELDS, "DESCRIPTION") if name in component.lines}
    named = {name: _DATE.fullmatch(lines.pop(name)) for name in ("DTSTART", "DTEND") if name in lines}
    event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines.values(), "END:VEVENT", ""]))
    status = _words(event, "STATUS").upper()
    known = replace(
        found,
        method="cancel" if status == "CANCELLED" else found.method,
        what=_words(event, "SUMMARY"),
        place=_words(event, "LOCATION"),
        repeats=_repeats(event),
        answer=_answer(component) if found.method == "reply" else "",
    )
    starts, zone = _moment(named.get("DTSTART"), zones)
    if starts is None:
        return known, _description(event)
    ends, _ = _moment(named.get("DTEND"), zones)
    until = _until(starts, ends, _duration(event))
    known = replace(known, starts=starts.isoformat(), ends=until.isoformat() if until else "", zone=zone)
    return known, _description(event)


def _words(event: Any, name: str) -> str:
    return clean_line(str(event.get(name, "")), LONGEST_WORDS)


def _description(event: Any) -> str:
    return storable(str(event.get("DESCRIPTION", ""))).strip()


def _repeats(event: Any) -> str:
    rule = event.get("RRULE")
    frequency = str((rule.get("FREQ") or [""])[0]).upper() if isinstance(rule, dict) else ""
    return frequency.lower() if frequency in _FREQUENCIES else "often" if frequency else ""


def _duration(event: Any) -> object:
    try:
        return event["DURATION"].dt
    except (ValueError, AttributeError, KeyError):  # what cannot be read as one has no length
        return None


def _answer(component: _Component) -> str:
    said = _ANSWER.search(component.lines.get("ATTENDEE", ""))
    return said[1].lower() if said else ""


def _until(starts: date, ends: date | None, lasts: object) -> date | None:
    """Give the end: of whole days the last one, which the standard's own end comes after (section 3.6.1)."""
    if ends is None and isinstance(lasts, timedelta):
        ends = starts + lasts
    if ends is None or isinstance(ends, datetime) != isinstance(starts, datetime):
        return None
    if not isinstance(ends, datetime):
        ends -= timedelta(days=1)
        return ends if ends > starts else None
    aware = [isinstance(each, datetime) and each.tzinfo is not None for each in (starts, ends)]
    return ends if aware[0] == aware[1] and ends > starts else None


def _moment(found: re.Match[str] | None, zones: Mapping[str, _Component]) -> tuple[date | None, str]:
    """Give a day or a moment, with its time zone where anybody can tell that one, and the zone's name."""
    if found is None:
        return None, ""
    written, name = found[2], (found[1] or "").strip('"')
    if not 1980 <= int(written[:4]) <= 2200:
        return None, ""
    if len(written) == 8:
        return date(int(written[:4]), int(written[4:6]), int(written[6:])), ""
    moment = datetime.strptime(written.rstrip("Zz"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone comes next
    if written[-1] in "Zz":
        return moment.replace(tzinfo=UTC), "UTC"
    zone = _known_zone(name) or _described_zone(zones.get(name), moment)
    return moment.replace(tzinfo=zone), clean_line(name, 80)


def _known_zone(name: str) -> tzinfo | None:
    """Find a time zone by the name that everybody gives it, or that Windows does; a path may stand before it."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    name = WINDOWS_TO_OLSON.get(name, name)
    parts = name.split("/")[-3:]
    for start in range(len(parts)):
        try:
            return ZoneInfo("/".join(parts[start:]))
        except (KeyError, ValueError, OSError):
            continue
    return None


def _described_zone(component: _Component | None, moment: datetime) -> tzinfo | None:
    """Work out the offset that a VTIMEZONE gives for a moment (section 3.6.5): by its last change of the clock."""
    changes = [(onset, rule) for rule in (component.inner if component else ()) if (onset := _onset(rule, moment))]
    if not changes:
        return None
    _, last = max(changes, key=lambda change: change[0])
    offset = _OFFSET.search(last.lines.get("TZOFFSETTO", "").partition(":")[2])
    if offset is None or int(offset[2]) > 14:
        return None
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))


def _onset(rule: _Component, moment: datetime) -> datetime | None:
    """Say when a change of the clock last came before a moment; a rule that is not yearly counts once."""
    written = _DATE.fullmatch(rule.lines.get("DTSTART", ""))
    if written is None or len(written[2]) < 15:
        return None
    first = datetime.strptime(written[2][:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - by the clock of its place
    if first > moment:
        return None
    parts = dict(part.split("=", 1) for part in rule.lines.get("RRULE", "").partition(":")[2].split(";") if "=" in part)
    is_over = "UNTIL" in parts and parts["UNTIL"][:8] < f"{moment:%Y%m%d}"
    if is_over or parts.get("FREQ") != "YEARLY" or not parts.get("BYMONTH", "").isdecimal():
        return first
    years = (year for year in (moment.year, moment.year - 1) if year >= first.year)
    onsets = (first.replace(year=year, month=int(parts["BYMONTH"]), day=_day(parts, year)) for year in years)
    return next((onset for onset in onsets if onset <= moment), first)


def _day(parts: Mapping[str, str], year: int) -> int:
    """Find the day of the month that a yearly rule names: the last Sunday, the 25th, the first Sunday from the 8th."""
    _, length = monthrange(year, int(parts["BYMONTH"]))
    numbers = {int(number) for number in parts.get("BYMONTHDAY", "").split(",")[:31] if number.isdecimal()}
    days = [day for day in range(1, length + 1) if not numbers or day in numbers]
    named = _WEEKDAY.fullmatch(parts.get("BYDAY", ""))
    if named is None:
        return days[0]
    month = int(parts["BYMONTH"])
    days = [day for day in days if _WEEKDAYS[date(year, month, day).weekday()] == named[2]]
    which = int(named[1] or 1)
    return days[which - 1 if which > 0 else which]
