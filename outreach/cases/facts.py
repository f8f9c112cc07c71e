"""Says whether anybody has checked the facts of a case lately; reads no files and no clock."""

from dataclasses import dataclass
from datetime import date, timedelta

from outreach.cases.model import Case

HISTORICAL = "historical: an example, not to be sent"


@dataclass(frozen=True, slots=True)
class UncheckedFacts:
    """That nobody has checked the facts of a case lately: since when, as precise as known, or "" for never."""

    case: str
    since: str
    to_come: bool = False  # the day that the file names is in the future: nobody can have checked them then

    def __str__(self) -> str:
        if self.to_come:
            return f"nobody can have checked the facts of {self.case} on {self.since}, which is still to come"
        return f"nobody has checked the facts of {self.case}{f' since {self.since}' if self.since else ''}"


def unchecked_facts(case: Case, days: int, today: date) -> UncheckedFacts | None:
    """Say that the facts were last checked more than `days` ago, or never; None where they are fresh.

    A month or a year counts from its first day.
    """
    if not case.checked_on:
        return UncheckedFacts(case.slug, "")
    year, month, day = (int(part) for part in f"{case.checked_on}-01-01".split("-")[:3])
    checked = date(year, month, day)
    if checked > today + timedelta(days=1):  # a colleague east of here may be a day ahead
        return UncheckedFacts(case.slug, case.checked_on, to_come=True)
    return UncheckedFacts(case.slug, case.checked_on) if today - checked > timedelta(days=days) else None
