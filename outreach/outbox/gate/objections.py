"""What may speak against a message, and what does against one that is queued (DESIGN.md, sections 4 and 6).

Pure: files and database are read elsewhere.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.cases.files.folding import folded
from outreach.cases.mentions import why_not_to_mention
from outreach.cases.model import Ask, Case, Use
from outreach.cases.naming import NamedCase, Naming
from outreach.outbox.gate.wording import wording
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Entry, cases_of
from outreach.outbox.status import Status
from outreach.registry.addresses.disguises import mailbox
from outreach.registry.cells import ISO_DAY
from outreach.text import listed

# A post of this name asks for something on the ask's date, and comes too late after it: ask, ask-mission, …
ASKING = re.compile(r"ask(-|$)")
# Domains of countries that say nothing about a State: sold to everybody, or of the city of the missions (ch).
USED_BY_ANYBODY = frozenset(
    ["ag", "bz", "cc", "ch", "co", "fm", "la", "ly", "me", "mn", "sc", "st", "to", "tv", "vc", "ws"]
)
# Columns of contacts/ that say what is a State's own, for letters and for posts; None is a whole row.
EMAIL: frozenset[str | None] = frozenset({"email"})
HANDLES: frozenset[str | None] = frozenset({"x", "bluesky", "mastodon", None})


class Reason(StrEnum):
    """Why a State is left out; the value is what people and scripts read."""

    STATE_CONCERNED = "State concerned"
    ALREADY_ASKED = "already asked"
    WITHDRAWN = "withdrawn before it left"
    NOT_TO = "kept from this State"
    STOPPED = "the case is stopped"
    UNFINISHED = "the case is not finished"
    NO_CONSENT = "no consent for letters"
    NO_CONSENT_OF_PERSON = "no consent of somebody it names"
    NO_LONGER_NAMED = "names somebody taken out of the case"
    OTHER_CASE = "another case that it names"
    WITHHELD = "a withheld name"
    NAMES_UNKNOWN = "withheld names not here"
    EMBARGO = "embargo"
    UNCHECKED = "facts not checked lately"
    PAST_DATE = "past the ask's date"
    OTHER_DAY = "the ask has other days now"
    NOT_ASKED_BEFORE = "no first letter sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    UNREAD = "unread"
    BOUNCED = "came back"
    TOO_SOON = "asked too recently"
    RECENT = "got a letter of ours lately"
    RAISED = "raised the case already"
    NOT_NAMED = "not named as raising it"
    BROKEN_ROW = "its row cannot be read"
    CLOSED_ROW = "the row of a State that it is kept from cannot be read"
    NO_ADDRESS = "no address"
    UNWRITABLE = "address that mail cannot carry"
    UNTRANSLATED = "not written in its language"
    UNVERIFIED = "address never verified"
    SUPPRESSED = "suppressed"
    OVER_LIMIT = "over the limit"
    # Of digests alone:
    DIGEST_TOO_SOON = "too soon"
    TOO_FEW = "too few"
    QUOTE_CHANGED = "a quoted voice changed"
    NOT_APPROVED = "not approved"
    GONE = "its case or ask is not there any more"
    # Of posts alone:
    ALREADY_POSTED = "already posted"
    NO_CONSENT_FOR_POSTS = "no consent for posts"
    NO_TEXT = "no text"
    NO_HANDLE = "no handle"
    NO_POST_BEFORE = "the post before it"


Objection = tuple[Reason, str]  # with a detail for people
AnswerObjections = Mapping[tuple[str, str, str], Objection]  # (ask, case, mission) → answered, declined, unread


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A letter or post that is queued, as far as it matters for whether it may still leave.

    `case` is that of its key: a letter may ask for several.
    `news` is what came in since: for a reminder, that the mission answered or may have answered, or that the first
    letter came back; for a part of a thread, that the one before it will not be out; for a digest, that nobody approved
    it, or that a voice that it quotes was taken back. `dated` is whether the ask's date
    matters to it at all. `earnest`: it would leave this machine.
    `names` are the cases that it names; `withheld` says where a withheld name is listed that stands in its text.
    `asked_for` are the ask's days when it was written; blank where nobody knows.
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
    names: tuple[NamedCase, ...] = ()
    withheld: str = ""
    asked_for: str = ""


def objections_to_waiting(
    campaign: Campaign, letter: QueuedMessage, suppressed: Mapping[str, str], today: date
) -> list[Objection]:
    """Give every reason why a queued message may no longer leave, the weightiest first.

    Consent, embargo, the State concerned and suppressed addresses hold at every moment. The ask's date holds for what
    was queued in time; whoever queued it later knew.
    """
    slugs, ask = cases_of(letter.case), campaign.asks.get(letter.ask)
    gone = [slug for slug in slugs if slug not in campaign.cases]
    if gone or ask is None:
        return [(Reason.GONE, gone[0] if gone else letter.ask)]
    cases = [campaign.cases[slug] for slug in slugs]

    def each(judge: Callable[[Case], list[Objection]]) -> list[Objection]:
        """Give what a rule finds about each case; where there are several, the detail says about which."""
        found = [(case, objection) for case in cases for objection in judge(case)]
        return [(reason, _about(case, detail) if len(cases) > 1 else detail) for case, (reason, detail) in found]

    posts = letter.kind is MessageKind.POST
    found = each(lambda case: for_the_people(case, letter.mission, today, posts=posts))
    found += for_what_is_named(campaign, letter.names, letter.mission, today, posts=posts)
    found += _for_mentions_at(campaign, letter.names, letter.recipients)
    if letter.withheld:
        found.append((Reason.WITHHELD, letter.withheld))
    found += each(lambda case: for_unreadable_rows(campaign, case, letter.mission, posts=posts))
    found += each(lambda case: _for_the_addresses(campaign, case, suppressed, letter.recipients))
    if letter.earnest:
        found += each(lambda case: facts_unchecked(campaign, case, today))
        others = (campaign.cases.get(named.case) for named in letter.names if named.how is Naming.MENTIONED)
        found += [objection for other in others if other for objection in facts_unchecked(campaign, other, today)]
    found += letter.news
    if letter.round == "thanks":
        found += each(lambda case: _not_named(campaign, case, letter.mission))
    if letter.kind.to_mission and letter.round != "thanks":
        found += each(lambda case: raised_meanwhile(campaign, case, ask, letter.mission))
    if letter.round != "thanks" and letter.dated and letter.queued_on <= ask.last_day < today:
        found.append((Reason.PAST_DATE, f"{ask.last_day}"))
    if letter.round != "thanks" and letter.asked_for and letter.asked_for != ask.days:
        found.append((Reason.OTHER_DAY, f"it was written for {letter.asked_for}, and outreach.toml says {ask.days}"))
    return found


def _about(case: Case, detail: str) -> str:
    return detail if re.search(rf"(?<![a-z0-9-]){case.slug}(?![a-z0-9-])", detail) else f"{case.slug}: {detail}"


def _for_the_addresses(
    campaign: Campaign, case: Case, suppressed: Mapping[str, str], recipients: Iterable[str]
) -> list[Objection]:
    shut = [why for address in recipients if (why := why_closed(campaign, case, suppressed, address))]
    return [(Reason.SUPPRESSED, shut[0])] if shut else []


def _for_mentions_at(campaign: Campaign, names: Iterable[NamedCase], recipients: Iterable[str]) -> list[Objection]:
    """Give the other cases that a text names and that are closed to one of its addresses, whosever row that is in."""
    cases = [campaign.cases.get(named.case) for named in names if named.how is Naming.MENTIONED]
    found = ((case, why_closed(campaign, case, {}, address)) for case in cases if case for address in recipients)
    return [(Reason.OTHER_CASE, f"cases/{case.slug}.md: {why}") for case, why in found if why][:1]


def _not_named(campaign: Campaign, case: Case, state: str) -> list[Objection]:
    """Give that the record has no act to thank for any more; from which day on it counts the plan has asked."""
    acts = campaign.registry.acts
    if any(act.kind == "raised" and (act.state, act.case) == (state, case.slug) for act in acts):
        return []
    return [(Reason.NOT_NAMED, "the act was struck out of contacts/record.csv, or is not there any more")]


def raised_meanwhile(campaign: Campaign, case: Case, ask: Ask, state: str) -> list[Objection]:
    """Give that a State did what is asked since the ask's first day, where asking goes on for days: it gets thanks."""
    if not ask.until:
        return []
    registry = campaign.registry
    acts = (act for act in registry.acts if (act.state, act.kind, act.case) == (state, "raised", case.slug))
    days = [day for day in map(registry.when, acts) if ISO_DAY.fullmatch(day) and day >= ask.date.isoformat()]
    return [(Reason.RAISED, f"on {min(days)}, by contacts/record.csv")] if days else []


def for_the_people(case: Case, state: str, today: date, *, posts: bool = False) -> list[Objection]:
    """Give what protects the people of a case: no State it is closed to, consent, the embargo, whether it stopped.

    `state` is whom the message is for, by alpha-3; blank for a post to nobody.
    """
    file = f"cases/{case.slug}.md"
    found = []
    if state == case.state_concerned:
        found.append((Reason.STATE_CONCERNED, "the case is raised against it"))
    elif case.is_closed_to(state):
        found.append((Reason.NOT_TO, f"not_to in {file}"))
    if case.stopped:
        found.append((Reason.STOPPED, f"since {case.stopped.on}: {case.stopped.why}"))
    if case.unfinished:
        found.append((Reason.UNFINISHED, f"{file}: nothing under {listed(case.unfinished)}"))
    if not (case.consent.posts if posts else case.consent.letters):
        found.append((Reason.NO_CONSENT_FOR_POSTS if posts else Reason.NO_CONSENT, file))
    if case.names_unknown:
        found.append((Reason.NAMES_UNKNOWN, f"{file} relies on contacts/withheld.txt: get it from whoever has it"))
    if case.embargo and today < case.embargo:
        found.append((Reason.EMBARGO, f"until {case.embargo}"))
    return found


def for_unreadable_rows(campaign: Campaign, case: Case, state: str, *, posts: bool = False) -> list[Objection]:
    """Give the rows of contacts/ that cannot be read, as far as they say who may be written to.

    Those are the mission's own, and those of the States that the case is closed to: where addresses (of posts: handles)
    of these are not known, nobody notices that one stands in another mission's row.
    """
    if not state:  # a post to nobody
        return []
    registry, found = campaign.registry, list[Objection]()
    closed, columns = ((case.state_concerned,), HANDLES) if posts else ((case.state_concerned, *case.not_to), EMAIL)
    for code in closed:
        problems = registry.missions[code].problems if code in registry.missions else ()
        if lost := [problem for problem in problems if problem.column in columns]:
            found.append((Reason.CLOSED_ROW, f"{code}, so nobody can tell what is its own: {lost[0]}"))
    if mission := registry.missions.get(state):
        problems = mission.problems
    else:  # one of the rows that nobody can tell whose they are may be its own
        problems = tuple(problem for row in registry.unclaimed for problem in row.problems[:1])
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        found.append((Reason.BROKEN_ROW, f"{problems[0]}{more}"))
    return found


def facts_unchecked(campaign: Campaign, case: Case, today: date) -> list[Objection]:
    """Give that nobody has checked the facts of a case lately, if so. It matters only to what leaves in earnest."""
    unchecked = campaign.unchecked_facts(case, today)
    return [(Reason.UNCHECKED, f"{unchecked}")] if unchecked else []


def for_what_is_named(
    campaign: Campaign, names: Iterable[NamedCase], state: str, today: date, *, posts: bool = False
) -> list[Objection]:
    """Give what speaks against the other cases that a text names, and against the people of all of them."""
    found = list[Objection]()
    for named in names:
        case, file = campaign.cases.get(named.case), f"cases/{named.case}.md"
        mentioned = named.how is Naming.MENTIONED
        if case is None:
            found.append((Reason.GONE, named.case))
            continue
        if mentioned and case.is_closed_to(state):
            found.append((Reason.OTHER_CASE, f"{file}: nothing about it goes to {state}"))
        if mentioned and (why := why_not_to_mention(case, today)):
            found.append((Reason.OTHER_CASE, why))
        use: Use = "mentions" if mentioned else "posts" if posts else "letters"
        there = {folded(person.name): case.consent_of(person).covers(use) for person in case.people}
        gone = [person for person in named.people if folded(person) not in there]
        silent = [person for person in named.people if not there.get(folded(person), True)]
        if gone:
            found.append((Reason.NO_LONGER_NAMED, f"{file}: {listed(gone)}"))
        if silent and case.consent.covers(use):  # without that, the case itself has said so
            found.append((Reason.NO_CONSENT_OF_PERSON, f"{file}: {listed(silent)}"))
    return found


def for_a_draft(campaign: Campaign, draft: Draft, today: date) -> list[Objection]:
    """Give what speaks against the words of a message that is about to be queued."""
    posts = draft.key.kind is MessageKind.POST
    texts = (*wording(draft.content), *(each.text for each in draft.attachments)) if campaign.withheld else ()
    found = for_the_words(campaign, texts, draft.names, draft.key.mission, today, posts=posts)
    return [*found, *_for_mentions_at(campaign, draft.names, draft.recipients)]


def for_the_words(
    campaign: Campaign,
    texts: Iterable[str],
    names: Iterable[NamedCase],
    state: str,
    today: date,
    *,
    posts: bool = False,
) -> list[Objection]:
    """Give what speaks against words, whatever is said of the case itself: whom they name, and withheld names."""
    found = for_what_is_named(campaign, names, state, today, posts=posts)
    where = campaign.withheld.where_in(texts)
    return [*found, (Reason.WITHHELD, where)] if where else found


def closed_addresses(campaign: Campaign, case: Case, suppressed: Mapping[str, str]) -> dict[str, str]:
    """Give address (lower case) → why nothing about this case goes there, of all that are suppressed or registered."""
    known = {email.lower() for mission in campaign.registry.missions.values() for email in mission.known_emails}
    closed = {address: why_closed(campaign, case, suppressed, address) for address in known}
    return dict(suppressed) | {address: why for address, why in closed.items() if why}


def why_closed(campaign: Campaign, case: Case, suppressed: Mapping[str, str], address: str) -> str:
    """Say why nothing about this case goes to an address: suppressed, or a State's that it is closed to; blank if not.

    Neither a plus-tag nor full-width letters make it another address. One that stands in a row of which nobody can tell
    whose it is may be the State concerned's.
    """
    if why := suppressed.get(address.lower()) or suppressed.get(mailbox(address)):
        return why
    for row in campaign.registry.unclaimed:
        if mailbox(address) in map(mailbox, row.addresses):
            return f"it stands in contacts/missions.csv, row {row.row} too, and nobody can tell whose row that is"
    missions = campaign.registry.missions
    for state in (case.state_concerned, *case.not_to):
        theirs = missions[state].known_emails if state in missions else ()
        if mailbox(address) in map(mailbox, theirs):
            return "the State concerned's own address" if state == case.state_concerned else f"an address of {state}"
        if (end := address.rpartition(".")[2].casefold()) in _own_domains(campaign, state):
            return f"it ends with .{end}, as addresses of {state} do"
    return ""


def _own_domains(campaign: Campaign, state: str) -> frozenset[str]:
    """Give the top-level domains that belong to a State (ISO 3166-1 alpha-2), but for those that anybody uses."""
    known = campaign.registry.states.get(state)
    ends = {known.alpha2.lower()} | ({"uk"} if state == "GBR" else set()) if known else set()
    return frozenset(ends) - USED_BY_ANYBODY


def is_dated(part: str) -> bool:
    """Say whether a post, by its name or part in the outbox (ask-mission, ask.en, ask.en/2), can ever come too late."""
    return bool(ASKING.match(re.split(r"[./]", part, maxsplit=1)[0]))


def came_back(entry: Entry) -> str:
    """Say which letter came back, and why as far as known; blank when it did not."""
    if entry.status is not Status.BOUNCED:
        return ""
    return f"letter {entry.id}: {entry.detail}" if entry.detail else f"letter {entry.id}"
