"""Says how the head of a mission may be greeted: by name and sex only while somebody checked them lately.

People change posts: what nobody looked at for a year is not said, and a sex is never guessed from a name.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.registry.model import Mission
from outreach.text import identifier

COLUMNS = ("ambassador", "ambassador_sex", "ambassador_checked_on")  # none of them has to be there
CHECKED_ON = COLUMNS[-1]
KNOWN_FOR = timedelta(days=366)
TITLE = re.compile(
    r"(?:H\.? ?E\.?|S\.? ?E\.?|Mrs?|Ms|Mme|Sra?|Excma?|Excmo|Amb|Dra?|M\.|Madame|Monsieur|Señora?|"
    r"(?:His|Her|Son) Excellency|Ambassad\w+|Embajador\w*)\.?(?=\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ambassador:
    """`name` and `sex` (f or m), "" where they are not known; `doubt`: why what the row has is not said."""

    name: str = ""
    sex: str = ""
    doubt: str = ""


def ambassador_of(mission: Mission, day: date) -> Ambassador:
    """Give what may be said on that day of who heads the mission."""
    said = {identifier(column): text for column, text in reversed(mission.extra) if text}
    name, sex, checked = (said.get(column, "") for column in COLUMNS)
    if not (name or sex):
        return Ambassador()
    doubt = _doubt(name, sex.lower(), checked, day)
    return Ambassador(doubt=doubt) if doubt else Ambassador(name, sex.lower())


def _doubt(name: str, sex: str, checked: str, day: date) -> str:
    if sex not in ("", "f", "m"):
        return f"ambassador_sex is '{sex}': write f or m"
    if title := TITLE.match(name):
        return f"the name begins with '{title[0]}': write it without a title"
    if not checked:
        return "nobody wrote in ambassador_checked_on when the name was checked"
    try:
        on = date.fromisoformat(checked)
    except ValueError:
        return f"ambassador_checked_on is '{checked}': write a day as 2026-11-30"
    if on > day + timedelta(days=1):  # in a time zone further east the next day has begun
        return f"ambassador_checked_on is {on}, which is still to come"
    return f"the name was checked on {on}, over a year ago" if day - on > KNOWN_FOR else ""
