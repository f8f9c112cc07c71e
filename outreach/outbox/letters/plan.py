"""Who gets a letter, about which cases, who does not, and why (DESIGN.md, section 6). Pure: reads nothing.

A letter may ask for several cases. What speaks against it is found case by case: it asks for those that nothing speaks
against, and a mission of which none is left gets no letter.
"""

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
from outreach.outbox.models import case_key
from outreach.outbox.status import Status
from outreach.registry.model import Mission
from outreach.registry.outcomes import NOT_NAMED, Outcomes, first_day
from outreach.registry.selection import select, takes_all
from outreach.rendering.letters.words import letter_language
from outreach.settings.settings import Settings

STAND_IN_DOMAIN = "rehearsal.invalid"  # RFC 2606: never anybody's
RE = re.compile(r"\s*re\s*:", re.IGNORECASE)

# Nothing leaves this machine in a rehearsal, so these are only warnings there.
WARNINGS_IN_REHEARSAL = frozenset(
    {Reason.PAST_DATE, Reason.TOO_SOON, Reason.RECENT, Reason.NO_ADDRESS, Reason.UNVERIFIED}
)
ORDER = {reason: number for number, reason in enumerate(Reason)}


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

    Of one case: `asked`: mission → status of the letter of this round that asks for it; `first`: who got the first one;
    `answered`: who answered it; `untold`: language → why nobody can write this letter in it from what the case says.
    Of the letter: `withdrawn`: mission → the cases, joined as in keys, of each letter of this round that was withdrawn
    before it left; `recent`: mission → which letter of ours it got lately.

    For a letter for several cases these are the facts of the first one, and `others` has those of the others by slug.
    """

    asked: Mapping[str, Status] = field(default_factory=dict)
    first: Mapping[str, FirstLetter] = field(default_factory=dict)
    suppressed: Mapping[str, str] = field(default_factory=dict)  # address → why
    answered: Mapping[str, Objection] = field(default_factory=dict)
    withdrawn: Mapping[str, frozenset[str]] = field(default_factory=dict)
    untold: Mapping[str, str] = field(default_factory=dict)
    recent: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, "Facts"] = field(default_factory=dict)

    def of(self, slug: str) -> "Facts":
        """Give the facts of a case."""
        return self.others.get(slug, self)


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """Letters as somebody asks for them: about which cases, to whom, which round, and which exclusions to lift.

    `case` is the first of the cases by their slugs, `others` are the others, as `find_cases` orders them.
    """

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
    although_recent: bool = False
    others: tuple[Case, ...] = ()

    @property
    def cases(self) -> tuple[Case, ...]:
        """Give all cases that a letter may ask for, by their slugs."""
        return (self.case, *self.others)

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(case.slug for case in self.cases)


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter to be: `recipients` has To first, then Cc. `cases` are those that it asks for; empty means the first.

    A reminder answers the first letter's Message-ID, under its subject. For other letters `subject` is blank: it is the
    template's. Thanks are for what the State did from `raised_since` on.
    """

    mission: Mission
    recipients: tuple[str, ...]
    in_reply_to: str = ""
    subject: str = ""
    raised_since: date | None = None
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A State that is left out, and why; `state` is blank for a row of which nobody can tell whose it is.

    Where `case` is given, the State gets a letter, and only this case is not in it.
    """

    state: str
    reason: Reason
    detail: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets a letter, who is left out, and (in a rehearsal) who would be left out in earnest.

    `without` has the cases that are not in the letter to a State, each with why.
    """

    letters: tuple[PlannedLetter, ...]
    excluded: tuple[Exclusion, ...]
    warnings: tuple[Exclusion, ...] = ()
    without: tuple[Exclusion, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Count the States left out by reason, in the order of Reason."""
        counts = Counter(exclusion.reason for exclusion in self.excluded)
        return {reason.value: counts[reason] for reason in Reason if counts[reason]}


def without_asked(facts: Facts) -> Facts:
    """Give what is known without who was written to already: for a letter that takes the place of one that is there."""
    others = {slug: without_asked(theirs) for slug, theirs in facts.others.items()}
    return replace(facts, asked={}, withdrawn={}, recent={}, others=others)


def make_plan(campaign: Campaign, request: LetterRequest, facts: Facts, today: date) -> Plan:
    """Decide for every State of the selection; raises UsageError for a selection that makes no sense."""
    letters: list[PlannedLetter] = []
    excluded: list[Exclusion] = []
    warnings: list[Exclusion] = []
    without: list[Exclusion] = []
    judges = [_Judge(campaign, request, case, facts.of(case.slug), today) for case in request.cases]
    default = default_selection(request, facts)
    for state in select(campaign.registry, request.to, default, tuple(campaign.cases)):
        mission = campaign.registry.missions.get(state)
        found = _Findings(request, state, mission, judges, facts)
        if mission is None or not found.cases or found.against:
            excluded.append(found.exclusion)
        elif request.limit is not None and len(letters) >= request.limit:
            excluded.append(Exclusion(state, Reason.OVER_LIMIT))
        else:
            letters.append(planned_letter(mission, request, facts, found.cases))
            warnings += found.warnings
            without += found.without
    if takes_all(campaign.registry, request.to, default):
        rows = campaign.registry.unclaimed
        excluded += [Exclusion("", Reason.BROKEN_ROW, str(problem)) for row in rows for problem in row.problems[:1]]
    return Plan(tuple(letters), tuple(excluded), tuple(warnings), tuple(without))


class _Findings:
    """What was found about one State: which cases its letter asks for, and what speaks against the others and it."""

    def __init__(
        self,
        request: LetterRequest,
        state: str,
        mission: Mission | None,
        judges: Sequence["_Judge"],
        facts: Facts,
    ) -> None:
        self._state, self._several = state, len(judges) > 1
        cases, without, warnings, shared = list[str](), list[Exclusion](), list[Exclusion](), None
        for judge in judges:
            slug, found = judge.case.slug, judge.objections(state, mission)
            hard = [item for item in found if not (mission and self._only_warns(request, item))]
            theirs = {address.lower() for address in _open(mission, facts.of(slug))} if mission else set[str]()
            if not hard and cases and theirs and shared and not theirs & shared:
                hard = [(Reason.SUPPRESSED, "no address of the mission is open for all of the letter's cases")]
            if hard:
                without.append(Exclusion(state, *hard[0], case=slug))
                continue
            cases.append(slug)
            shared = theirs if shared is None else shared & theirs
            warnings += [Exclusion(state, *item) for item in found]
        letter = [item for item in self._about_the_letter(request, cases, facts) if cases]
        self.cases, self.without = tuple(cases), without
        self.against = [item for item in letter if not self._only_warns(request, item)]
        self.warnings = list(dict.fromkeys([*warnings, *(Exclusion(state, *item) for item in letter)]))

    @property
    def exclusion(self) -> Exclusion:
        """Give why the State gets no letter: what most cases have; where they differ, the detail has it all."""
        if self.against:
            return Exclusion(self._state, *self.against[0])
        counts = Counter(item.reason for item in self.without)
        first = max(self.without, key=lambda item: (counts[item.reason], ORDER[item.reason]))
        if not self._several or len({item.reason for item in self.without}) == 1:
            details = dict.fromkeys(item.detail for item in self.without if item.detail)
            return Exclusion(self._state, first.reason, "; ".join(details))
        return Exclusion(self._state, first.reason, "; ".join(f"{item.case}: {worded(item)}" for item in self.without))

    def _about_the_letter(self, request: LetterRequest, cases: Sequence[str], facts: Facts) -> list[Objection]:
        found = list[Objection]()
        if case_key(cases) in facts.withdrawn.get(self._state, ()):
            found.append((Reason.WITHDRAWN, ""))
        if self._state in facts.recent and request.round != "thanks" and not request.although_recent:
            found.append((Reason.RECENT, facts.recent[self._state]))
        return found

    @staticmethod
    def _only_warns(request: LetterRequest, item: Objection) -> bool:
        return request.rehearsal and item[0] in WARNINGS_IN_REHEARSAL


def worded(item: Exclusion) -> str:
    """Say a reason with its detail."""
    return f"{item.reason.value} ({item.detail})" if item.detail else item.reason.value


def default_selection(request: LetterRequest, facts: Facts) -> Sequence[str]:
    """Give the default selection of a round: the ask's own, those asked before, or those who raised a case."""
    if request.round == "thanks":
        return tuple(f"raised:{slug}" for slug in request.slugs)
    if request.round == "reminder":
        return sorted({state for slug in request.slugs for state in facts.of(slug).first})
    return request.ask.to


def planned_letter(
    mission: Mission, request: LetterRequest, facts: Facts, cases: Sequence[str] | None = None
) -> PlannedLetter:
    """Plan the letter to a mission's open addresses; without any, to a stand-in that can never be anybody's.

    `cases` are those that it asks for; None: all of the request's that are not closed to the State.
    """
    state = mission.state
    if cases is None:
        cases = [case.slug for case in request.cases if not (request.others and case.is_closed_to(state))]
    about = tuple(cases)
    shut = {address for slug in about for address in facts.of(slug).suppressed}
    recipients = tuple(address for address in mission.emails if address.lower() not in shut)
    recipients = recipients or (f"{state.lower()}@{STAND_IN_DOMAIN}",)
    if request.round == "thanks":
        since = min(_counts_since(request, facts.of(slug), state) for slug in about)
        return PlannedLetter(mission, recipients, raised_since=since, cases=about)
    first = _followed(state, about, facts) if request.round == "reminder" else None
    if first is None:
        return PlannedLetter(mission, recipients, cases=about)
    return PlannedLetter(mission, recipients, first.message_id, following(first.subject), cases=about)


def _followed(state: str, cases: Sequence[str], facts: Facts) -> FirstLetter | None:
    """Choose the first letter that a reminder follows: that of most of its cases, of several the newest."""
    found = [first for slug in cases if (first := facts.of(slug).first.get(state))]
    counts = Counter(first.message_id for first in found)
    return max(found, key=lambda first: (counts[first.message_id], first.sent_on), default=None)


def _counts_since(request: LetterRequest, facts: Facts, state: str) -> date:
    """Give the day from which on the State is thanked for raising the case."""
    first = facts.first.get(state)
    return first_day(request.ask.date, first.sent_on if first else None) or request.ask.date


def following(subject: str) -> str:
    """Give the subject of a letter that follows one with this subject (RFC 5322, section 3.6.5)."""
    return subject if not subject or RE.match(subject) else f"Re: {subject}"


class _Judge:
    """Finds everything that speaks against asking a State for one case, the weightiest first."""

    def __init__(self, campaign: Campaign, request: LetterRequest, case: Case, facts: Facts, today: date) -> None:
        self.case = case
        self._request = request
        self._facts = facts
        self._day = request.goes_on or today
        self._outcomes = Outcomes(campaign.registry)
        self._campaign = campaign
        self._settings = campaign.settings
        self._unchecked = [] if request.rehearsal else facts_unchecked(campaign, case, today)

    def objections(self, state: str, mission: Mission | None) -> list[Objection]:
        return [
            *for_the_people(self.case, state, self._day),
            *self._unchecked,
            *self._already_asked(state),
            *self._untold(mission),
            *(broken := for_unreadable_rows(self._campaign, self.case, state)),
            *self._for_the_round(state),
            *([] if broken else _for_the_address(self._request, self._facts, mission)),
        ]

    def _already_asked(self, state: str) -> list[Objection]:
        if status := self._facts.asked.get(state):
            return [(Reason.ALREADY_ASKED, status.value)]
        if not self._request.others and self.case.slug in self._facts.withdrawn.get(state, ()):
            return [(Reason.WITHDRAWN, "")]
        return []

    def _untold(self, mission: Mission | None) -> list[Objection]:
        why = self._facts.untold.get(letter_language(mission, self._settings), "") if mission else ""
        return [(Reason.UNTRANSLATED, why)] if why else []

    def _for_the_round(self, state: str) -> list[Objection]:
        if self._request.round == "thanks":
            return self._for_thanks(state)
        found = self._for_a_reminder(state) if self._request.round == "reminder" else []
        found += raised_meanwhile(self._campaign, self.case, self._request.ask, state)
        if self._day > self._request.ask.last_day and not self._request.after_deadline:
            found.append((Reason.PAST_DATE, f"{self._request.ask.last_day}"))
        return found

    def _for_thanks(self, state: str) -> list[Objection]:
        """Thank for what a State did since it was asked; who is not in the record may have spoken all the same."""
        since = _counts_since(self._request, self._facts, state)
        if self._outcomes.acts(state, self.case.slug, since):
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
