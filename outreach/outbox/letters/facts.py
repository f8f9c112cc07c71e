"""What the plan of letters must know: who was asked already, who got the first letter, and who answered."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.outbox.gate.objections import AnswerObjections, came_back, closed_addresses
from outreach.outbox.letters.plan import Facts, FirstLetter, LetterRequest
from outreach.outbox.models import Scope
from outreach.outbox.queue import entries, entries_asking, never_left
from outreach.outbox.status import ASKED
from outreach.rendering.letters.letter import template_name
from outreach.rendering.letters.sections import story_problems
from outreach.text import local_day


def read_facts(
    connection: Connection,
    campaign: Campaign,
    request: LetterRequest,
    channel: str,
    *,
    answered: AnswerObjections,
    suppressed: Mapping[str, str],
) -> Facts:
    """Read what the plan of one letter of one ask must know. A message that exists at all counts as asked (rule 1).

    `answered` is what the inbox of the same outbox says, `suppressed` address (lower case) → why it is not written to.
    """
    zone = campaign.settings.timezone
    there = entries_asking(connection, request.ask.id, request.case.slug, request.round)
    asked = {entry.key.mission: entry.status for entry in there}
    first = _first(connection, request, channel, zone) if request.round != "first" else {}
    kept = never_left(connection, there)
    withdrawn = {entry.key.mission: entry.id for entry in there if entry.id in kept}
    closed = closed_addresses(campaign, request.case, suppressed)
    theirs = {
        mission: objection
        for (ask, case, mission), objection in answered.items()
        if (ask, case) == (request.ask.id, request.case.slug)
    }
    return Facts(asked, first, closed, theirs, withdrawn, untold(campaign, request))


def untold(campaign: Campaign, request: LetterRequest) -> dict[str, str]:
    """Say of each language in which nobody can write this letter why: what the case lacks, where it has no own text."""
    case, found = request.case, dict[str, str]()
    for language in campaign.settings.campaign.languages if request.round == "first" else ():
        shared = template_name(campaign.templates, case.slug, "first", language) == f"first.{language}.md"
        if shared and (problems := story_problems(case, language)):
            found[language] = "; ".join(str(problem) for problem in problems)
    return found


def _first(connection: Connection, request: LetterRequest, channel: str, zone: ZoneInfo) -> dict[str, FirstLetter]:
    """Read the first letters that a server took, by mission, with the day on which it did."""
    found = entries(connection, Scope(request.case.slug, request.ask.id, "first", channel), statuses=ASKED)
    return {
        entry.key.mission: FirstLetter(
            local_day(entry.taken_at, zone), entry.message_id, entry.subject, came_back(entry)
        )
        for entry in found
        if entry.taken_at
    }
