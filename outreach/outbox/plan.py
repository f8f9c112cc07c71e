"""Who gets a letter, who does not, and why (DESIGN.md, section 6). Pure: files and database are read elsewhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.outbox.status import Status
from outreach.registry.model import Mission
from outreach.registry.selection import select

Round = Literal["first", "reminder", "thanks"]
STAND_IN_DOMAIN = "rehearsal.invalid"  # RFC 2606: never anybody's


class Reason(StrEnum):
    """Why a State is left out; the value is what people and scripts read."""

    STATE_CONCERNED = "State concerned"
    ALREADY_ASKED = "already asked"
    NO_CONSENT = "no consent for letters"
    EMBARGO = "embargo"
    PAST_DATE = "past the ask's date"
    NOT_ASKED_BEFORE = "no first letter sent"
    DID_NOT_RAISE = "did not raise the case"
    NO_ADDRESS = "no address"
    UNVERIFIED = "address never verified"
    SUPPRESSED = "suppressed"
    OVER_LIMIT = "over the limit"


# Nothing leaves this machine in a rehearsal, so these are only warnings there.
WARNINGS_IN_REHEARSAL = frozenset({Reason.PAST_DATE, Reason.NO_ADDRESS, Reason.UNVERIFIED})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outbox knows. `asked`: mission → status of this very letter; `first`: who got the first one."""

    asked: Mapping[str, Status] = field(default_factory=dict)
    first: frozenset[str] = frozenset()
    suppressed: Mapping[str, str] = field(default_factory=dict)  # address → why


@dataclass(frozen=True, slots=True)
class Wish:
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
class Planned:
    """One letter to be: `recipients` has To first, then Cc."""

    mission: Mission
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    state: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets a letter, who is left out, and (in a rehearsal) who would be left out in earnest."""

    letters: tuple[Planned, ...]
    excluded: tuple[Exclusion, ...]
    warnings: tuple[Exclusion, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Reason → how many States, in the order of Reason."""
        counts = Counter(exclusion.reason for exclusion in self.excluded)
        return {reason.value: counts[reason] for reason in Reason if counts[reason]}


def make_plan(campaign: Campaign, wish: Wish, facts: Facts, today: date) -> Plan:
    """Decide for every State of the selection; raises UsageError for a selection that makes no sense."""
    letters: list[Planned] = []
    excluded: list[Exclusion] = []
    warnings: list[Exclusion] = []
    raised = _raised(campaign, wish.case)
    for state in select(campaign.registry, wish.to, default_selection(wish, facts), tuple(campaign.cases)):
        mission = campaign.registry.missions.get(state)
        found = [
            Exclusion(state, reason, detail)
            for reason, detail in _objections(wish, facts, state, mission, today, raised)
        ]
        hard = [item for item in found if not (wish.rehearsal and mission and item.reason in WARNINGS_IN_REHEARSAL)]
        if hard or mission is None:
            excluded.append(hard[0])
        elif wish.limit is not None and len(letters) >= wish.limit:
            excluded.append(Exclusion(state, Reason.OVER_LIMIT))
        else:
            letters.append(Planned(mission, _recipients(mission, facts)))
            warnings += found
    return Plan(tuple(letters), tuple(excluded), tuple(warnings))


def default_selection(wish: Wish, facts: Facts) -> Sequence[str]:
    """Whom a round is for when nothing was typed: the ask's own selection, those asked before, those who raised it."""
    if wish.round == "thanks":
        return (f"raised:{wish.case.slug}",)
    if wish.round == "reminder":
        return sorted(facts.first)
    return wish.ask.to


def objection_to_waiting(campaign: Campaign, case: str, mission: str, today: date) -> str:
    """Why a letter that is queued may no longer leave, since the people concerned said so meanwhile; "" if it may.

    What was agreed to once (address, date) stands; consent, embargo and the State concerned hold at every moment.
    """
    known = campaign.cases.get(case)
    if known is None:
        return f"cases/{case}.md is not there any more"
    found = _for_the_people(known, mission, today)
    return f"{found[0][0].value}: {found[0][1]}" if found else ""


def _raised(campaign: Campaign, case: Case) -> frozenset[str]:
    return frozenset(act.state for act in campaign.registry.acts if act.kind == "raised" and act.case == case.slug)


def _objections(
    wish: Wish, facts: Facts, state: str, mission: Mission | None, today: date, raised: frozenset[str]
) -> list[tuple[Reason, str]]:
    """Everything that speaks against a letter to this State, the weightiest first."""
    return [
        *_for_the_people(wish.case, state, today),
        *_for_the_round(wish, facts, state, today, raised),
        *_for_the_address(wish, facts, mission),
    ]


def _for_the_people(case: Case, state: str, today: date) -> list[tuple[Reason, str]]:
    found = []
    if state == case.state_concerned:
        found.append((Reason.STATE_CONCERNED, "it is the one carrying out the reprisal"))
    if not case.consent.letters:
        found.append((Reason.NO_CONSENT, f"cases/{case.slug}.md"))
    if case.embargo and today < case.embargo:
        found.append((Reason.EMBARGO, f"until {case.embargo}"))
    return found


def _for_the_round(
    wish: Wish, facts: Facts, state: str, today: date, raised: frozenset[str]
) -> list[tuple[Reason, str]]:
    found = []
    if state in facts.asked:
        found.append((Reason.ALREADY_ASKED, facts.asked[state].value))
    if wish.round == "thanks":
        if state not in raised:
            found.append((Reason.DID_NOT_RAISE, "contacts/record.csv has no such act"))
        return found
    if wish.round == "reminder" and state not in facts.first:
        found.append((Reason.NOT_ASKED_BEFORE, ""))
    if today > wish.ask.date and not wish.after_deadline:
        found.append((Reason.PAST_DATE, f"{wish.ask.date}"))
    return found


def _for_the_address(wish: Wish, facts: Facts, mission: Mission | None) -> list[tuple[Reason, str]]:
    if mission is None:
        return [(Reason.NO_ADDRESS, "not in contacts/missions.csv")]
    if not mission.emails:
        return [(Reason.NO_ADDRESS, "blank in contacts/missions.csv")]
    found = []
    if mission.verified_on is None and not wish.include_unverified:
        found.append((Reason.UNVERIFIED, "verified_on is blank in contacts/missions.csv"))
    if not _open(mission, facts):
        found.append((Reason.SUPPRESSED, facts.suppressed[mission.emails[0].lower()]))
    return found


def _open(mission: Mission, facts: Facts) -> tuple[str, ...]:
    return tuple(address for address in mission.emails if address.lower() not in facts.suppressed)


def _recipients(mission: Mission, facts: Facts) -> tuple[str, ...]:
    """Its open addresses; in a rehearsal a mission without any gets a stand-in that can never be anybody's."""
    return _open(mission, facts) or (f"{mission.state.lower()}@{STAND_IN_DOMAIN}",)
