"""Who gets a letter, who does not, and why (DESIGN.md, section 6). Pure: files and database are read elsewhere."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case, Round
from outreach.outbox.gate.objections import (
    Objection,
    Reason,
    facts_unchecked,
    for_the_people,
    for_unreadable_rows,
    raised_meanwhile,
)
from outreach.outbox.status import Status
from outreach.registry.model import Mission
from outreach.registry.outcomes import NOT_NAMED, Outcomes, first_day
from outreach.registry.selection import select, takes_all
from outreach.rendering.letters.words import letter_language
from outreach.settings.settings import Settings

STAND_IN_DOMAIN = "rehearsal.invalid"  # RFC 2606: never anybody's
RE = re.compile(r"\s*re\s*:", re.IGNORECASE)

# Nothing leaves this machine in a rehearsal, so these are only warnings there.
WARNINGS_IN_REHEARSAL = frozenset({Reason.PAST_DATE, Reason.TOO_SOON, Reason.NO_ADDRESS, Reason.UNVERIFIED})


@dataclass(frozen=True, slots=True)
class FirstLetter:
    """The first letter of an ask, for what follows it: when a server took it, and how a reminder threads onto it.

    `came_back` names the letter when it did; blank when it did not.
    """

    sent_on: date
    message_id: str
    subject: str = ""
    came_back: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outbox and the inbox know.

    `asked`: mission → status of this very letter; `first`: who got the first one; `answered`: who answered it;
    `withdrawn`: mission → id of this very letter, where it was withdrawn and nothing of it ever left;
    `untold`: language → why nobody can write this letter in it from what the case says.
    """

    asked: Mapping[str, Status] = field(default_factory=dict)
    first: Mapping[str, FirstLetter] = field(default_factory=dict)
    suppressed: Mapping[str, str] = field(default_factory=dict)  # address → why
    answered: Mapping[str, Objection] = field(default_factory=dict)
    withdrawn: Mapping[str, int] = field(default_factory=dict)
    untold: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """Letters as somebody asks for them: to whom, which round, and which exclusions to lift."""

    case: Case
    ask: Ask
    round: Round = "first"
    to: tuple[str, ...] = ()
    limit: int | None = None
    rehearsal: bool = True
    include_unverified: bool = False
    after_deadline: bool = False
    attach: tuple[Path, ...] = ()  # files that go with each letter, beside those of its cases
    goes_on: date | None = None  # the day that the letters wait for; None: they go at once
    notes: tuple[tuple[str, str], ...] = ()  # alpha-3 and the paragraph that somebody typed for its letter


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter to be: `recipients` has To first, then Cc.

    A reminder answers the first letter's Message-ID, under its subject. For other letters `subject` is blank: it is the
    template's. Thanks are for what the State did from `raised_since` on.
    """

    mission: Mission
    recipients: tuple[str, ...]
    in_reply_to: str = ""
    subject: str = ""
    raised_since: date | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A State that is left out, and why; `state` is blank for a row of which nobody can tell whose it is."""

    state: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets a letter, who is left out, and (in a rehearsal) who would be left out in earnest."""

    letters: tuple[PlannedLetter, ...]
    excluded: tuple[Exclusion, ...]
    warnings: tuple[Exclusion, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Count the States left out by reason, in the order of Reason."""
        counts = Counter(exclusion.reason for exclusion in self.excluded)
        return {reason.value: counts[reason] for reason in Reason if counts[reason]}


def without_asked(facts: Facts) -> Facts:
    """Give what is known without who was asked already: for a letter that takes the place of one that is there."""
    return replace(facts, asked={}, withdrawn={})


def make_plan(campaign: Campaign, request: LetterRequest, facts: Facts, today: date) -> Plan:
    """Decide for every State of the selection; raises UsageError for a selection that makes no sense."""
    letters: list[PlannedLetter] = []
    excluded: list[Exclusion] = []
    warnings: list[Exclusion] = []
    judge = _Judge(campaign, request, facts, today)
    default = default_selection(request, facts)
    for state in select(campaign.registry, request.to, default, tuple(campaign.cases)):
        mission = campaign.registry.missions.get(state)
        found = [Exclusion(state, reason, detail) for reason, detail in judge.objections(state, mission)]
        hard = [item for item in found if not (request.rehearsal and mission and item.reason in WARNINGS_IN_REHEARSAL)]
        if hard or mission is None:
            excluded.append(hard[0])
        elif request.limit is not None and len(letters) >= request.limit:
            excluded.append(Exclusion(state, Reason.OVER_LIMIT))
        else:
            letters.append(planned_letter(mission, request, facts))
            warnings += found
    if takes_all(campaign.registry, request.to, default):
        rows = campaign.registry.unclaimed
        excluded += [Exclusion("", Reason.BROKEN_ROW, str(problem)) for row in rows for problem in row.problems[:1]]
    return Plan(tuple(letters), tuple(excluded), tuple(warnings))


def default_selection(request: LetterRequest, facts: Facts) -> Sequence[str]:
    """Give the default selection of a round: the ask's own, those asked before, or those who raised the case."""
    if request.round == "thanks":
        return (f"raised:{request.case.slug}",)
    if request.round == "reminder":
        return sorted(facts.first)
    return request.ask.to


def planned_letter(mission: Mission, request: LetterRequest, facts: Facts) -> PlannedLetter:
    """Plan the letter to a mission's open addresses; without any, to a stand-in that can never be anybody's."""
    recipients = _open(mission, facts) or (f"{mission.state.lower()}@{STAND_IN_DOMAIN}",)
    if request.round == "thanks":
        return PlannedLetter(mission, recipients, raised_since=_counts_since(request, facts, mission.state))
    first = facts.first.get(mission.state) if request.round == "reminder" else None
    if first is None:
        return PlannedLetter(mission, recipients)
    return PlannedLetter(mission, recipients, first.message_id, following(first.subject))


def _counts_since(request: LetterRequest, facts: Facts, state: str) -> date:
    """Give the day from which on the State is thanked for raising the case."""
    first = facts.first.get(state)
    return first_day(request.ask.date, first.sent_on if first else None) or request.ask.date


def following(subject: str) -> str:
    """Give the subject of a letter that follows one with this subject (RFC 5322, section 3.6.5)."""
    return subject if not subject or RE.match(subject) else f"Re: {subject}"


class _Judge:
    """Finds everything that speaks against writing to a State, the weightiest first."""

    def __init__(self, campaign: Campaign, request: LetterRequest, facts: Facts, today: date) -> None:
        self._request = request
        self._facts = facts
        self._day = request.goes_on or today
        self._outcomes = Outcomes(campaign.registry)
        self._campaign = campaign
        self._settings = campaign.settings
        self._unchecked = [] if request.rehearsal else facts_unchecked(campaign, request.case, today)

    def objections(self, state: str, mission: Mission | None) -> list[Objection]:
        return [
            *for_the_people(self._request.case, state, self._day),
            *self._unchecked,
            *self._already_asked(state),
            *self._untold(mission),
            *(broken := for_unreadable_rows(self._campaign, self._request.case, state)),
            *self._for_the_round(state),
            *([] if broken else _for_the_address(self._request, self._facts, mission)),
        ]

    def _already_asked(self, state: str) -> list[Objection]:
        if state in self._facts.withdrawn:
            return [(Reason.WITHDRAWN, "")]
        status = self._facts.asked.get(state)
        return [(Reason.ALREADY_ASKED, status.value)] if status else []

    def _untold(self, mission: Mission | None) -> list[Objection]:
        why = self._facts.untold.get(letter_language(mission, self._settings), "") if mission else ""
        return [(Reason.UNTRANSLATED, why)] if why else []

    def _for_the_round(self, state: str) -> list[Objection]:
        if self._request.round == "thanks":
            return self._for_thanks(state)
        found = self._for_a_reminder(state) if self._request.round == "reminder" else []
        found += raised_meanwhile(self._campaign, self._request.case, self._request.ask, state)
        if self._day > self._request.ask.last_day and not self._request.after_deadline:
            found.append((Reason.PAST_DATE, f"{self._request.ask.last_day}"))
        return found

    def _for_thanks(self, state: str) -> list[Objection]:
        """Thank for what a State did since it was asked; who is not in the record may have spoken all the same."""
        since = _counts_since(self._request, self._facts, state)
        if self._outcomes.acts(state, self._request.case.slug, since):
            return []
        return [(Reason.NOT_NAMED, f"{NOT_NAMED}: no such act since {since} in contacts/record.csv")]

    def _for_a_reminder(self, state: str) -> list[Objection]:
        first = self._facts.first.get(state)
        if first is None:
            return [(Reason.NOT_ASKED_BEFORE, "")]
        found = [self._facts.answered[state]] if state in self._facts.answered else []
        if first.came_back:
            found.append((Reason.BOUNCED, first.came_back))
        if self._day < reminder_day(first.sent_on, self._settings):
            found.append((Reason.TOO_SOON, f"[reminder] after_days = {self._settings.reminder.after_days}"))
        return found


def reminder_day(sent_on: date, settings: Settings) -> date:
    """Give the first day on which a reminder may follow a first letter that left on `sent_on`."""
    return sent_on + timedelta(days=settings.reminder.after_days)


def _for_the_address(request: LetterRequest, facts: Facts, mission: Mission | None) -> list[Objection]:
    if mission is None:
        return [(Reason.NO_ADDRESS, "not in contacts/missions.csv")]
    if not mission.emails:
        return [(Reason.NO_ADDRESS, "blank in contacts/missions.csv")]
    found = []
    if mission.verified_on is None and not request.include_unverified:
        found.append((Reason.UNVERIFIED, "verified_on is blank in contacts/missions.csv"))
    if not _open(mission, facts):
        found.append((Reason.SUPPRESSED, facts.suppressed[mission.emails[0].lower()]))
    return found


def _open(mission: Mission, facts: Facts) -> tuple[str, ...]:
    return tuple(address for address in mission.emails if address.lower() not in facts.suppressed)
