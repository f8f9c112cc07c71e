"""What the plan of letters must know: who was asked already, who got the first letter, and who answered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.cases.model import Case
from outreach.outbox.gate.objections import AnswerObjections, came_back, closed_addresses
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.listing import Line, lines
from outreach.outbox.letters.plan import Facts, FirstLetter, LetterRequest
from outreach.outbox.models import Scope, cases_of
from outreach.outbox.queue import entries, entries_asking
from outreach.outbox.status import ASKED, HELD, WAITING, Status
from outreach.rendering.letters.names import template_name
from outreach.rendering.letters.sections import story_problems
from outreach.rendering.letters.several import brief_problems, several_text
from outreach.text import local_day

# A letter that the mission has, or will have as far as anybody knows.
COMES = frozenset((ASKED - {Status.BOUNCED}) | WAITING | HELD | {Status.UNCONFIRMED})


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
    first, *others = (
        _of_case(connection, campaign, request, case, channel, answered, suppressed) for case in request.cases
    )
    about = {case.slug: facts for case, facts in zip(request.others, others, strict=True)}
    keys = dict[str, frozenset[str]]()
    for facts in (first, *others):
        for mission, theirs in facts.withdrawn.items():
            keys[mission] = keys.get(mission, frozenset()) | theirs
    recent = recent_letters(connection, campaign) if request.round != "thanks" else {}
    return replace(first, withdrawn=keys, recent=recent, others=about)


def _of_case(
    connection: Connection,
    campaign: Campaign,
    request: LetterRequest,
    case: Case,
    channel: str,
    answered: AnswerObjections,
    suppressed: Mapping[str, str],
) -> Facts:
    zone = campaign.settings.timezone
    there, gone = entries_asking(connection, request.ask.id, case.slug, request.round)
    asked = {entry.key.mission: entry.status for entry in there}
    withdrawn = dict[str, frozenset[str]]()
    for entry in gone:
        withdrawn[entry.key.mission] = withdrawn.get(entry.key.mission, frozenset()) | {entry.key.case}
    first = _first(connection, request.ask.id, case.slug, channel, zone) if request.round != "first" else {}
    theirs = {
        mission: objection
        for (ask, about, mission), objection in answered.items()
        if (ask, about) == (request.ask.id, case.slug)
    }
    closed = closed_addresses(campaign, case, suppressed)
    return Facts(asked, first, closed, theirs, withdrawn, untold(campaign, request, case))


def recent_letters(connection: Connection, campaign: Campaign) -> dict[str, str]:
    """Say which letter of ours each mission got in the last `[letters] spacing_days`, or will get.

    Letters of all asks and cases count: those that a server took, that waits, or of which nobody knows whether they
    left. None that came back; and no thanks, which ask nothing.
    """
    settings, today = campaign.settings, campaign.today()
    days = settings.letters.spacing_days
    if not days:
        return {}
    newest = dict[str, Line]()
    for line in lines(connection, Scope(kind=MessageKind.LETTER)):
        taken = local_day(line.taken_at, settings.timezone) if line.taken_at else today
        comes = line.round != "thanks" and line.status in COMES and today - taken < timedelta(days=days)
        if comes and (line.mission not in newest or line.id > newest[line.mission].id):
            newest[line.mission] = line
    return {mission: _recent(line, settings.timezone) for mission, line in newest.items()}


def _recent(line: Line, zone: ZoneInfo) -> str:
    when = f"on {local_day(line.taken_at, zone)}" if line.taken_at else Status(line.status).value
    return f"letter {line.id}, about {', '.join(cases_of(line.together or line.case))}, {when}"


def untold(campaign: Campaign, request: LetterRequest, case: Case) -> dict[str, str]:
    """Say of each language in which nobody can write this letter why: what the case lacks, where it has no own text."""
    found = dict[str, str]()
    if request.others:
        return _untold_among_several(campaign, request, case)
    for language in campaign.settings.campaign.languages if request.round == "first" else ():
        shared = template_name(campaign.templates, case.slug, "first", language) == f"first.{language}.md"
        if shared and (problems := story_problems(case, language)):
            found[language] = "; ".join(str(problem) for problem in problems)
    return found


def _untold_among_several(campaign: Campaign, request: LetterRequest, case: Case) -> dict[str, str]:
    found = dict[str, str]()
    for language in campaign.settings.campaign.languages:
        problems = brief_problems(case, language) if request.round == "first" else []
        if problems:
            found[language] = "; ".join(map(str, problems))
        elif not several_text(request.ask, language):
            found[language] = f"outreach.toml has no text_several.{language} in the ask {request.ask.id}"
    return found


def _first(connection: Connection, ask: str, case: str, channel: str, zone: ZoneInfo) -> dict[str, FirstLetter]:
    """Read the first letters for a case that a server took, by mission, with the day on which it did."""
    found = entries(connection, Scope(case, ask, "first", channel), statuses=ASKED)
    return {
        entry.key.mission: FirstLetter(
            local_day(entry.taken_at, zone), entry.message_id, entry.subject, came_back(entry)
        )
        for entry in found
        if entry.taken_at
    }
