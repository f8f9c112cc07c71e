"""What happens to messages in the outbox apart from sending: queue, claim, recover, and what people decide."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, not_, or_, select

from outreach.cases.naming import Naming
from outreach.outbox.addresses import AddressHistory
from outreach.outbox.attachments import StoredFiles, keep
from outreach.outbox.gate.names import asked_elsewhere
from outreach.outbox.kind import TO_MISSIONS, MessageKind
from outreach.outbox.ledger import Transition, address_histories, advance, begin, begin_many, in_scope, key_of
from outreach.outbox.models import (
    Claimed,
    Draft,
    Entry,
    Key,
    Scope,
    cases_of,
    ledger,
    may_have_left,
    message_cases,
    messages,
)
from outreach.outbox.process import is_gone, is_here, this_process
from outreach.outbox.status import HELD, WAITING, Status

LEASE = timedelta(minutes=15)
# No letter waits longer than this for its next try: one that does was put off by a clock that was wrong, and is due.
LONGEST_WAIT = timedelta(hours=27)
ADOPTED = "the journal says that it began to leave, from another copy of this database"

WAITS = messages.c.status.in_([status.value for status in WAITING])
OUT = [Status.SENT.value, Status.DELIVERED.value]
_part, _before = messages.alias("part"), messages.alias("before")
# By id: what hangs together stands in an index of its own, behind the letters' bytes in the rows.
_parts = select(_part.c.id).where(_part.c.follows.is_not(None))
_blocked = _parts.join(_before, _before.c.id == _part.c.follows).where(_before.c.status.not_in(OUT))
IS_FURTHER_PART = messages.c.id.in_(_parts)
_IS_PLANNED = messages.c.not_before.is_not_distinct_from(messages.c.planned_for)
BEGINS = messages.c.id.not_in(_parts)
FOLLOWS_WHAT_IS_OUT = messages.c.id.not_in(_blocked)
ENTRY_COLUMNS = [column for column in messages.c if column.name not in ("content", "token")]


def enqueue(connection: Connection, drafts: Iterable[Draft], at: datetime, by: str) -> list[int]:
    """Queue drafts; give the ids of those that are new. A message that ever existed is left as it is (rule 1)."""
    ids = [(draft, begin(connection, draft, at, by)) for draft in drafts]
    keep(connection, [draft for draft, message in ids if message is not None])
    begun = [message for _, message in ids if message is not None]
    _doubt_from_the_first(connection, begun, at, by)
    return begun


def enqueue_many(connection: Connection, drafts: Sequence[Draft], at: datetime, by: str) -> int:
    """Queue drafts that name no case, follow nothing and go at once, as `enqueue` does; give how many are new.

    One statement for all of them: for the many messages of one kind that everybody on a list gets.
    """
    begun = begin_many(connection, drafts, at, by)
    keep(connection, drafts if begun else [])
    _doubt_from_the_first(connection, begun, at, by)
    return len(begun)


def claim(connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
    """Take up to `limit` due messages for this worker, first whose time came first. Call in a writing transaction."""
    return take(connection, due(connection, scope, limit, at), at, worker)


def due(
    connection: Connection, scope: Scope, limit: int, at: datetime, *also: ColumnElement[bool]
) -> Sequence[RowMapping]:
    """Find up to `limit` messages whose time has come, those first whose time came first.

    So what was tried and put off comes after what never was: many letters that meet the same refusal stop no other. A
    part of a thread has to wait until the one before is out. `also` narrows the search further.
    """
    by_time = (messages.c.not_before, messages.c.id)
    found = (
        select(messages.c.id)
        .where(
            WAITS, FOLLOWS_WHAT_IS_OUT, or_(messages.c.not_before <= at, _waits_too_long(at)), *in_scope(scope), *also
        )
        .order_by(*by_time)
        .limit(limit)
    )
    # In two steps: what is sorted has no letters' bytes.
    return connection.execute(select(messages).where(messages.c.id.in_(found)).order_by(*by_time)).mappings().all()


def _waits_too_long(at: datetime) -> ColumnElement[bool]:
    """Choose letters that were put off for longer than any is; not those that a person gave a time."""
    return and_(
        messages.c.kind.in_([kind.value for kind in TO_MISSIONS]),
        messages.c.not_before > at + LONGEST_WAIT,
        not_(_IS_PLANNED),
    )


def take(connection: Connection, rows: Sequence[RowMapping], at: datetime, worker: str) -> list[Claimed]:
    """Claim what `due` found, in the same transaction."""
    deferred = [row["id"] for row in rows if row["status"] == Status.DEFERRED]
    advance(
        connection,
        [Transition(id_, Status.DEFERRED, Status.QUEUED, at, worker, "its time has come") for id_ in deferred],
    )
    lease = at + LEASE
    advance(
        connection,
        [
            Transition(row["id"], Status.QUEUED, Status.CLAIMED, at, worker, held_by=worker, lease_until=lease)
            for row in rows
        ],
    )
    parents = references(connection, {row["follows"] for row in rows if row["follows"]})
    several = address_histories(connection, [row["id"] for row in rows if ";" in row["recipients"]])
    nothing, files = AddressHistory(), StoredFiles(connection)
    return [
        _claimed(row, files.pieces(row["content"]), parents.get(row["follows"], ""), several.get(row["id"], nothing))
        for row in rows
    ]


def references(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Read what the networks call these posts; blank where nobody knows."""
    if not ids:
        return {}
    query = select(messages.c.id, messages.c.reference).where(messages.c.id.in_(ids))
    return {message: reference for message, reference in connection.execute(query)}  # noqa: C416 - rows are not pairs


def _claimed(row: RowMapping, pieces: tuple[bytes, ...], parent: str, known: AddressHistory) -> Claimed:
    everybody = tuple(filter(None, row["recipients"].split(";")))
    done = known.taken | known.refused.keys() if known.taken else set[int]()
    return Claimed(
        row["id"],
        row["token"],
        row["message_id"],
        tuple(address for number, address in enumerate(everybody, 1) if number not in done),
        pieces,
        row["attempts"],
        queued_at=row["queued_at"],
        follows=row["follows"],
        parent=parent,
        key=key_of(row),
        everybody=everybody,
        taken=frozenset(known.taken),
        refused=known.refused if known.taken else {},
        late_since=known.late_since,
    )


def release(connection: Connection, ids: Sequence[int], at: datetime, worker: str, detail: str) -> None:
    """Return to the queue what this worker claimed and did not begin to send."""
    advance(
        connection,
        [Transition(id_, Status.CLAIMED, Status.QUEUED, at, worker, detail, holder=worker) for id_ in ids],
    )


def recover(connection: Connection, at: datetime, by: str) -> int:
    """Recover messages whose worker died: claimed ones are queued again, those in flight become unconfirmed.

    A worker on this machine is dead when its process is gone, and never before: it may only have been stopped for a
    while, as a laptop's sleep does. One on another machine is taken for dead when its lease has run out. Returns how
    many messages were changed.
    """
    held = entries(connection, statuses=HELD)
    dead = {holder for holder in {entry.claimed_by for entry in held} if is_gone(holder)}
    steps = [_recovery(entry, at, by) for entry in held if entry.claimed_by in dead or _lease_is_over(entry, at)]
    advance(connection, steps)
    return len(steps)


def _lease_is_over(entry: Entry, at: datetime) -> bool:
    return not is_here(entry.claimed_by) and entry.lease_until is not None and entry.lease_until < at


def _recovery(entry: Entry, at: datetime, by: str) -> Transition:
    if entry.status is Status.CLAIMED:
        return Transition(
            entry.id, Status.CLAIMED, Status.QUEUED, at, by, "its worker ended first", holder=entry.claimed_by
        )
    detail = "the run ended while this was in flight; the server may or may not have taken it"
    return Transition(entry.id, Status.SENDING, Status.UNCONFIRMED, at, by, detail, holder=entry.claimed_by)


def entries(
    connection: Connection,
    scope: Scope | None = None,
    *,
    statuses: Iterable[Status] = (),
    ids: Iterable[int] = (),
) -> list[Entry]:
    """Read messages as listings show them, oldest first; no statuses and no ids means any."""
    query: Select[tuple[object, ...]] = select(*ENTRY_COLUMNS).order_by(messages.c.id)
    query = query.where(*in_scope(scope or Scope()))
    if statuses := list(statuses):
        query = query.where(messages.c.status.in_([status.value for status in statuses]))
    if ids := list(ids):
        query = query.where(messages.c.id.in_(ids))
    return [_entry(row) for row in connection.execute(query).mappings()]


def _entry(row: RowMapping) -> Entry:
    return Entry(
        id=row["id"],
        key=key_of(row),
        message_id=row["message_id"],
        language=row["language"],
        recipients=tuple(filter(None, row["recipients"].split(";"))),
        subject=row["subject"],
        status=Status(row["status"]),
        attempts=row["attempts"],
        not_before=row["not_before"],
        queued_at=row["queued_at"],
        claimed_by=row["claimed_by"],
        lease_until=row["lease_until"],
        detail=row["detail"],
        taken_at=row["taken_at"],
        follows=row["follows"],
        reference=row["reference"],
        address=row["address"],
        planned=row["planned_for"],
        asked_for=row["asked_for"],
    )


def contents(connection: Connection, *conditions: ColumnElement[bool]) -> Iterator[tuple[int, bytes]]:
    """Read id and bytes of the messages of which the conditions are true, one after another."""
    query = select(messages.c.id, messages.c.content).where(*conditions).order_by(messages.c.id)
    yield from map(tuple, connection.execute(query.execution_options(yield_per=100)))


def entries_asking(connection: Connection, ask: str, case: str, round_: str) -> tuple[list[Entry], list[Entry]]:
    """Read the letters of that round that ask for a case, and those that asked and were withdrawn before they left.

    By whatever channel, the oldest first. What was withdrawn asks nobody: another may ask, or the same is queued again.
    """
    theirs = (
        message_cases.c.kind == MessageKind.LETTER.value,
        message_cases.c.how == Naming.ASKED.value,
        message_cases.c.ask == ask,
        message_cases.c.case == case,
        message_cases.c.round == round_,
    )
    query = select(message_cases.c.released, *ENTRY_COLUMNS).join(messages, messages.c.id == message_cases.c.message)
    rows = connection.execute(query.where(*theirs).order_by(messages.c.id)).mappings().all()
    return [_entry(row) for row in rows if not row["released"]], [_entry(row) for row in rows if row["released"]]


def nobody_got(connection: Connection, withdrawn: Collection[int]) -> set[int]:
    """Give those of these withdrawn messages that certainly nobody has.

    Not one byte of them ever began to leave, or every server refused them, or they came back.
    """
    began = select(ledger.c.message).where(ledger.c.to_status == Status.SENDING.value)
    refused = select(ledger.c.message).where(
        ledger.c.to_status == Status.WITHDRAWN.value,
        ledger.c.from_status.in_([Status.REJECTED.value, Status.BOUNCED.value]),
    )
    certain = or_(messages.c.id.not_in(began), messages.c.id.in_(refused))
    return set(connection.scalars(select(messages.c.id).where(messages.c.id.in_(withdrawn), certain)))


def never_left(connection: Connection, chosen: Collection[Entry]) -> set[int]:
    """Give the ids of those withdrawn of which nothing ever left, and which no other message replaced.

    Of letters that ask for the same case, only the newest is in it: both cannot be queued again. A digest is never in
    it: the voices that it counted are free for another.
    """
    withdrawn = [
        entry for entry in chosen if entry.status is Status.WITHDRAWN and entry.key.kind is not MessageKind.DIGEST
    ]
    if not withdrawn:
        return set()
    ids = messages.c.id.in_([entry.id for entry in withdrawn])
    began = select(ledger.c.message).where(ledger.c.to_status == Status.SENDING.value)
    later = messages.alias("later")
    same = [later.c[name] == messages.c[name] for name in ("kind", "ask", "case", "round", "channel", "mission")]
    replaced = select(later.c.id).where(*same, later.c.kind == MessageKind.LETTER.value, later.c.id > messages.c.id)
    query = select(messages.c.id).where(ids, messages.c.id.not_in(began), ~replaced.exists())
    found = set(connection.scalars(query))
    letters = [entry for entry in withdrawn if entry.id in found and entry.key.kind is MessageKind.LETTER]
    found -= asked_elsewhere(connection, [entry.id for entry in letters])
    taken = set[tuple[str, str, str, str]]()
    for entry in sorted(letters, key=lambda entry: -entry.id):
        asks = {(entry.key.ask, case, entry.key.round, entry.key.mission) for case in entry.key.cases}
        if asks & taken:
            found.discard(entry.id)
        elif entry.id in found:
            taken |= asks
    return found


def call_in_doubt(connection: Connection, message: int, was: Status, at: datetime, by: str) -> None:
    """Call a message that waits unconfirmed, by the way that messages go."""
    me = this_process()
    way = [*([Status.QUEUED] if was is Status.DEFERRED else []), Status.CLAIMED, Status.SENDING, Status.UNCONFIRMED]
    holder = ""
    for to in way:
        held_by = "" if to in (Status.QUEUED, Status.UNCONFIRMED) else me
        detail = ADOPTED if to is Status.UNCONFIRMED else ""
        advance(connection, [Transition(message, was, to, at, by, detail, holder=holder, held_by=held_by)])
        was, holder = to, held_by


def _doubt_from_the_first(connection: Connection, ids: Sequence[int], at: datetime, by: str) -> None:
    """Call messages unconfirmed that were just queued, if another copy may have sent them already."""
    if connection.scalar(select(may_have_left.c.id).limit(1)) is None:
        return
    for entry in waiting_to_ask(connection, doubtful_keys(connection), messages.c.id.in_(ids)):
        call_in_doubt(connection, entry.id, entry.status, at, by)


def doubtful_keys(connection: Connection) -> list[Key]:
    """Read the keys of messages that may have left from another copy."""
    return [key_of(row) for row in connection.execute(select(may_have_left)).mappings()]


def waiting_to_ask(connection: Connection, keys: Iterable[Key], *also: ColumnElement[bool]) -> list[Entry]:
    """Read what waits and asks what messages of these keys have asked, for one of their cases at least, or for none."""
    said = {replace(key, case=case) for key in keys for case in key.cases or ("",)}
    query = select(*ENTRY_COLUMNS).where(WAITS, *also).order_by(messages.c.id)
    waits = [_entry(row) for row in connection.execute(query).mappings()]
    return [entry for entry in waits if any(replace(entry.key, case=case) in said for case in entry.key.cases or ("",))]


def asks_written_to(connection: Connection) -> set[tuple[str, str]]:
    """Read (case, ask) of every message there ever was, each case of a letter for several by itself."""
    query = select(messages.c.case, messages.c.ask).distinct()
    return {(case, ask) for cases, ask in connection.execute(query).all() for case in cases_of(cases)}


def waiting_by_channel(connection: Connection, scope: Scope) -> Counter[str]:
    """Count the messages in scope that wait, due or deferred, by channel."""
    query = select(messages.c.channel, func.count()).where(WAITS, *in_scope(scope)).group_by(messages.c.channel)
    return Counter(dict(connection.execute(query).all()))


def planned_by_channel(connection: Connection, scope: Scope, at: datetime) -> Counter[str]:
    """Count the letters in scope whose time, given by a person, is to come, by channel."""
    planned = (WAITS, _IS_PLANNED, messages.c.not_before > at)
    query = select(messages.c.channel, func.count()).where(*planned, *in_scope(scope)).group_by(messages.c.channel)
    return Counter(dict(connection.execute(query).all()))


def planned_times(connection: Connection, scope: Scope, at: datetime) -> dict[int, datetime]:
    """Give letter → when it goes, of all in scope whose time, given by a person, is to come."""
    planned = (WAITS, _IS_PLANNED, messages.c.not_before > at)
    found = connection.execute(select(messages.c.id, messages.c.not_before).where(*planned, *in_scope(scope)))
    return {message: moment for message, moment in found}  # noqa: C416 - rows are not pairs


def number_of_messages(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(messages)) or 0


def next_due(
    connection: Connection, scope: Scope, *also: ColumnElement[bool], at: datetime | None = None
) -> datetime | None:
    """Give when the earliest waiting message may go; a part of a thread only counts when the one before is out.

    Where the present is given as `at`, a letter that would wait too long for it is due now.
    """
    conditions = (WAITS, FOLLOWS_WHAT_IS_OUT, *in_scope(scope), *also)
    moment: datetime | None = connection.scalar(
        select(messages.c.not_before).where(*conditions).order_by(messages.c.not_before).limit(1)
    )
    if moment is None or at is None or moment <= at:
        return moment
    too_long = connection.scalar(select(messages.c.id).where(*conditions, _waits_too_long(at)).limit(1))
    return moment if too_long is None else at


def change_by_person(
    connection: Connection, chosen: Sequence[Entry], to: Status, at: datetime, by: str, detail: str
) -> None:
    """Carry out a person's decision (retry, withdraw, settle) on messages nobody holds; tries count from 0 again.

    What is queued and waits for its time is due now, and keeps its tries: it is put off once more, not begun anew.

    A letter that was in doubt for some of its addresses, and had not been tried for the others, waits for these once it
    is settled as sent.
    """
    ids = [entry.id for entry in chosen if entry.status is Status.UNCONFIRMED and to is Status.SENT]
    known = address_histories(connection, ids)
    advance(
        connection, [_decided(entry, to, at, by, detail, known.get(entry.id, AddressHistory())) for entry in chosen]
    )


def _decided(entry: Entry, to: Status, at: datetime, by: str, detail: str, known: AddressHistory) -> Transition:
    if known.open_after(entry.recipients):
        to, detail = Status.QUEUED, known.taken_after(entry.recipients, detail)
    tried = 0 if entry.status is Status.QUEUED else -entry.attempts
    return Transition(entry.id, entry.status, to, at, by, detail, not_before=at, tried=tried)
