"""Says whether letters and posts about other cases may name a case: one rule, for the words and for the last gate."""

from datetime import date

from outreach.cases.model import Case


def why_not_to_mention(case: Case, today: date | None) -> str:
    """Say why nothing about another case may name this one on that day; blank where it may.

    `today` None is a day that nobody knows: then an embargo holds.
    """
    file = f"cases/{case.slug}.md"
    if case.stopped:
        return f"{file}: stopped since {case.stopped.on}"
    if not case.consent.mentions:
        return f"{file}: no consent to mentions"
    if case.embargo and (today is None or today < case.embargo):
        return f"{file}: embargo until {case.embargo}"
    if case.names_unknown:
        return f"{file}: relies on contacts/withheld.txt, which is not here"
    return ""
