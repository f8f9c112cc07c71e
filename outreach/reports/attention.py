"""Finds what needs a person today, the gravest first, each with its next step (DESIGN.md, section 4, rule 8).

Knows no words for it and no commands: a face has those.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.inbox.desk.answers import AnswerKey
from outreach.inbox.desk.tasks import Trouble
from outreach.inbox.evidence.effects import speaks_of_the_address, speaks_of_us
from outreach.inbox.kinds import Kind, Severity
from outreach.inbox.matching.addressbook import normalized
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.objections import Reason
from outreach.outbox.gate.remedies import Remedied, Remedy, remedies
from outreach.outbox.letters.listing import Asking
from outreach.outbox.models import cases_of
from outreach.outbox.status import HELD, WAITING, Status
from outreach.reports.overview import Overview

MOST_REMINDERS = 5  # (case, ask) pairs that are named one by one
A_DAY = timedelta(days=1)


class Need(StrEnum):
    """Why something needs a person."""

    UNCONFIRMED = "unconfirmed"  # nobody knows whether the server took the letter
    REJECTED = "rejected"
    POSTS_UNCONFIRMED = "posts_unconfirmed"
    POSTS_REJECTED = "posts_rejected"
    BOUNCED_BY_POLICY = "bounced_by_policy"  # about our own set-up
    BOUNCED_FOR_GOOD = "bounced_for_good"  # the address is wrong
    BOUNCED_UNEXPLAINED = "bounced_unexplained"  # nothing says whether it was the address
    BOUNCED_FOR_NOW = "bounced_for_now"  # a full mailbox or the like
    BOUNCED_IN_PART = "bounced_in_part"  # one of a mission's addresses; another took it
    REFUSED_IN_PART = "refused_in_part"  # one of a mission's addresses, by the server that took the others
    UNREAD = "unread"  # mail that may be an answer, and that nobody has read
    WITHOUT_STANCE = "without_stance"  # replies of which nobody has said what they mean
    UNVERIFIED = "unverified"  # replies whose sender our own mail server could not verify
    CLOSED_BY_MAIL = "closed_by_mail"  # addresses, on the word of a mail that anybody who saw the letter could write
    UNMATCHED = "unmatched"  # mail that is tied to no letter
    UNREADABLE = "unreadable"
    NEW_ADDRESS = "new_address"  # a mission answered from an address that the registry has not
    NAMED_ADDRESS = "named_address"  # a mission's mail names a new one that nobody took over or set aside
    ASKS_FOR_NO_MORE = "asks_for_no_more"  # a mission, in words of its own: a person decides
    AWAY = "away"  # a mission's mail says when somebody is back, and that day is to come
    DELAYED = "delayed"
    # Letters and posts that wait and may not leave, by what helps:
    HELD_UNREAD = "held_unread"  # reminders, until somebody has read what the mission wrote
    HELD_BY_ROW = "held_by_row"  # of contacts/, which cannot be read
    HELD_BY_FACTS = "held_by_facts"  # that nobody has checked lately
    HELD_BY_STOP = "held_by_stop"  # of the case
    HELD_BY_FILES = "held_by_files"  # that are not finished, or not here
    HELD_BY_WORDS = "held_by_words"  # of theirs that may not be said any more
    HELD_BY_EMBARGO = "held_by_embargo"
    HELD_BY_DATE = "held_by_date"  # of the ask, which is past
    HELD_BY_ADDRESS = "held_by_address"  # to which nothing goes any more
    HELD_BY_APPROVAL = "held_by_approval"  # that nobody gave a digest yet
    HELD_BY_QUOTES = "held_by_quotes"  # of voices that were taken back
    DIGESTS_CAME_BACK = "digests_came_back"
    VOICES_WAITING = "voices_waiting"  # of supporters, until a person has read them
    HELD_BACK = "held_back"  # by what only taking them out helps
    REMINDER_DUE = "reminder_due"  # of one case and one ask
    MORE_REMINDERS_DUE = "more_reminders_due"  # of all the other cases and asks
    DEFERRED = "deferred"
    QUEUED = "queued"
    SCHEDULED = "scheduled"  # letters that wait for a time that a person gave them, or for the end of quiet hours
    CLAIMED = "claimed"
    SENDING = "sending"
    POSTS_DUE = "posts_due"
    POSTS_SCHEDULED = "posts_scheduled"
    POSTS_IN_FLIGHT = "posts_in_flight"


BY_REMEDY = {
    Remedy.READ_MAIL: Need.HELD_UNREAD,
    Remedy.MEND_ROW: Need.HELD_BY_ROW,
    Remedy.CONFIRM_FACTS: Need.HELD_BY_FACTS,
    Remedy.RESUME_CASE: Need.HELD_BY_STOP,
    Remedy.MEND_FILES: Need.HELD_BY_FILES,
    Remedy.REWRITE: Need.HELD_BY_WORDS,
    Remedy.WAIT: Need.HELD_BY_EMBARGO,
    Remedy.GO_THOUGH_LATE: Need.HELD_BY_DATE,
    Remedy.MEND_ADDRESS: Need.HELD_BY_ADDRESS,
    Remedy.APPROVE: Need.HELD_BY_APPROVAL,
    Remedy.PREPARE_ANEW: Need.HELD_BY_QUOTES,
    Remedy.WITHDRAW: Need.HELD_BACK,
}


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that needs a person: why, of how many messages, what to do now, and what to do after that.

    `missions` are those that it is about, where they are to be named; each with a day (ISO 8601), or a blank.
    `remedied` are the messages that wait and may not leave, with what is in their way; `goes_at` is when the next goes.
    """

    need: Need
    number: int
    next_step: NextStep
    then: NextStep | None = None
    missions: tuple[tuple[str, str], ...] = ()
    remedied: Remedied | None = field(default=None, compare=False)
    goes_at: datetime | None = field(default=None, compare=False)

    @property
    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """Count what is in the way, the most frequent first."""
        return self.remedied.reasons if self.remedied else ()


def attention(overview: Overview) -> list[Attention]:
    """Give everything that needs a person; each has a number above 0."""
    needs = (*_outcomes(overview), *_came_back(overview), *_desk(overview), *_held(overview), *_reminders(overview))
    waiting = (*_on_the_way(overview), *_posts_on_the_way(overview))
    return [need for need in (*needs, *waiting) if need.number]


def _outcomes(overview: Overview) -> Iterator[Attention]:
    letters, posts = overview.letters + overview.digests_by_status(), overview.posts_by_status()
    settle, retry, rejected = NextStep(Action.SETTLE), NextStep(Action.RETRY), _messages(Status.REJECTED)
    yield Attention(Need.UNCONFIRMED, letters[Status.UNCONFIRMED], _messages(Status.UNCONFIRMED), settle)
    yield Attention(Need.REJECTED, letters[Status.REJECTED], rejected, retry)
    yield Attention(Need.POSTS_UNCONFIRMED, posts[Status.UNCONFIRMED], settle)
    yield Attention(Need.POSTS_REJECTED, posts[Status.REJECTED], rejected, retry)
    yield Attention(Need.DIGESTS_CAME_BACK, overview.digests_by_status()[Status.BOUNCED], _messages(Status.BOUNCED))
    yield Attention(Need.VOICES_WAITING, overview.voices_waiting, NextStep(Action.LIST_VOICES))


def _messages(*statuses: Status) -> NextStep:
    return NextStep(Action.LIST_MESSAGES, statuses=tuple(status.value for status in statuses))


def _came_back(overview: Overview) -> Iterator[Attention]:
    """Count letters that bounced, by why; those whose mission answered all the same need nobody any more."""
    silent = {
        _key(request.asking): (request.asking.together or request.asking.case, *request.asking[:3:2])
        for request in overview.requests
        if request.reach.status is Status.BOUNCED and not request.answer
    }
    bounces = [trouble for trouble in overview.tasks.troubles if trouble.kind is Kind.BOUNCE]
    came_back = [bounce for bounce in bounces if bounce.status is Status.BOUNCED]
    why = {silent[key]: bounce for bounce in came_back for key in _keys(bounce) if key in silent}
    letters = len(set(silent.values()))
    policy = sum(speaks_of_us(bounce.code) for bounce in why.values())
    transient = sum(bounce.severity == Severity.TRANSIENT and not speaks_of_us(bounce.code) for bounce in why.values())
    wrong = sum(speaks_of_the_address(bounce.code) for bounce in why.values() if bounce.severity != Severity.TRANSIENT)
    in_part = {(bounce.message, bounce.address) for bounce in bounces if _is_in_part(overview, bounce)}
    listed, retry = _messages(Status.BOUNCED), NextStep(Action.RETRY)
    yield Attention(Need.BOUNCED_BY_POLICY, policy, NextStep(Action.CHECK_SETUP), retry)
    yield Attention(Need.BOUNCED_FOR_GOOD, wrong, listed, NextStep(Action.RETRY_AT_NEW_ADDRESS))
    yield Attention(Need.BOUNCED_UNEXPLAINED, letters - policy - transient - wrong, _replies(Kind.BOUNCE), retry)
    yield Attention(Need.BOUNCED_FOR_NOW, transient, listed, retry)
    yield Attention(Need.BOUNCED_IN_PART, len(in_part), _replies(Kind.BOUNCE))
    refused = {
        address.lower() for _, mission, address in overview.refused_addresses if _has(overview, mission, address)
    }
    yield Attention(Need.REFUSED_IN_PART, len(refused), _messages(Status.SENT))


def _replies(kind: Kind) -> NextStep:
    return NextStep(Action.LIST_REPLIES, kind=kind.value)


def _is_in_part(overview: Overview, bounce: Trouble) -> bool:
    """Say whether the letter reached another address, and the registry still has this one."""
    return bounce.status in (Status.SENT, Status.DELIVERED) and _has(overview, bounce.mission, bounce.address)


def _has(overview: Overview, state: str, address: str) -> bool:
    mission = overview.campaign.registry.missions.get(state)
    return mission is not None and normalized(address) in map(normalized, mission.emails)


def _desk(overview: Overview) -> Iterator[Attention]:
    tasks = overview.tasks
    mark = NextStep(Action.MARK_REPLY)
    yield Attention(Need.UNREAD, tasks.unread, NextStep(Action.LIST_REPLIES), mark)
    yield Attention(Need.WITHOUT_STANCE, tasks.without_stance, NextStep(Action.LIST_REPLIES), mark)
    yield Attention(Need.UNVERIFIED, tasks.unverified, _replies(Kind.REPLY), NextStep(Action.SHOW_REPLY))
    closings = tasks.closings
    see = NextStep(Action.SHOW_REPLY, ids=closings[:1])
    yield Attention(Need.CLOSED_BY_MAIL, len(closings), see, NextStep(Action.UNSUPPRESS_ADDRESS))
    unmatched, unreadable = NextStep(Action.LIST_UNMATCHED_MAIL), NextStep(Action.LIST_UNREADABLE_MAIL)
    yield Attention(Need.UNMATCHED, tasks.unmatched, unmatched, NextStep(Action.ASSIGN_REPLY))
    yield Attention(Need.UNREADABLE, tasks.unreadable, unreadable, NextStep(Action.SHOW_REPLY))
    contacts = 0 if overview.rehearsal else tasks.new_contacts  # nobody's address is learnt from a rehearsal
    yield Attention(Need.NEW_ADDRESS, contacts, _replies(Kind.REPLY), NextStep(Action.ADD_CONTACT))
    yield from _named(overview)
    answered = {_key(request.asking) for request in overview.requests if request.answer}
    delays = [trouble for trouble in tasks.troubles if _is_standing_delay(overview, trouble)]
    delayed = {delay.message for delay in delays if answered.isdisjoint(_keys(delay))}
    yield Attention(Need.DELAYED, len(delayed), _replies(Kind.DELAY))


def _named(overview: Overview) -> Iterator[Attention]:
    """Count the missions whose mail names a new address or a day of return, also where it is a machine's."""
    listed = NextStep(Action.LIST_REPLIES)
    named = () if overview.rehearsal else tuple((state, "") for state in overview.tasks.named)
    yield Attention(Need.NAMED_ADDRESS, len(named), listed, NextStep(Action.ADD_CONTACT), missions=named)
    wishes = () if overview.rehearsal else overview.tasks.wishes
    missions = tuple(dict.fromkeys((state, "") for _, state in wishes))
    close = NextStep(Action.SUPPRESS_ADDRESS, state=missions[0][0] if len(missions) == 1 else "")
    see = NextStep(Action.SHOW_REPLY, ids=tuple(mail for mail, _ in wishes[:1]))
    yield Attention(Need.ASKS_FOR_NO_MORE, len(missions), see, close, missions=missions)
    away = overview.tasks.away
    yield Attention(Need.AWAY, len(away), listed, missions=away)


def _is_standing_delay(overview: Overview, trouble: Trouble) -> bool:
    """Say whether no better or worse news followed within a day."""
    return trouble.kind is Kind.DELAY and trouble.status is Status.SENT and overview.at - trouble.at > A_DAY


def _held(overview: Overview) -> Iterator[Attention]:
    """Tell what waits and may not leave, by what helps: a run would only hold it back again."""
    for group in remedies(overview.campaign, overview.held):
        yield Attention(BY_REMEDY[group.remedy], len(group.held), group.next_step, group.then, remedied=group)


def _reminders(overview: Overview) -> Iterator[Attention]:
    due = overview.reminders_due.most_common()
    for (case, ask), number in due[:MOST_REMINDERS]:
        remind = NextStep(Action.SEND_LETTERS, case=case, ask=ask, round="reminder")
        yield Attention(Need.REMINDER_DUE, number, remind)
    rest = sum(number for _, number in due[MOST_REMINDERS:])
    yield Attention(Need.MORE_REMINDERS_DUE, rest, NextStep(Action.EXPORT_STATUS))


def _on_the_way(overview: Overview) -> Iterator[Attention]:
    letters = overview.letters + overview.digests_by_status()
    held = Counter(item.entry.status for item in overview.held if item.entry.key.kind.to_mission)
    run, listed = NextStep(Action.RUN_QUEUE), NextStep(Action.LIST_MESSAGES)
    yield Attention(Need.DEFERRED, max(0, letters[Status.DEFERRED] - held[Status.DEFERRED]), run)
    queued, later = max(0, letters[Status.QUEUED] - held[Status.QUEUED]), list(overview.planned)
    if overview.quiet_until:
        later += [overview.quiet_until] * (queued - len(later))
    yield Attention(Need.QUEUED, max(0, queued - len(later)), run)
    first = max(min(later, default=overview.at), overview.quiet_until or overview.at)
    yield Attention(Need.SCHEDULED, len(later), NextStep(Action.WATCH_QUEUE), goes_at=first)
    yield Attention(Need.CLAIMED, letters[Status.CLAIMED], listed)
    yield Attention(Need.SENDING, letters[Status.SENDING], listed)


def _posts_on_the_way(overview: Overview) -> Iterator[Attention]:
    """Count posts that wait: for their time, for a network that was busy, or only for a run."""
    held_back = {item.entry.id for item in overview.held}
    waiting = [post for post in overview.posts if post.status in WAITING and post.id not in held_back]
    due = sum(post.due <= overview.at for post in waiting)
    held = sum(post.status in HELD for post in overview.posts)
    yield Attention(Need.POSTS_DUE, due, NextStep(Action.RUN_QUEUE))
    yield Attention(Need.POSTS_SCHEDULED, len(waiting) - due, NextStep(Action.WATCH_QUEUE))
    yield Attention(Need.POSTS_IN_FLIGHT, held, NextStep(Action.LIST_MESSAGES))


def _key(asking: Asking) -> AnswerKey:
    return asking.ask, asking.case, asking.mission


def _keys(trouble: Trouble) -> tuple[AnswerKey, ...]:
    """Give a key for each case that the letter asks for."""
    return tuple((trouble.ask, case, trouble.mission) for case in cases_of(trouble.case))
