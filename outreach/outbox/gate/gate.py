"""What speaks against a message that waits, by campaign, outbox and inbox as they are now; sends and changes nothing.

It is asked once for a round of sending, of one connection, and again while a long round is at work.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import Connection, func, select

from outreach.campaign import Campaign
from outreach.cases.naming import NamedCase, NameFinder
from outreach.channels.social.post import from_bytes
from outreach.errors import UsageError
from outreach.outbox.attachments import StoredFiles
from outreach.outbox.gate.names import read_names, unread
from outreach.outbox.gate.objections import (
    AnswerObjections,
    Objection,
    QueuedMessage,
    Reason,
    came_back,
    is_dated,
    objections_to_waiting,
)
from outreach.outbox.gate.wording import wording
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import in_scope
from outreach.outbox.models import Entry, Key, Scope, messages, unread_names
from outreach.outbox.queue import WAITS, asks_written_to, contents, entries
from outreach.outbox.status import WAITING, Status
from outreach.rendering.posts.words import may_be_addressed
from outreach.text import local_day


@dataclass(frozen=True, slots=True)
class Held:
    """A message that waits and may not leave any more, with the weightiest reason."""

    entry: Entry
    reason: Reason
    detail: str


NOTHING_HELD: Mapping[int, Held] = MappingProxyType({})  # by the id of the message


# Asked of the digests that wait: id → what speaks against each. One that is not in the answer is not approved.
DigestObjections = Callable[[Connection, Sequence[Entry]], Mapping[int, Sequence[Objection]]]
UNASKED: Objection = (Reason.NOT_APPROVED, "nobody here can say who approved it")


def approved_by_nobody(connection: Connection, digests: Sequence[Entry]) -> Mapping[int, Sequence[Objection]]:
    """Give no answer about any digest: all are held."""
    del connection, digests
    return {}


@dataclass(frozen=True, slots=True)
class Gate:
    """Asks what speaks against each message that waits: consent, embargo, State concerned, suppression, answers, date.

    `answers` reads who answered what, as far as the scope's case, ask and mission go; `suppressions` reads address
    (lower case) → why it is not written to. Both read the outbox that the messages are in, anew for each round.
    `digests` says which letters with supporters' voices a second person approved, and whose words they may not say.
    """

    campaign: Campaign
    answers: Callable[[Connection, Scope], AnswerObjections]
    suppressions: Callable[[Connection], Mapping[str, str]]
    earnest: bool = False  # whether the messages are of the real outbox, not of a rehearsal's
    digests: DigestObjections = approved_by_nobody

    def held(self, connection: Connection, scope: Scope) -> dict[int, Held]:
        """Give id → what holds it, for every message in scope that waits and may not leave."""
        waits = entries(connection, scope, statuses=WAITING)
        if not waits:
            return {}
        suppressed = self.suppressions(connection)
        # A letter for several cases that is in scope for one of them is about all of them.
        about = replace(scope, case=None, cases=tuple(sorted({case for entry in waits for case in entry.key.cases})))
        news = {**_letters_that_came_back(connection, about), **self.answers(connection, about)}
        lost = _lost_parents(connection, waits)
        words = self._words(connection, scope, waits)
        approvals = self._of_digests(connection, waits)
        held = {}
        for entry in waits:
            since = approvals.get(entry.id, ())
            objections = self._objections(entry, suppressed, news, lost, words.get(entry.id, _Words()), since)
            standing = [item for item in objections if not (scope.after_deadline and item[0] is Reason.PAST_DATE)]
            if standing:
                held[entry.id] = Held(entry, *standing[0])
        return held

    def held_digests(self, connection: Connection, scope: Scope) -> dict[int, Held]:
        """Give id → what holds each digest in scope that waits, by approvals and quotes alone: before each claim."""
        if scope.kind not in (None, MessageKind.DIGEST):
            return {}
        # The index of digests is read, and not that of all that waits: there may be 100,000 letters.
        status = func.coalesce(messages.c.status, "")
        digests = select(messages.c.id).where(messages.c.kind == MessageKind.DIGEST.value, status.in_(sorted(WAITING)))
        ids = connection.scalars(digests).all()
        waits = entries(connection, replace(scope, kind=MessageKind.DIGEST), ids=ids) if ids else []
        found = self._of_digests(connection, waits)
        return {entry.id: Held(entry, *found[entry.id][0]) for entry in waits if found[entry.id]}

    def _of_digests(self, connection: Connection, waits: Sequence[Entry]) -> dict[int, Sequence[Objection]]:
        digests = [entry for entry in waits if entry.key.kind is MessageKind.DIGEST]
        if not digests:
            return {}
        said = self.digests(connection, digests)
        return {entry.id: said.get(entry.id, (UNASKED,)) for entry in digests}

    def _objections(
        self,
        entry: Entry,
        suppressed: Mapping[str, str],
        news: AnswerObjections,
        lost: Mapping[int, Objection],
        words: "_Words",
        approval: Sequence[Objection] = (),
    ) -> list[Objection]:
        """Give everything that speaks against one message, the weightiest first."""
        key, is_post = entry.key, entry.key.kind is MessageKind.POST
        # What was put off by --at was meant for that day.
        on_its_day = is_post and entry.status is Status.QUEUED
        meant_for = entry.not_before if on_its_day else entry.planned_for or entry.queued_at
        since = list(approval)
        for case in key.cases if key.round == "reminder" else ():
            if (key.ask, case, key.mission) in news:
                reason, detail = news[key.ask, case, key.mission]
                since.append((reason, f"{case}: {detail}" if len(key.cases) > 1 else detail))
        if entry.follows and entry.follows in lost:
            since.append(lost[entry.follows])
        if is_post and self._shares_a_handle(key):
            since.append((Reason.STATE_CONCERNED, f"{key.mission} shares a handle with it"))
        waiting = QueuedMessage(
            key.kind,
            key.case,
            key.ask,
            key.round,
            key.mission,
            entry.recipients,
            local_day(meant_for, self.campaign.settings.timezone),
            tuple(since),
            dated=not is_post or is_dated(key.part),
            earnest=self.earnest,
            names=words.names,
            withheld=words.withheld,
            asked_for=entry.asked_for,
        )
        return objections_to_waiting(self.campaign, waiting, suppressed, self.campaign.today())

    def _words(self, connection: Connection, scope: Scope, waits: Sequence[Entry]) -> dict[int, "_Words"]:
        """Read what the messages that wait name, and where a withheld name is listed that stands in one of them.

        The parts of a thread are read together: a name may begin in one and end in the next.
        """
        conditions = (WAITS, *in_scope(scope))
        words = {id_: _Words(names) for id_, names in read_names(connection, *conditions).items()}
        withheld, not_read = self.campaign.withheld, unread(connection, *conditions)
        if not withheld and not not_read:
            return words
        finder, waiting = NameFinder(self.campaign.cases), {entry.id: entry.key for entry in waits}
        files = StoredFiles(connection)
        threads = defaultdict[Key, dict[int, str]](dict)
        meant = conditions if withheld else (*conditions, messages.c.id.in_(select(unread_names.c.message)))
        for id_, content in contents(connection, *meant):
            texts, key = (*wording(content), *files.texts(content)), waiting[id_]
            names = finder.names(texts, key.cases) if id_ in not_read else words[id_].names
            words[id_] = _Words(names, withheld.where_in(texts))
            if key.kind is MessageKind.POST:
                threads[replace(key, part=key.post)][id_] = from_bytes(content).text
        for parts in threads.values():
            where = next(filter(None, (words[id_].withheld for id_ in parts)), "")
            where = where or withheld.where_in([" ".join(parts.values())])
            words |= {id_: replace(words[id_], withheld=where) for id_ in parts}
        return words

    def _shares_a_handle(self, key: Key) -> bool:
        """Say whether a post is addressed to a mission that has a handle in common with the State concerned."""
        case, mission = self.campaign.cases.get(key.case), self.campaign.registry.missions.get(key.mission)
        return bool(case and mission and not may_be_addressed(self.campaign.registry, case, mission))


@dataclass(frozen=True, slots=True)
class _Words:
    """What matters of a message's words: whom it names, and where a withheld name is listed that stands in it."""

    names: tuple[NamedCase, ...] = ()
    withheld: str = ""


def _lost_parents(connection: Connection, waits: Sequence[Entry]) -> dict[int, Objection]:
    """Give post → why what follows it in its thread has nothing to reply to; only where it never will have."""
    parts = [entry for entry in waits if entry.follows]
    if not parts:
        return {}
    never = (Status.REJECTED, Status.WITHDRAWN)
    gone = entries(connection, ids={entry.follows for entry in parts if entry.follows}, statuses=never)
    lost: dict[int, Objection] = {
        entry.id: (Reason.NO_POST_BEFORE, f"message {entry.id} is {entry.status.value}") for entry in gone
    }
    for entry in parts:  # in a thread the earlier part has the lower id
        if entry.follows in lost:
            lost[entry.id] = lost[entry.follows]
    return lost


def _letters_that_came_back(connection: Connection, scope: Scope) -> dict[tuple[str, str, str], Objection]:
    """Give the first letters that came back, keyed as `AnswerObjections` is: a reminder of one would follow nothing."""
    if scope.round not in (None, "reminder"):
        return {}
    found = entries(connection, replace(scope, round="first", only=None, without=()), statuses=[Status.BOUNCED])
    return {
        (entry.key.ask, case, entry.key.mission): (Reason.BOUNCED, came_back(entry))
        for entry in found
        for case in entry.key.cases
    }


def refuse_renamed(campaign: Campaign, connection: Connection, *cases: str) -> None:
    """Raise UsageError when the outbox has letters about a case, or an ask of these cases, that is not there any more.

    Under another name the same letters would go to the same missions again.
    """
    keys = asks_written_to(connection)
    gone = {slug for slug, _ in keys} - set(campaign.cases)
    gone |= {ask for slug, ask in keys if slug in cases} - set(campaign.asks)
    if gone:
        raise UsageError(
            f"the outbox has letters about {', '.join(sorted(gone))}, and there is no such case or ask any more. If "
            "you renamed it, name it back: under another name every mission would get its letter again. Or restore it"
        )
