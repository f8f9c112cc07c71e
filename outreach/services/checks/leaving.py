"""Says of each case what can leave of it today, whoever it would go to: facts of the case, and no faults."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.cases.facts import HISTORICAL
from outreach.cases.model import Case, Use
from outreach.text import listed

PUBLIC: tuple[Use, ...] = ("letters", "posts", "web")  # what is about the case itself


class Hindrance(StrEnum):
    """Why something about a case cannot leave."""

    STOPPED = "stopped"
    UNFINISHED = "unfinished"
    EMBARGO = "embargo"
    NO_CONSENT = "no consent"
    UNCHECKED = "unchecked"  # in earnest alone


@dataclass(frozen=True, slots=True)
class HeldCase:
    """That nothing of a case can leave, or, without consent, nothing of these `uses`; `detail` is in words.

    Withheld names that are not here hold a case, too: that is a fault, and told as one.
    """

    case: str
    file: str
    why: Hindrance
    detail: str = ""
    uses: tuple[Use, ...] = PUBLIC

    @property
    def altogether(self) -> bool:
        """Whether it holds every letter, in a rehearsal too."""
        return self.why is not Hindrance.UNCHECKED and "letters" in self.uses


def held_cases(campaign: Campaign, today: date) -> tuple[HeldCase, ...]:
    """List what holds each case back on that day, the weightiest first; nothing of a case that may leave in earnest."""
    return tuple(held for case in campaign.cases.values() for held in _held(campaign, case, today))


def _held(campaign: Campaign, case: Case, today: date) -> Iterator[HeldCase]:
    file = f"cases/{case.slug}.md"
    if case.stopped:
        yield HeldCase(case.slug, file, Hindrance.STOPPED, f"since {case.stopped.on}: {case.stopped.why}")
    if case.unfinished:
        sections = (f"{heading} (row {case.rows[heading]})" for heading in case.unfinished)
        yield HeldCase(case.slug, file, Hindrance.UNFINISHED, listed(sections))
    if case.embargo and today < case.embargo:
        yield HeldCase(case.slug, file, Hindrance.EMBARGO, f"{case.embargo}")
    if silent := tuple(use for use in PUBLIC if not case.consent.covers(use)):
        yield HeldCase(case.slug, file, Hindrance.NO_CONSENT, uses=silent)
    if unchecked := campaign.unchecked_facts(case, today):
        history = f"{HISTORICAL}; " if case.historical else ""
        yield HeldCase(case.slug, file, Hindrance.UNCHECKED, f"{history}{unchecked}")
