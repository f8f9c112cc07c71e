"""Who gets a letter, who does not, and why (DESIGN.md, section 6), and what of all that is queued may still leave.

Pure: files and database are read elsewhere.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case, Round
from outreach.outbox.kind import MessageKind
from outreach.outbox.status import Status
from outreach.registry.model import Mission
from outreach.registry.selection import select
from outreach.settings.settings import Settings

STAND_IN_DOMAIN = "rehearsal.invalid"  # RFC 2606: never anybody's
RE = re.compile(r"\s*re\s*:", re.IGNORECASE)


class Reason(StrEnum):
    """Why a State is left out; the value is what people and scripts read."""

    STATE_CONCERNED = "State concerned"
    ALREADY_ASKED = "already asked"
    NO_CONSENT = "no consent for letters"
    EMBARGO = "embargo"
    PAST_DATE = "past the ask's date"
    NOT_ASKED_BEFORE = "no first letter sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    BOUNCED = "came back"
    TOO_SOON = "asked too recently"
    DID_NOT_RAISE = "did not raise the case"
    NO_ADDRESS = "no address"
    UNVERIFIED = "address never verified"
    SUPPRESSED = "suppressed"
    OVER_LIMIT = "over the limit"
    GONE = "its case or ask is not there any more"
    # Of posts alone:
    ALREADY_POSTED = "already posted"
    NO_CONSENT_FOR_POSTS = "no consent for posts"
    NO_TEXT = "no text"
    NO_HANDLE = "no handle"
    NO_POST_BEFORE = "the post before it"


# Nothing leaves this machine in a rehearsal, so these are only warnings there.
WARNINGS_IN_REHEARSAL = frozenset({Reason.PAST_DATE, Reason.TOO_SOON, Reason.NO_ADDRESS, Reason.UNVERIFIED})


Objection = tuple[Reason, str]  # with a detail for people
AnswerObjections = Mapping[tuple[str, str, str], Objection]  # (ask, case, mission) → that it answered, or declined


@dataclass(frozen=True, slots=True)
class FirstLetter:
    """The first letter of an ask, for the reminder that follows it: when a server took it, and how to thread onto it.

    `came_back` names the letter when it did; blank when it did not.
    """

    sent_on: date
    message_id: str
    subject: str = ""
    came_back: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outbox and the inbox know.

    `asked`: mission → status of this very letter; `first`: who got the first one; `answered`: who answered it.
    """

    asked: Mapping[str, Status] = field(default_factory=dict)
    first: Mapping[str, FirstLetter] = field(default_factory=dict)
    suppressed: Mapping[str, str] = field(default_factory=dict)  # address → why
    answered: Mapping[str, Objection] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """What was typed: whom, which round, and which exclusions to lift."""

    case: Case
    ask: Ask
    round: Round = "first"
    to: tuple[str, ...] = ()
    limit: int | None = None
    rehearsal: bool = True
    include_unverified: bool = False
    after_deadline: bool = False


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter to be: `recipients` has To first, then Cc.

    A reminder answers the first letter's Message-ID, under its subject; elsewhere `subject` is blank: the template's.
    """

    mission: Mission
    recipients: tuple[str, ...]
    in_reply_to: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
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
        """Reason → how many States, in the order of Reason."""
        counts = Counter(exclusion.reason for exclusion in self.excluded)
        return {reason.value: counts[reason] for reason in Reason if counts[reason]}


def make_plan(campaign: Campaign, request: LetterRequest, facts: Facts, today: date) -> Plan:
    """Decide for every State of the selection; raises UsageError for a selection that makes no sense."""
    letters: list[PlannedLetter] = []
    excluded: list[Exclusion] = []
    warnings: list[Exclusion] = []
    judge = _Judge(campaign, request, facts, today)
    for state in select(campaign.registry, request.to, default_selection(request, facts), tuple(campaign.cases)):
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
    return Plan(tuple(letters), tuple(excluded), tuple(warnings))


def default_selection(request: LetterRequest, facts: Facts) -> Sequence[str]:
    """Whom a round is for when nothing was typed: the ask's own selection, those asked before, those who raised it."""
    if request.round == "thanks":
        return (f"raised:{request.case.slug}",)
    if request.round == "reminder":
        return sorted(facts.first)
    return request.ask.to


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A letter or post that is queued, as far as it matters for whether it may still leave.

    `news` is what came in since: for a reminder, that the mission answered, or that the first letter came back; for a
    part of a thread, that the one before it will not be out. `dated` is whether the ask's date matters to it at all.
    """

    kind: MessageKind
    case: str
    ask: str
    round: str
    mission: str
    recipients: tuple[str, ...]
    queued_on: date
    news: tuple[Objection, ...] = ()
    dated: bool = True


def objections_to_waiting(
    campaign: Campaign, letter: QueuedMessage, suppressed: Mapping[str, str], today: date
) -> list[Objection]:
    """Everything because of which a letter that is queued may no longer leave, the weightiest first.

    Consent, embargo, the State concerned and suppressed addresses hold at every moment. The ask's date holds for what
    was queued in time; whoever queued it later knew.
    """
    case, ask = campaign.cases.get(letter.case), campaign.asks.get(letter.ask)
    if case is None or ask is None:
        return [(Reason.GONE, letter.case if case is None else letter.ask)]
    found = for_the_people(case, letter.mission, today, posts=letter.kind is MessageKind.POST)
    closed = closed_addresses(campaign, case, suppressed)
    shut = [closed[address.lower()] for address in letter.recipients if address.lower() in closed]
    if shut:
        found.append((Reason.SUPPRESSED, shut[0]))
    found += letter.news
    if letter.round != "thanks" and letter.dated and letter.queued_on <= ask.date < today:
        found.append((Reason.PAST_DATE, f"{ask.date}"))
    return found


def closed_addresses(campaign: Campaign, case: Case, suppressed: Mapping[str, str]) -> dict[str, str]:
    """Address (lower case) → why it is not written to about this case: suppressed, or the State concerned's own."""
    concerned = campaign.registry.missions.get(case.state_concerned)
    theirs = {email.lower(): "the State concerned's own address" for email in concerned.emails} if concerned else {}
    return {**suppressed, **theirs}


def planned_letter(mission: Mission, request: LetterRequest, facts: Facts) -> PlannedLetter:
    """The letter to a mission: to its open addresses; one that has none gets a stand-in that can never be anybody's."""
    recipients = _open(mission, facts) or (f"{mission.state.lower()}@{STAND_IN_DOMAIN}",)
    first = facts.first.get(mission.state) if request.round == "reminder" else None
    if first is None:
        return PlannedLetter(mission, recipients)
    return PlannedLetter(mission, recipients, first.message_id, following(first.subject))


def following(subject: str) -> str:
    """The subject of a letter that follows one with this subject (RFC 5322, section 3.6.5)."""
    return subject if not subject or RE.match(subject) else f"Re: {subject}"


class _Judge:
    """Says of a State everything that speaks against writing to it, the weightiest first."""

    def __init__(self, campaign: Campaign, request: LetterRequest, facts: Facts, today: date) -> None:
        self._request = request
        self._facts = facts
        self._today = today
        self._raised = campaign.registry.who_raised(request.case.slug, request.ask.date)
        self._settings = campaign.settings

    def objections(self, state: str, mission: Mission | None) -> list[Objection]:
        return [
            *for_the_people(self._request.case, state, self._today),
            *self._already_asked(state),
            *self._for_the_round(state),
            *_for_the_address(self._request, self._facts, mission),
        ]

    def _already_asked(self, state: str) -> list[Objection]:
        status = self._facts.asked.get(state)
        return [(Reason.ALREADY_ASKED, status.value)] if status else []

    def _for_the_round(self, state: str) -> list[Objection]:
        if self._request.round == "thanks":
            return (
                []
                if state in self._raised
                else [(Reason.DID_NOT_RAISE, f"no such act since {self._request.ask.date} in contacts/record.csv")]
            )
        found = self._for_a_reminder(state) if self._request.round == "reminder" else []
        if self._today > self._request.ask.date and not self._request.after_deadline:
            found.append((Reason.PAST_DATE, f"{self._request.ask.date}"))
        return found

    def _for_a_reminder(self, state: str) -> list[Objection]:
        first = self._facts.first.get(state)
        if first is None:
            return [(Reason.NOT_ASKED_BEFORE, "")]
        found = [self._facts.answered[state]] if state in self._facts.answered else []
        if first.came_back:
            found.append((Reason.BOUNCED, first.came_back))
        if self._today < reminder_day(first.sent_on, self._settings):
            found.append((Reason.TOO_SOON, f"[reminder] after_days = {self._settings.reminder.after_days}"))
        return found


def reminder_day(sent_on: date, settings: Settings) -> date:
    """The first day on which a reminder may follow a first letter that left on `sent_on`."""
    return sent_on + timedelta(days=settings.reminder.after_days)


def for_the_people(case: Case, state: str, today: date, *, posts: bool = False) -> list[Objection]:
    """What protects the people of a case: nothing to the State concerned, consent, the embargo."""
    found = []
    if state == case.state_concerned:
        found.append((Reason.STATE_CONCERNED, "it is the one carrying out the reprisal"))
    if not (case.consent.posts if posts else case.consent.letters):
        found.append((Reason.NO_CONSENT_FOR_POSTS if posts else Reason.NO_CONSENT, f"cases/{case.slug}.md"))
    if case.embargo and today < case.embargo:
        found.append((Reason.EMBARGO, f"until {case.embargo}"))
    return found


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
