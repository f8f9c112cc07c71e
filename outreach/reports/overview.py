"""Reads how the campaign stands at one moment: request by request, State by State, and in total. Words nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.inbox.desk.answers import Answer, AnswerKey, Correspondence, correspondence
from outreach.inbox.desk.items import AsOf
from outreach.inbox.desk.tasks import Tasks, read_tasks
from outreach.inbox.kinds import Stance
from outreach.inbox.matching.authentication import SenderCheck
from outreach.outbox.gate.gate import Gate, Held
from outreach.outbox.ledger import refused_addresses
from outreach.outbox.letters.listing import Asking, DigestLine, askings, counted_once, digest_lines
from outreach.outbox.models import Scope
from outreach.outbox.posts.listing import PostLine, post_lines
from outreach.outbox.queue import planned_times
from outreach.outbox.schedule import letter_rules, next_slot
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.registry.outcomes import Coverage, Outcome, Raising, raisings
from outreach.reports.progress import AskOutcomes, Reach, reach_of, shows_arrival, state_name
from outreach.reports.reminders import reminders_due

NO_STANCE = "no stance yet"  # of an answer of which nobody has said what it means


class AskedState(NamedTuple):
    """One State, case and ask: its letters, how far they came, what it answered, and what it did by the record.

    `unread` are the ids of its mail that nobody has read, `unverified` those of them whose sender is not verified.
    """

    asking: Asking
    reach: Reach
    answer: Answer | None
    outcome: Outcome
    unread: tuple[int, ...] = ()
    unverified: frozenset[int] = frozenset()

    @property
    def silent(self) -> bool:
        """Say whether nothing came that is an answer or may be one."""
        return not (self.answer or self.unread)


@dataclass(frozen=True, slots=True)
class Overview:
    """What was written to whom, what came of it, and what waits; `at` is when that was so.

    `requests` come in the order of State, case and ask, and are of letters: posts ask no State. `letters` counts
    letters by status; `digests` ask in supporters' name, and no State counts as asked by them. `coverage` says how many
    of those who raised cases the record knows. `held` are the messages that wait and may not leave, `planned` the times
    to come that a person gave letters, and `quiet_until` is when letters may leave again, None where it is not quiet.
    `reminders_due` counts by (case, ask) the reminders that the plan would send now. `refused_addresses` are (letter,
    mission, address) that a server did not take, though it took others of the letter. `voices_waiting` are supporters'
    voices that no person has decided about.
    """

    campaign: Campaign
    rehearsal: bool
    at: datetime
    requests: tuple[AskedState, ...]
    letters: Counter[Status]
    posts: tuple[PostLine, ...]
    coverage: tuple[Coverage, ...]
    tasks: Tasks
    held: tuple[Held, ...]
    planned: tuple[datetime, ...]
    quiet_until: datetime | None
    reminders_due: Counter[tuple[str, str]]
    refused_addresses: tuple[tuple[int, str, str], ...] = ()
    digests: tuple[DigestLine, ...] = ()
    voices_waiting: int = 0

    def digests_by_status(self) -> Counter[Status]:
        """Count the letters with supporters' voices by status."""
        return Counter(Status(digest.status) for digest in self.digests)

    def posts_by_status(self) -> Counter[Status]:
        """Count the posts by status."""
        return Counter(Status(post.status) for post in self.posts)

    @property
    def case_asks(self) -> set[tuple[str, str]]:
        """Give (case, ask) of all letters to missions."""
        return {(asking.case, asking.ask) for asking, *_ in self.requests if asking.mission}

    @property
    def raisings(self) -> tuple[Raising, ...]:
        """Give where the States that letters were written to raised the cases; several asks may share one."""
        acts = [act for request in self.requests if request.asking.mission for act in request.outcome.acts]
        return raisings(self.campaign.registry, dict.fromkeys(acts))


def read_overview(campaign: Campaign, outbox: Outbox, scope: Scope, gate: Gate) -> Overview:
    """Read it all; of an outbox with 100,000 messages in well under a second."""
    with reading(outbox.engine) as connection:
        written = list(askings(connection, scope))
        same_letters = counted_once(connection, scope, written)
        posts = tuple(post_lines(connection, scope))
        digests = tuple(digest_lines(connection, scope))
        mail = correspondence(connection, scope)
        as_of = AsOf(campaign.registry.missions, campaign.today(), gate.suppressions(connection))
        tasks = read_tasks(connection, scope, as_of)
        refused = tuple(refused_addresses(connection, scope))
        held = gate.held(connection, scope)
        planned = planned_times(connection, replace(scope, without=tuple(held)), now())
    zone = campaign.settings.timezone
    outcomes = AskOutcomes(campaign)
    requests = tuple(_requests(written, mail, outcomes, zone))
    return Overview(
        campaign=campaign,
        rehearsal=outbox.rehearsal,
        at=now(),
        requests=requests,
        letters=_letters_by_status(same_letters),
        posts=posts,
        coverage=outcomes.coverage(_first_of_each_ask(written)),
        tasks=tasks,
        held=tuple(held.values()),
        planned=tuple(planned.values()),
        quiet_until=None if outbox.rehearsal else _quiet_until(campaign),
        reminders_due=reminders_due(campaign, outbox, (request.asking for request in requests if request.silent), gate),
        refused_addresses=refused,
        digests=digests,
    )


def _quiet_until(campaign: Campaign) -> datetime | None:
    present = now()
    moment = next_slot(letter_rules(campaign.settings), (), present)
    return moment if moment > present else None


def held_messages(outbox: Outbox, scope: Scope, gate: Gate) -> dict[int, Held]:
    """Give by id the messages in scope that wait and may not leave, oldest first, by the files as they are now."""
    with reading(outbox.engine) as connection:
        return gate.held(connection, scope)


def _first_of_each_ask(written: Iterable[Asking]) -> list[tuple[str, datetime | None]]:
    """Give each ask that missions were written to about, and when that was first."""
    first: dict[str, Asking] = {}
    for asking in written:
        known = first.get(asking.ask)
        if asking.mission and (known is None or (asking.asked and asking.asked < (known.asked or "9"))):
            first[asking.ask] = asking
    return [(ask, asking.asked_at) for ask, asking in first.items()]


def _requests(
    written: Iterable[Asking], mail: Correspondence, outcomes: AskOutcomes, zone: ZoneInfo
) -> Iterator[AskedState]:
    """Join what was written with what came of it. Nothing came of most, and those are many: they take the short way."""
    silent = dict[str, Reach]()
    answered_or_unread = mail.answers.keys() | mail.unread.keys()
    for asking in written:
        outcome = outcomes.of_asking(asking)
        letters = asking.letters
        key: AnswerKey = (asking.ask, asking.case, asking.mission)
        if key not in answered_or_unread:
            reach = silent.get(letters) or silent.setdefault(letters, reach_of(letters, answered=False))
            yield AskedState(asking, reach, None, outcome)
            continue
        answer, unread = mail.answers.get(key), mail.unread.get(key)
        reach = reach_of(letters, answered=answer is not None and shows_arrival(answer, asking.taken_at, zone))
        mail_to_read = (unread.inbound, unread.unverified) if unread else ((), frozenset[int]())
        yield AskedState(asking, reach, answer, outcome, *mail_to_read)


def _letters_by_status(same_letters: Counter[str]) -> Counter[Status]:
    """Count letters by status; `same_letters` counts the askings whose letters, as Asking writes them, are the same."""
    counts: Counter[Status] = Counter()
    for letters, number in same_letters.items():
        for status in reach_of(letters, answered=False).statuses:
            counts[status] += number
    return counts


@dataclass(frozen=True, slots=True)
class StateLine:
    """A State's asks, as numbers: each is one case of one ask. `stances` counts what it answered.

    `to_read` counts its messages that nobody has read. `unverified` and `to_read_unverified` count what of the answers
    and messages is from a sender that our own mail server could not verify.
    `raised` counts those that the record names it for; of the others nobody may know. `digests` are letters with
    supporters' voices that a server took for it; they ask nothing in the campaign's name.
    """

    state: str
    name: str
    asks: int
    asked: int
    arrived: int
    came_back: int
    answered: int
    stances: dict[str, int]
    to_read: int
    raised: int
    unverified: int = 0
    to_read_unverified: int = 0
    digests: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """All States together: numbers of States, but `letters` (by status) and `stances` (of all answers).

    Only what was asked of a State counts, as in the report: it may answer, or raise a case, that no letter came about.
    `to_read` are States that sent mail which nobody has read. `unverified` are States of which an answer counts whose
    sender our own mail server could not verify. `raised` are the States that were asked and that the
    record names as raising the case since.
    """

    letters: Counter[Status]
    asked: int
    arrived: int
    came_back: int
    answered: int
    stances: dict[str, int]
    to_read: int
    raised: tuple[str, ...]
    unverified: int = 0


def state_lines(overview: Overview) -> list[StateLine]:
    """Give one line a State, by its code."""
    by_state = groupby(overview.requests, key=lambda request: request.asking.mission)
    digests = Counter(digest.mission for digest in overview.digests if digest.taken_at)
    return [_state_line(overview, state, requests, digests[state]) for state, requests in by_state if state]


def _state_line(overview: Overview, state: str, requests: Iterable[AskedState], digests: int) -> StateLine:
    asks = asked = arrived = came_back = raised = unverified = 0
    stances: Counter[str] = Counter()
    unread, in_doubt = set[int](), set[int]()
    for _, reach, answer, outcome, mail, forged in requests:
        asks += 1
        asked += reach.asked
        arrived += reach.arrived
        came_back += reach.came_back
        raised += bool(outcome.raised)
        if answer:
            stances[answer.stance or NO_STANCE] += 1
            unverified += answer.sender_check is SenderCheck.FAIL
        unread.update(mail)
        in_doubt.update(forged)
    name = state_name(overview.campaign.registry, state)
    return StateLine(
        state=state,
        name=name,
        asks=asks,
        asked=asked,
        arrived=arrived,
        came_back=came_back,
        answered=stances.total(),
        stances=in_order(stances),
        to_read=len(unread),
        raised=raised,
        unverified=unverified,
        to_read_unverified=len(in_doubt),
        digests=digests,
    )


def in_order(stances: Mapping[str, int]) -> dict[str, int]:
    """Put the counts in the order of Stance, those without one last."""
    return {stance: stances[stance] for stance in (*Stance, NO_STANCE) if stance in stances}


def totals(overview: Overview, lines: Sequence[StateLine]) -> Totals:
    """Add it all up. The lines have more than the totals where a State was not asked."""
    asked = [request for request in overview.requests if request.reach.asked and request.asking.mission]
    answered = [request for request in asked if request.answer]
    raised = {request.asking.mission for request in asked if request.outcome.raised}
    return Totals(
        letters=overview.letters,
        asked=sum(line.asked > 0 for line in lines),
        arrived=_number_of_states(request for request in asked if request.reach.arrived),
        came_back=_number_of_states(request for request in asked if request.reach.came_back),
        answered=_number_of_states(answered),
        stances=in_order(Counter(request.answer.stance or NO_STANCE for request in answered if request.answer)),
        to_read=_number_of_states(request for request in asked if request.unread),
        raised=tuple(line.state for line in lines if line.state in raised),
        unverified=_number_of_states(r for r in answered if r.answer and r.answer.sender_check is SenderCheck.FAIL),
    )


def _number_of_states(requests: Iterable[AskedState]) -> int:
    return len({request.asking.mission for request in requests})
