"""What may speak against a message, and what does against one that is queued (DESIGN.md, sections 4 and 6).

Pure: files and database are read elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.cases.model import Case
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry
from outreach.outbox.status import Status

# A post of this name asks for something on the ask's date, and comes too late after it: ask, ask-mission, …
ASKING = re.compile(r"ask(-|$)")


class Reason(StrEnum):
    """Why a State is left out; the value is what people and scripts read."""

    STATE_CONCERNED = "State concerned"
    ALREADY_ASKED = "already asked"
    NO_CONSENT = "no consent for letters"
    EMBARGO = "embargo"
    UNCHECKED = "facts not checked lately"
    PAST_DATE = "past the ask's date"
    NOT_ASKED_BEFORE = "no first letter sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    BOUNCED = "came back"
    TOO_SOON = "asked too recently"
    NOT_NAMED = "not named as raising it"
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


Objection = tuple[Reason, str]  # with a detail for people
AnswerObjections = Mapping[tuple[str, str, str], Objection]  # (ask, case, mission) → that it answered, or declined


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A letter or post that is queued, as far as it matters for whether it may still leave.

    `news` is what came in since: for a reminder, that the mission answered, or that the first letter came back; for a
    part of a thread, that the one before it will not be out. `dated` is whether the ask's date matters to it at all.
    `earnest`: it would leave this machine.
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
    earnest: bool = False


def objections_to_waiting(
    campaign: Campaign, letter: QueuedMessage, suppressed: Mapping[str, str], today: date
) -> list[Objection]:
    """Give every reason why a queued message may no longer leave, the weightiest first.

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
    if letter.earnest:
        found += facts_unchecked(campaign, case, today)
    found += letter.news
    if letter.round != "thanks" and letter.dated and letter.queued_on <= ask.date < today:
        found.append((Reason.PAST_DATE, f"{ask.date}"))
    return found


def for_the_people(case: Case, state: str, today: date, *, posts: bool = False) -> list[Objection]:
    """Give what protects the people of a case: nothing to the State concerned, consent, the embargo."""
    found = []
    if state == case.state_concerned:
        found.append((Reason.STATE_CONCERNED, "it is the one carrying out the reprisal"))
    if not (case.consent.posts if posts else case.consent.letters):
        found.append((Reason.NO_CONSENT_FOR_POSTS if posts else Reason.NO_CONSENT, f"cases/{case.slug}.md"))
    if case.embargo and today < case.embargo:
        found.append((Reason.EMBARGO, f"until {case.embargo}"))
    return found


def facts_unchecked(campaign: Campaign, case: Case, today: date) -> list[Objection]:
    """Give that nobody has checked the facts of a case lately, if so. It matters only to what leaves in earnest."""
    unchecked = campaign.unchecked_facts(case, today)
    return [(Reason.UNCHECKED, f"{unchecked}")] if unchecked else []


def closed_addresses(campaign: Campaign, case: Case, suppressed: Mapping[str, str]) -> dict[str, str]:
    """Give address (lower case) → why nothing about this case goes there: suppressed, or the State concerned's own."""
    concerned = campaign.registry.missions.get(case.state_concerned)
    known = concerned.known_emails if concerned else ()
    theirs = {email.lower(): "the State concerned's own address" for email in known}
    return {**suppressed, **theirs}


def is_dated(part: str) -> bool:
    """Say whether a post, by its name or part in the outbox (ask-mission, ask.en, ask.en/2), can ever come too late."""
    return bool(ASKING.match(re.split(r"[./]", part, maxsplit=1)[0]))


def came_back(entry: Entry) -> str:
    """Say which letter came back, and why as far as known; blank when it did not."""
    if entry.status is not Status.BOUNCED:
        return ""
    return f"letter {entry.id}: {entry.detail}" if entry.detail else f"letter {entry.id}"
