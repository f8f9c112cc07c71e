"""What messages name: the cases they ask for or mention, and their people. Kept when they are queued; the gate asks.

A letter asks a State for a case once in each round of an ask, whatever the channel: `message_cases` has that key. One
that was withdrawn before it left asks nothing: what it asked is `released`, and another letter may ask it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, delete, exists, insert, select, update

from outreach.cases.naming import NamedCase, Naming
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, ledger, message_cases, message_people, messages, unread_names
from outreach.outbox.status import Status

KEY = ("ask", "round", "mission", "part")  # what makes the asking for a case the same, beside the case


def asked_cases(draft: Draft) -> tuple[str, ...]:
    """Name the cases that a draft asks for: those of its key first."""
    others = (named.case for named in draft.names if named.how is Naming.ASKED)
    return tuple(dict.fromkeys((*draft.key.cases, *others)))


def asks_again(connection: Connection, draft: Draft) -> bool:
    """Say whether there is a letter, by whatever channel, that asks for one of the cases that this draft asks for.

    One that was withdrawn before it left asks nothing. A letter to a mended address takes the place of another, and has
    a part of its own.
    """
    if draft.key.kind is not MessageKind.LETTER:
        return False
    same = [message_cases.c[name] == getattr(draft.key, name) for name in KEY if name != "part" or draft.key.part]
    query = select(message_cases.c.message).where(
        message_cases.c.kind == MessageKind.LETTER.value,
        message_cases.c.how == Naming.ASKED.value,
        message_cases.c.case.in_(asked_cases(draft)),
        message_cases.c.released.is_(False),
        *same,
    )
    return connection.scalar(query.limit(1)) is not None


def release(connection: Connection, withdrawn: Iterable[int]) -> None:
    """Let letters that were just withdrawn ask nothing any more, but for those that began to leave."""
    began = select(ledger.c.message).where(ledger.c.to_status == Status.SENDING.value)
    theirs = _asked_by(withdrawn) & (message_cases.c.kind == MessageKind.LETTER.value)
    connection.execute(update(message_cases).where(theirs, message_cases.c.message.not_in(began)).values(released=True))


def ask_again(connection: Connection, withdrawn: Iterable[int]) -> None:
    """Let letters that are about to be queued again ask for all of their cases; call before their status changes.

    Raises IntegrityError where another letter asks for one of them by now; roll back then.
    """
    theirs = _asked_by(withdrawn) & message_cases.c.released.is_(True)
    connection.execute(update(message_cases).where(theirs).values(released=False))


def asked_elsewhere(connection: Connection, withdrawn: Iterable[int]) -> set[int]:
    """Give those of these letters of whose cases another letter asks for one, in the same round of the same ask."""
    other = message_cases.alias("other")
    same = [other.c[name] == message_cases.c[name] for name in ("kind", "case", "ask", "round", "mission")]
    asks = (other.c.how == Naming.ASKED.value) & other.c.released.is_(False)
    query = select(message_cases.c.message).where(
        _asked_by(withdrawn), exists().where(*same, asks, other.c.message != message_cases.c.message)
    )
    return set(connection.scalars(query))


def _asked_by(ids: Iterable[int]) -> ColumnElement[bool]:
    return message_cases.c.message.in_(list(ids)) & (message_cases.c.how == Naming.ASKED.value)


def write_names(connection: Connection, message: int, draft: Draft) -> None:
    """Keep what a message names that was just queued."""
    asked = [_row(message, draft, case, Naming.ASKED) for case in asked_cases(draft)]
    if asked:
        connection.execute(insert(message_cases), asked)
    _write_mentions(connection, message, draft)


def rewrite_names(connection: Connection, message: int, draft: Draft) -> None:
    """Keep what a message names that was written anew; what it asks for stays."""
    mentioned = message_cases.c.how == Naming.MENTIONED.value
    connection.execute(delete(message_cases).where(message_cases.c.message == message, mentioned))
    connection.execute(delete(message_people).where(message_people.c.message == message))
    connection.execute(delete(unread_names).where(unread_names.c.message == message))
    _write_mentions(connection, message, draft)


def _write_mentions(connection: Connection, message: int, draft: Draft) -> None:
    mentioned = [named.case for named in draft.names if named.how is Naming.MENTIONED]
    if mentioned:
        connection.execute(insert(message_cases), [_row(message, draft, case, Naming.MENTIONED) for case in mentioned])
    people = [
        {"message": message, "case": named.case, "person": person} for named in draft.names for person in named.people
    ]
    if people:
        connection.execute(insert(message_people), people)


def _row(message: int, draft: Draft, case: str, how: Naming) -> dict[str, object]:
    key = {name: getattr(draft.key, name) for name in KEY}
    return {"message": message, "case": case, "how": how.value, "kind": draft.key.kind.value, **key, "released": False}


def read_names(connection: Connection, *conditions: ColumnElement[bool]) -> dict[int, tuple[NamedCase, ...]]:
    """Read what messages name, by id: those of which the conditions on `messages` are true."""
    people = defaultdict[tuple[int, str], list[str]](list)
    met = select(message_people.c.message, message_people.c.case, message_people.c.person)
    for message, case, person in connection.execute(_of_messages(met, message_people.c.message, conditions)):
        people[message, case].append(person)
    found = defaultdict[int, list[NamedCase]](list)
    named = select(message_cases.c.message, message_cases.c.case, message_cases.c.how)
    for message, case, how in connection.execute(_of_messages(named, message_cases.c.message, conditions)):
        found[message].append(NamedCase(case, Naming(how), tuple(people[message, case])))
    return {message: tuple(named) for message, named in found.items()}


def unread(connection: Connection, *conditions: ColumnElement[bool]) -> set[int]:
    """Give the ids of messages from before names were kept: what they mention has to be read in their texts."""
    query = select(unread_names.c.message)
    return set(connection.scalars(_of_messages(query, unread_names.c.message, conditions)))


def _of_messages(query: Select[Any], message: Column[int], conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
    return query.join(messages, messages.c.id == message).where(*conditions).order_by(message)
