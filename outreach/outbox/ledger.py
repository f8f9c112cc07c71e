"""The one door: the only code that changes a status, with its ledger entry in the same transaction; and the history."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    String,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError

from outreach.db.engine import insert_or_ignore
from outreach.outbox.addresses import NOT_BY, AddressHistory
from outreach.outbox.gate.names import ask_again, asks_again, release, write_names
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import AND, Draft, Key, Scope, ledger, messages
from outreach.outbox.status import HELD, Status, is_allowed

log = logging.getLogger(__package__)


class LostClaim(Exception):
    """A message was no longer as the caller believed: someone else changed it first. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of status. `holder` is the worker that must hold the message before, "" for nobody.

    `by` is who did it (a worker, or a person's command). `held_by` and `lease_until` are for the time after. `taken_at`
    is when a server took it, where that was before `at`. `reference` and `address` are what the network calls a post,
    and where anybody can read it; blank leaves them as they are. `closes` are addresses that get nothing any more, and
    why; the writer sees to them in the same transaction.
    """

    message: int
    was: Status
    to: Status
    at: datetime
    by: str
    detail: str = ""
    holder: str = ""
    held_by: str = ""
    lease_until: datetime | None = None
    not_before: datetime | None = None
    tried: int = 0
    taken_at: datetime | None = None
    reference: str = ""
    address: str = ""
    closes: tuple[tuple[str, str], ...] = ()


def _kept(column: Column[str], new: str) -> ColumnElement[str]:
    """Give the new value, or the present one where the new one is blank."""
    return func.coalesce(func.nullif(bindparam(new, type_=String), ""), column)


_change = (
    update(messages)
    .where(
        messages.c.id == bindparam("_id"),
        messages.c.status == bindparam("_was"),
        messages.c.claimed_by == bindparam("_holder"),
    )
    .values(
        status=bindparam("_to"),
        detail=bindparam("_detail"),
        claimed_by=bindparam("_held_by"),
        lease_until=bindparam("_lease_until"),
        not_before=func.coalesce(bindparam("_not_before", type_=messages.c.not_before.type), messages.c.not_before),
        attempts=messages.c.attempts + bindparam("_tried"),
        taken_at=func.coalesce(bindparam("_taken_at", type_=messages.c.taken_at.type), messages.c.taken_at),
        reference=_kept(messages.c.reference, "_reference"),
        address=_kept(messages.c.address, "_address"),
    )
)


def advance(connection: Connection, transitions: Sequence[Transition]) -> None:
    """Make all these changes in the caller's transaction, or raise LostClaim (roll back then).

    The entry comes first: the database refuses a change of status that the newest entry of its message does not tell.
    A letter that is withdrawn before it left asks nothing any more, until it is queued again; LostClaim where another
    asks it by then. Raises ValueError for a change that the table of allowed changes does not have.
    """
    if not transitions:
        return
    for transition in transitions:
        _check(transition)
    changed = 0
    for part in _one_each(transitions):
        _ask_again(connection, [step.message for step in part if step.was is Status.WITHDRAWN])
        connection.execute(insert(ledger), [_entry(transition) for transition in part])
        changed += connection.execute(_change, [_changes(transition) for transition in part]).rowcount
    if changed != len(transitions):
        raise LostClaim(f"{len(transitions) - changed} of {len(transitions)} messages had changed meanwhile")
    in_the_end = {step.message: step.to for step in transitions}
    if withdrawn := [message for message, status in in_the_end.items() if status is Status.WITHDRAWN]:
        release(connection, withdrawn)
    if log.isEnabledFor(logging.INFO):
        for transition in transitions:
            log.info(
                "message %(message)d: %(was)s to %(to)s",
                {"message": transition.message, "was": transition.was.value, "to": transition.to.value},
            )


def _ask_again(connection: Connection, withdrawn: Sequence[int]) -> None:
    if withdrawn:
        try:
            ask_again(connection, withdrawn)
        except IntegrityError:
            raise LostClaim("another letter asks for the same case by now") from None


def _one_each(transitions: Sequence[Transition]) -> Iterator[list[Transition]]:
    """Part changes into runs, in order, in each of which a message changes once."""
    part, changed = list[Transition](), set[int]()
    for transition in transitions:
        if transition.message in changed:
            yield part
            part, changed = [], set()
        part.append(transition)
        changed.add(transition.message)
    yield part


def begin(connection: Connection, draft: Draft, at: datetime, by: str) -> int | None:
    """Queue a draft: its row, what it names, and the first entry of its history.

    None if it exists, or if a letter by another channel asks the same: rule 1 leaves that as it is. The files that it
    carries are the caller's to keep, in the same transaction.
    """
    if asks_again(connection, draft):
        return None
    row = _row(draft, at, _followed(connection, draft))
    unique = insert_or_ignore(connection, messages, KEY_COLUMNS).values(row)
    message: int | None = connection.scalar(unique.returning(messages.c.id))
    if message is not None:
        planned = row["planned_for"]
        detail = f"to go at {planned:%Y-%m-%d %H:%M} UTC" if planned else ""
        connection.execute(insert(ledger), _first_entry(message, at, by, detail))
        write_names(connection, message, draft)
        log.info("message %(message)d: queued", {"message": message})
    return message


def begin_many(connection: Connection, drafts: Sequence[Draft], at: datetime, by: str) -> list[int]:
    """Queue drafts that name no case and follow nothing, all in one statement; give the ids of those that are new.

    Raises ValueError for one that does: only `begin` sees to that.
    """
    if any(draft.key.case or draft.names or draft.follows for draft in drafts):
        raise ValueError("a draft that names a case or follows another is queued by itself")
    if not drafts:
        return []
    unique = insert_or_ignore(connection, messages, KEY_COLUMNS).returning(messages.c.id)
    begun = list(connection.scalars(unique, [_row(draft, at, None) for draft in drafts]))
    if begun:
        connection.execute(insert(ledger), [_first_entry(message, at, by) for message in begun])
        log.info("%(number)d messages: queued", {"number": len(begun)})
    return begun


def _first_entry(message: int, at: datetime, by: str, detail: str = "") -> dict[str, object]:
    first = {"message": message, "at": at, "from_status": None, "to_status": Status.QUEUED.value}
    return {**first, "detail": detail, "actor": by}


def _row(draft: Draft, at: datetime, follows: int | None) -> dict[str, Any]:
    return {
        **{name: getattr(draft.key, name) for name in KEY_COLUMNS},
        "token": draft.token,
        "message_id": draft.message_id,
        "language": draft.language,
        "recipients": ";".join(draft.recipients),
        "subject": draft.subject,
        "content": draft.content,
        "queued_at": at,
        "status": Status.QUEUED.value,
        "attempts": 0,
        "not_before": draft.not_before or at,
        "asked_for": draft.asked_for,
        "planned_for": draft.not_before if draft.key.kind is MessageKind.LETTER else None,
        "claimed_by": "",
        "lease_until": None,
        "detail": "",
        "follows": follows,
    }


def _followed(connection: Connection, draft: Draft) -> int | None:
    """Give the id of the message that a draft follows; the first part of a thread is queued before the second."""
    if not draft.follows:
        return None
    message: int = connection.execute(select(messages.c.id).where(messages.c.token == draft.follows)).scalar_one()
    return message


def _check(transition: Transition) -> None:
    if not is_allowed(transition.was, transition.to):
        raise ValueError(f"message {transition.message}: {transition.was} cannot become {transition.to}")
    if bool(transition.held_by) != (transition.to in HELD):
        raise ValueError(
            f"message {transition.message}: {transition.to} needs {'a' if transition.to in HELD else 'no'} holder"
        )


def _changes(transition: Transition) -> dict[str, object]:
    return {
        "_id": transition.message,
        "_was": transition.was.value,
        "_holder": transition.holder,
        "_to": transition.to.value,
        "_detail": transition.detail,
        "_held_by": transition.held_by,
        "_lease_until": transition.lease_until,
        "_not_before": transition.not_before,
        "_tried": transition.tried,
        "_taken_at": (transition.taken_at or transition.at) if transition.to is Status.SENT else None,
        "_reference": transition.reference,
        "_address": transition.address,
    }


def _entry(transition: Transition) -> dict[str, object]:
    return {
        "message": transition.message,
        "at": transition.at,
        "from_status": transition.was.value,
        "to_status": transition.to.value,
        "detail": transition.detail,
        "actor": transition.by,
    }


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One change of status as the history tells it."""

    at: datetime
    message: int
    key: Key
    was: Status | None
    to: Status
    detail: str
    by: str


def history(connection: Connection, scope: Scope) -> Iterator[LedgerEntry]:
    """Read every entry in scope, oldest first."""
    query = select(ledger, *(messages.c[name] for name in KEY_COLUMNS)).join(
        messages, ledger.c.message == messages.c.id
    )
    for row in connection.execute(query.where(*in_scope(scope)).order_by(ledger.c.id)).mappings():
        was = Status(row["from_status"]) if row["from_status"] else None
        yield LedgerEntry(
            row["at"], row["message"], key_of(row), was, Status(row["to_status"]), row["detail"], row["actor"]
        )


def address_histories(connection: Connection, ids: Collection[int]) -> dict[int, AddressHistory]:
    """Read what is known of single addresses of these letters; a letter to all of them at once has an empty one."""
    if not ids:
        return {}
    query = (
        select(ledger.c.message, ledger.c.from_status, ledger.c.to_status, ledger.c.detail, ledger.c.at)
        .where(ledger.c.message.in_(ids))
        .order_by(ledger.c.id)
    )
    found = {id_: AddressHistory() for id_ in ids}
    for message, was, to, detail, at in connection.execute(query):
        found[message].read(was, to, detail, at)
    return found


def refused_addresses(connection: Connection, scope: Scope) -> Iterator[tuple[int, str, str]]:
    """Read (letter, mission, address) of each address that did not take a letter in scope, which others have."""
    # Few letters go to several addresses: those are found in an index that has these columns, without a letter's bytes,
    # and their status is looked at here, since its own index would be taken for it.
    query = (
        select(messages.c.id, messages.c.mission, messages.c.recipients, messages.c.status)
        .where(func.instr(messages.c.recipients, ";") > 0, *in_scope(scope))
        .where(exists().where(ledger.c.message == messages.c.id, ledger.c.detail.contains(NOT_BY, autoescape=True)))
    )
    rows = [tuple(row) for *row, status in connection.execute(query) if status in (Status.SENT, Status.DELIVERED)]
    known = address_histories(connection, [message for message, _, _ in rows])
    for message, mission, recipients in rows:
        everybody = recipients.split(";")
        yield from ((message, mission, everybody[number - 1]) for number in sorted(known[message].refused))


def last_entry(connection: Connection) -> int:
    """Give the number of the newest entry; 0 where there is none."""
    return connection.scalar(select(func.max(ledger.c.id))) or 0


def last_moment(connection: Connection) -> datetime | None:
    """Give when the newest entry was made, by the clock of that time; None where there is none."""
    moment: datetime | None = connection.scalar(select(ledger.c.at).order_by(ledger.c.id.desc()).limit(1))
    return moment


def entries_since(connection: Connection, scope: Scope, to: Status, entry: int) -> int:
    """Count the changes to a status, of messages in scope, that came after an entry."""
    query = select(func.count()).join_from(ledger, messages, ledger.c.message == messages.c.id)
    newer = (ledger.c.id > entry, ledger.c.to_status == to.value, *in_scope(scope))
    return connection.scalars(query.where(*newer)).one()


@dataclass(frozen=True, slots=True)
class Untold:
    """A message whose status its ledger does not tell. `told` is its last entry's, None where it has none."""

    message: int
    status: Status
    told: Status | None


def untold(connection: Connection) -> list[Untold]:
    """List the messages whose status is not that of their last ledger entry: something else changed them."""
    newest = (
        select(func.max(ledger.c.id)).where(ledger.c.message == messages.c.id).correlate(messages).scalar_subquery()
    )
    query = (
        select(messages.c.id, messages.c.status, ledger.c.to_status)
        .join_from(messages, ledger, ledger.c.id == newest, isouter=True)
        .where(ledger.c.to_status.is_distinct_from(messages.c.status))
        .order_by(messages.c.id)
    )
    return [Untold(id_, Status(is_), Status(to) if to else None) for id_, is_, to in connection.execute(query)]


KEY_COLUMNS = ("kind", "ask", "case", "round", "channel", "mission", "part")


def key_of(row: RowMapping) -> Key:
    """Read a message's key from a row that has all its columns."""
    return Key(MessageKind(row["kind"]), *(row[name] for name in KEY_COLUMNS[1:]))


def in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Give the conditions on messages that a scope means."""
    named = [messages.c.id.in_(scope.only)] if scope.only is not None else []
    left_out = [messages.c.id.not_in(scope.without)] if scope.without else []
    about = [_asks_for(scope.wanted_cases)] if scope.wanted_cases is not None else []
    wanted = {name: getattr(scope, name) for name in ("kind", "ask", "round", "channel", "mission")}
    same = [messages.c[name] == value for name, value in wanted.items() if value is not None]
    return [*named, *left_out, *about, *same]


def _asks_for(cases: Collection[str]) -> ColumnElement[bool]:
    """Give the condition that a message asks for one of these cases: its key has it alone, or among several.

    The keys with several are looked up in an index of their own, so that no letter's bytes are read.
    """
    joined = messages.alias().c.case
    among = [func.instr(literal(AND) + joined + AND, f"{AND}{case}{AND}") > 0 for case in cases]
    several = (
        select(joined)
        .distinct()
        .where(func.instr(joined, literal_column(f"'{AND}'")) > literal_column("0"), or_(*among))
    )
    return messages.c.case.in_(union(*(select(literal(case)) for case in cases), several))
