"""The Human Rights Council: who sat on it in a year, a month or on a day, and of how many members that is known."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from outreach.errors import UsageError
from outreach.registry.model import Term
from outreach.text import shortened

SEATS = 47  # General Assembly resolution 60/251, operative paragraph 7
PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def members(terms: Sequence[Term], text: str) -> set[str]:
    """Give the States that were members at any time in `text`: 2022, 2022-09 or 2022-09-29. UsageError for another."""
    first, last = _period(terms, text)
    found = {term.state for term in terms if term.first <= last and first <= term.last}
    if not found:
        raise UsageError(f"'hrc:{shortened(text)}': no member is known; {_known(terms)}")
    return found


def gap(terms: Sequence[Term], text: str) -> str:
    """Say of how many members that is, where it is not all: "32 of 47 members of 2027 are known"; else "".

    A year is whole when on one of its days all seats are known to be taken. A seat that stands empty is no gap, as
    Russia's was after its suspension in April 2022, and the United States' after it left in June 2018.
    """
    year = _period(terms, text)[0].year
    starts = {date(year, 1, 1), *(term.first for term in terms if term.first.year == year)}
    most = max(sum(term.first <= day <= term.last for term in terms) for day in starts)
    return "" if most >= SEATS else f"{len(members(terms, text))} of {SEATS} members of {text.strip()} are known"


def _period(terms: Sequence[Term], text: str) -> tuple[date, date]:
    """Give the first and the last day that the text means."""
    found = PERIOD.fullmatch(text.strip())
    try:
        if found and found[3]:
            day = date.fromisoformat(found[0])
            return day, day
        if found and found[2]:
            first = date.fromisoformat(f"{found[0]}-01")
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if found:
            return date.fromisoformat(f"{found[0]}-01-01"), date.fromisoformat(f"{found[0]}-12-31")
    except (ValueError, OverflowError):
        pass
    wrong = f"'hrc:{shortened(text)}' is no year, month or day"
    raise UsageError(f"{wrong}; write hrc:2022, hrc:2022-09 or hrc:2022-09-29; {_known(terms)}")


def _known(terms: Sequence[Term]) -> str:
    whole = [year for year in sorted({term.first.year for term in terms}) if not gap(terms, str(year))]
    return f"all members are known for {whole[0]} to {whole[-1]}" if whole else "no term is known"
