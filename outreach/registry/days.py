"""Reads a day as people write it, in figures or words; never guesses which number is the month."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from outreach.registry.cells import read_day
from outreach.registry.states import fold
from outreach.text import shortened

YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})")
# Folded: 28 november 2026, november 28 2026, 28 de noviembre de 2026, lundi 1er juin 2026, june 1st 2026.
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|o)\b|\b(?:of|de|del|do) ")
WITH_WORDS = re.compile(r"(?:([^\W\d]+)\s)?(?:(\d{1,2})\s)?([^\W\d]+)\s(?:(\d{1,2})\s)?(\d{4})")
SERIAL = re.compile(r"\d{5}")
FIRST_DAY = date(1899, 12, 30)  # day 0 of Excel's calendar, as it counts from March 1900 on
FIRST_SERIAL, LAST_SERIAL = 20_000, 73_050  # 1954 to 2099
MONTH_LANGUAGES = ("en", "fr", "es", "de", "pt", "it", "nl")


def read_their_day(text: str, today: date, day_first: bool | None = None) -> str:
    """Give a day as 2026-11-28, from 28.11.2026, 28/11/2026, 2026-11-28, 28 November 2026 or Excel's 46354.

    `day_first` says what 3/4/2026 means. ValueError where nobody has said, for no day, and for one to come.
    """
    try:
        day = of_serial(text) or typed_day(text, day_first)
    except AmbiguousDayError as error:
        raise ValueError(f"{error}, or say --dates day-first or month-first") from None
    return read_day(day.isoformat() if day else text, today).isoformat()


def of_serial(text: str) -> date | None:
    """Read a day as Excel counts it, such as 46354; None where it is none."""
    is_serial = SERIAL.fullmatch(text) and FIRST_SERIAL <= int(text) <= LAST_SERIAL
    return FIRST_DAY + timedelta(int(text)) if is_serial else None


def day_or_text(text: str) -> str:
    """Give a day that somebody typed as 2026-11-28, any other text as it is; AmbiguousDayError for 3/4/2026."""
    day = typed_day(text)
    return day.isoformat() if day else text


def typed_day(text: str, day_first: bool | None = None) -> date | None:
    """Read a day, such as 2026-11-28, 28.11.2026 or 28 novembre 2026; None where it is none.

    `day_first` says what 3/4/2026 means; AmbiguousDayError where nobody has said.
    """
    text = text.strip()
    try:
        if found := YEAR_FIRST.fullmatch(text):
            return date(*map(int, found.groups()))
        if found := YEAR_LAST.fullmatch(text):
            return _year_last(text, int(found[1]), found[2], int(found[3]), int(found[4]), day_first)
        if found := WITH_WORDS.fullmatch(ORDINAL.sub("", fold(text))):
            weekday, one, word, other, year = found.groups()
            month = _names("months").get(word)
            if month and bool(one) != bool(other) and (not weekday or weekday in _names("days")):
                return date(int(year), month, int(one or other))
    except AmbiguousDayError:
        raise
    except ValueError:
        return None
    return None


class AmbiguousDayError(ValueError):
    """3/4/2026 is in April for most people, and in March for the others."""


def _year_last(text: str, one: int, sign: str, two: int, year: int, day_first: bool | None) -> date:
    if one > 12 or two > 12 or one == two:
        first = one > 12 or one == two
    elif sign == ".":
        first = True  # with points the day comes first wherever it is written so
    elif day_first is None:
        raise AmbiguousDayError(
            f"'{shortened(text)}' may be {date(year, two, one)} or {date(year, one, two)}: write it so"
        )
    else:
        first = day_first
    return date(year, two, one) if first else date(year, one, two)


@cache
def _names(what: str) -> Mapping[str, int]:
    """Give the folded name, whole or short, of each of the "months" or "days" of the week → its number."""
    from babel import Locale

    return {
        fold(name): number
        for language in MONTH_LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in getattr(Locale.parse(language), what)["format"][width].items()
    }
