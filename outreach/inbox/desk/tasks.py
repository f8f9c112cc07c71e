"""Counts the inbox items that wait for a person, by the desk's own rules and in few columns; shows no message."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, or_, select

from outreach.inbox.desk.answers import UNDECIDED, CurrentDecisions, current_decisions
from outreach.inbox.desk.answers import in_scope as ties_in_scope
from outreach.inbox.desk.items import AsOf, new_contact, some_items
from outreach.inbox.kinds import ADDRESS, NEWS, NO_MORE, PERSON, TO_READ, UNREADABLE, UNSUBSCRIBE, Kind, MatchedBy
from outreach.inbox.matching.authentication import SenderCheck
from outreach.inbox.models import erased, evidence, inbound, ties
from outreach.outbox.ledger import in_scope
from outreach.outbox.models import Scope, messages
from outreach.outbox.status import Status
from outreach.outbox.suppressions import suppressed
from outreach.registry.model import Mission

# How evidence says in a suppression which mail it goes by (evidence/effects.py).
_BY_MAIL = re.compile(r"\(mail (\d{1,18})\)$")
THERE = inbound.c.id.not_in(select(erased.c.inbound).where(erased.c.whole))  # nobody can read what was erased


@dataclass(frozen=True, slots=True)
class Trouble:
    """A bounce or a delay that counts as evidence: one recipient of one letter, with the letter's present status."""

    inbound: int
    kind: Kind
    severity: str  # permanent, transient, or blank
    code: str  # 5.1.1 (RFC 3463), or blank
    address: str  # of the letter's recipients, as compared (addressbook.normalized); blank: it names none
    at: datetime
    message: int
    ask: str
    case: str  # of the letter's key: several, as `cases_of` reads them
    mission: str
    status: Status


@dataclass(frozen=True, slots=True)
class Tasks:
    """How many messages need a person, and why.

    `unread` may be answers; `without_stance` are replies by a person's word, and nobody has said what they mean;
    `new_contacts` are replies from addresses that we do not have;
    `closings` are mails on whose word alone an address gets no more letters, and of which no person has said anything.
    `unverified` are open messages whose sender our own mail server could not verify: replies, and what has news.
    `named` are the missions whose mail names a new address that nobody has taken over or set aside, `away` those whose
    mail says when somebody is back, each with the last such day (ISO 8601); nobody's whose sender is not verified.
    `wishes` are (mail, mission) of those that ask in words for no more letters, and that still may get some.

    What is `unmatched` or `unreadable` is counted whatever the scope: it may be about anything.
    """

    unread: int
    without_stance: int
    unmatched: int
    unreadable: int
    new_contacts: int
    unverified: int
    closings: tuple[int, ...]
    troubles: tuple[Trouble, ...]
    named: tuple[str, ...] = ()
    away: tuple[tuple[str, str], ...] = ()
    wishes: tuple[tuple[int, str], ...] = ()


def read_tasks(connection: Connection, scope: Scope, as_of: AsOf) -> Tasks:
    """Count what waits about letters in scope, and list bounces and delays; `as_of` has the registry as it is now."""
    decided = current_decisions(connection)
    unread, without_stance = _to_read(connection, scope, decided)
    named, away, wishes = _news(connection, scope, as_of)
    return Tasks(
        unread=unread,
        without_stance=without_stance,
        unmatched=sum(kind in NEWS for kind in _untied(connection, decided)),
        unreadable=_unreadable(connection, decided),
        new_contacts=_new_contacts(connection, scope, as_of.missions),
        unverified=_unverified(connection, as_of),
        closings=_closings(connection, decided),
        troubles=tuple(_troubles(connection, scope, decided)),
        named=named,
        away=away,
        wishes=wishes,
    )


def _untied(connection: Connection, decided: dict[int, CurrentDecisions]) -> Iterator[str]:
    """Give the kinds of what may be news and is tied to no letter, as people corrected them."""
    corrected = [id_ for id_, words in decided.items() if words.kind in NEWS]
    tied = exists().where(ties.c.inbound == inbound.c.id, ties.c.removed_at.is_(None))
    # Copies of our own letters are as many as the letters, so what may matter is chosen by the database's indexes.
    maybe = or_(inbound.c.kind.in_(sorted(NEWS)), inbound.c.id.in_(corrected))
    for id_, kind in connection.execute(select(inbound.c.id, inbound.c.kind).where(maybe, ~tied, THERE)):
        yield decided.get(id_, UNDECIDED).kind or kind


def _unreadable(connection: Connection, decided: dict[int, CurrentDecisions]) -> int:
    """Count the messages that could not be read, tied or not, of which nobody has said what they are."""
    found = connection.scalars(select(inbound.c.id).where(inbound.c.rule == UNREADABLE, THERE))
    return sum(decided.get(id_, UNDECIDED).kind is None for id_ in found)


def _to_read(connection: Connection, scope: Scope, decided: dict[int, CurrentDecisions]) -> tuple[int, int]:
    """Count the messages that nobody has read, and the replies by a person's word without a stance."""
    corrected = [id_ for id_, words in decided.items() if words.kind is Kind.REPLY]
    maybe = or_(inbound.c.kind.in_(sorted(TO_READ)), inbound.c.id.in_(corrected))
    query = select(ties.c.inbound, ties.c.case, inbound.c.kind, inbound.c.rule)
    tied = query.join(inbound, inbound.c.id == ties.c.inbound)
    unread, without_stance = set(), set()
    for id_, case, kind, rule in connection.execute(
        tied.where(maybe, THERE, ties.c.removed_at.is_(None), *ties_in_scope(scope))
    ):
        words = decided.get(id_, UNDECIDED)
        if rule != PERSON and words.kind is None:
            if kind == Kind.UNCLEAR or words.stance(case) is None:
                unread.add(id_)
        elif (words.kind or kind) == Kind.REPLY and words.stance(case) is None:
            without_stance.add(id_)
    return len(unread), len(without_stance)


def _new_contacts(connection: Connection, scope: Scope, missions: Mapping[str, Mission]) -> int:
    """Count the replies in scope that the desk offers as a new contact."""
    tied = select(ties.c.inbound).where(ties.c.removed_at.is_(None), *ties_in_scope(scope))
    new = tied.where(ties.c.inbound.in_(select(inbound.c.id).where(inbound.c.new_address)))
    told = tied.where(ties.c.matched_by == MatchedBy.PERSON.value)
    found = some_items(connection, {*connection.scalars(new), *connection.scalars(told)})
    return len({(contact, item.sender) for item in found.values() if (contact := new_contact(item, missions))})


def _unverified(connection: Connection, as_of: AsOf) -> int:
    """Count the replies and news that wait for a person, of senders that our own mail server could not verify."""
    failed = connection.scalars(select(inbound.c.id).where(inbound.c.sender_check == SenderCheck.FAIL.value, THERE))
    found = some_items(connection, failed, as_of).values()
    return sum(item.is_open and (item.kind is Kind.REPLY or bool(item.open_news)) for item in found)


def _news(
    connection: Connection, scope: Scope, as_of: AsOf
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[tuple[int, str], ...]]:
    """Name the missions with new addresses that wait, those that are away, with the last day, and wishes for no more.

    A wish counts from whatever sender: better asked about once too often than overheard.
    """
    told = select(inbound.c.id).where(inbound.c.news != "[]")
    tied = select(ties.c.inbound).where(ties.c.removed_at.is_(None), *ties_in_scope(scope), ties.c.inbound.in_(told))
    named, away, wishes = set[str](), dict[str, str](), set[tuple[int, str]]()
    for item in some_items(connection, set(connection.scalars(tied)), as_of).values():
        if any(what == NO_MORE for what, _ in item.open_news):
            wishes |= {(item.id, tied.mission) for tied in item.ties}
        for what, said in item.open_news if not item.sender_failed else ():
            for state in {tied.mission for tied in item.ties}:
                if what == ADDRESS:
                    named.add(state)
                elif what != NO_MORE:
                    away[state] = max(said, away.get(state, said))
    return tuple(sorted(named)), tuple(sorted(away.items())), tuple(sorted(wishes))


def _closings(connection: Connection, decided: dict[int, CurrentDecisions]) -> tuple[int, ...]:
    """List the mails that closed an address which is closed still: wishes for no more letters and complaints.

    Bounces are listed with their letters (`_troubles`); here only those whose sender could not be verified. What our
    own server vouches for closes without a question, and so does what a person has said anything of.
    """
    failed = inbound.c.sender_check == SenderCheck.FAIL.value
    trusted = inbound.c.sender_check == SenderCheck.PASS.value
    wishes = or_(inbound.c.kind == Kind.COMPLAINT.value, inbound.c.rule == UNSUBSCRIBE) & ~trusted
    query = select(inbound.c.id).where(wishes | (failed & (inbound.c.kind == Kind.BOUNCE.value)), THERE)
    found = [id_ for id_ in connection.scalars(query.order_by(inbound.c.id)) if id_ not in decided]
    if not found:
        return ()
    closed = {int(by[1]) for reason in suppressed(connection).values() if (by := _BY_MAIL.search(reason))}
    return tuple(id_ for id_ in found if id_ in closed)


def _troubles(connection: Connection, scope: Scope, decided: dict[int, CurrentDecisions]) -> Iterator[Trouble]:
    """Give every bounce and delay of letters in scope since they last left, unless people called it something else."""
    query = (
        select(evidence.c.inbound, evidence.c.kind, evidence.c.severity, evidence.c.code, evidence.c.address)
        .add_columns(inbound.c.arrived_at, evidence.c.message)
        .add_columns(messages.c.ask, messages.c.case, messages.c.mission, messages.c.status)
        .join(inbound, inbound.c.id == evidence.c.inbound)
        .join(messages, messages.c.id == evidence.c.message)
        .where(evidence.c.kind.in_([Kind.BOUNCE.value, Kind.DELAY.value]), *in_scope(scope))
        .where(inbound.c.stored_at >= messages.c.taken_at)
        .order_by(inbound.c.arrived_at, evidence.c.id)
    )
    for id_, kind, severity, code, address, at, message, ask, case, mission, status in connection.execute(query):
        if decided.get(id_, UNDECIDED).kind in (None, kind):
            about = (message, ask, case, mission, Status(status))
            yield Trouble(id_, Kind(kind), severity, code, address, at, *about)
