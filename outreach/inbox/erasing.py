"""The one door by which what people wrote to us goes: erases it from the database, and logs that it did.

What stays is the skeleton: that a message came, when, of what kind, which letter it answers, what stance it took; its
digest and its place on the server, so that it is not read in again. An erasure is one transaction, and the raw files
go after it: whoever is killed between leaves files of messages that are erased, which the next erasure finds.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from outreach.db.engine import clear_traces, leave_traces, reading, writing
from outreach.inbox.addressed import Address
from outreach.inbox.desk.items import Item, some_items
from outreach.inbox.models import decisions, erased, erasures, evidence, inbound
from outreach.inbox.raw_messages import RawMessages, raw_messages_beside
from outreach.outbox.models import ledger, message_versions, messages, suppressions
from outreach.outbox.status import HELD, WAITING, Status
from outreach.outbox.store import Outbox, now

WORDS = ("origin", "sender", "sender_name", "subject", "message_id", "text", "recipient", "diagnostic", "invitation")
LISTS = ("links", "headers", "attachments", "news")  # JSON
BLANK: dict[str, Any] = dict.fromkeys(WORDS, "") | dict.fromkeys(LISTS, "[]") | {"new_address": False}
GONE = "its address was erased; nobody knows it any more"


class What(StrEnum):
    """What an erasure went by."""

    ADDRESS = "address"
    BEFORE = "before"
    KEEP_DAYS = "keep_days"


@dataclass(frozen=True, slots=True)
class Found:
    """What an erasure would take from one outbox: ids, but for `files`, which are raw messages that are there.

    `whole` are messages of which only the skeleton will be left; `mentions` are others', which name the address;
    `unread` are those of both that wait for a person. `waiting` are letters to the address that have not left.
    """

    whole: tuple[int, ...] = ()
    mentions: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()
    suppressed: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return any((self.whole, self.mentions, self.letters, self.entries, self.suppressed, self.files))


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure that happened, as the log has it; numbers are counts."""

    at: datetime
    by: str
    what: What
    day: str
    mails: int
    mentions: int
    letters: int
    entries: int


def find_address(outbox: Outbox, address: Address) -> Found:
    """Find all that an outbox and its inbox have of an address."""
    files = raw_messages_beside(outbox.engine.url)
    with reading(outbox.engine) as connection:
        gone, whole, mentions = _whole(connection), list[int](), list[int]()
        for row in connection.execute(select(inbound).order_by(inbound.c.id)).mappings():
            if row["id"] not in gone and address.is_it(row["sender"]):
                whole.append(row["id"])
            elif row["id"] not in gone and _is_named(address, row, files):
                mentions.append(row["id"])
        mentions += _of(connection, decisions, ("note",), address, decisions.c.inbound)
        letters = _letters(connection, address)
        found = Found(
            whole=tuple(whole),
            mentions=tuple(sorted(set(mentions) - set(whole))),
            letters=tuple(letters),
            entries=tuple(_of(connection, ledger, ("detail",), address)),
            suppressed=tuple(_of(connection, suppressions, ("address", "reason"), address)),
            waiting=tuple(id_ for id_, status in letters.items() if status in HELD | WAITING),
        )
        return _with_files(connection, found, files)


def find_before(outbox: Outbox, moment: datetime, *, read_only: bool = False) -> Found:
    """Find the messages that came before a moment; `read_only` leaves those that wait for a person."""
    with reading(outbox.engine) as connection:
        gone = _whole(connection)
        ids = connection.scalars(select(inbound.c.id).where(inbound.c.arrived_at < moment).order_by(inbound.c.id))
        whole = [id_ for id_ in ids if id_ not in gone]
        if read_only:
            waits = _waiting_for_a_person(connection, whole)
            whole = [id_ for id_ in whole if id_ not in waits]
        return _with_files(connection, Found(whole=tuple(whole)), raw_messages_beside(outbox.engine.url))


def items_of(outbox: Outbox, found: Found) -> list[Item]:
    """Give the messages of which only the skeleton will be left, to be shown before they go."""
    with reading(outbox.engine) as connection:
        return list(some_items(connection, found.whole).values())


def erase(outbox: Outbox, found: Found, by: str, what: What, *, day: str = "", address: Address | None = None) -> str:
    """Erase what was found: first from the database, then the raw files, then what both left on the disk.

    Gives what could not be done, or blank. Raises StorageFailed; what was not erased then is found the next time.
    """
    if any((found.whole, found.mentions, found.letters, found.entries, found.suppressed)):
        with writing(outbox.engine) as connection:
            leave_traces(connection)
            _erase(connection, found, _begun(connection, by, what, day), address)
    _remove_files(outbox)
    return clear_traces(outbox.engine)


def finish(outbox: Outbox) -> str:
    """Finish what an erasure began that was killed; gives what could not be done, or blank."""
    _remove_files(outbox)
    return clear_traces(outbox.engine)


def history(connection: Connection) -> list[Erasure]:
    """Read every erasure there was, the oldest first."""
    rows = connection.execute(select(erasures).order_by(erasures.c.id)).mappings()
    counts = ("mails", "mentions", "letters", "entries")
    return [
        Erasure(row["at"], row["by"], What(row["what"]), row["day"], *(row[name] for name in counts)) for row in rows
    ]


def erased_digests(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Say which of these messages were erased: their files are not kept again."""
    query = select(inbound.c.digest).join(erased, erased.c.inbound == inbound.c.id)
    return {name for name in connection.scalars(query.where(inbound.c.digest.in_(digests))) if name}


def _whole(connection: Connection) -> set[int]:
    return set(connection.scalars(select(erased.c.inbound).where(erased.c.whole)))


def _waiting_for_a_person(connection: Connection, ids: Sequence[int]) -> set[int]:
    return {id_ for id_, item in some_items(connection, ids).items() if item.is_open}


def _is_named(address: Address, row: Any, files: RawMessages) -> bool:
    if any(address.is_in(row[name]) for name in (*WORDS, *LISTS, "fault")):
        return True
    path = files.path(row["digest"]) if row["digest"] else None
    return path is not None and path.exists() and address.is_in_mail(path.read_bytes())


def _of(
    connection: Connection, table: Table, columns: Sequence[str], address: Address, id_: Any = None
) -> Iterator[int]:
    """Give the ids of rows whose columns name an address."""
    query = select(table.c.id if id_ is None else id_, *(table.c[name] for name in columns))
    for found, *texts in connection.execute(query):
        if any(address.is_in(text) for text in texts):
            yield found


def _letters(connection: Connection, address: Address) -> dict[int, Status]:
    """Map the messages that went to an address, or name it, to their statuses."""
    query = select(messages.c.id, messages.c.status, messages.c.recipients, messages.c.detail, messages.c.content)
    found = {
        id_: Status(status)
        for id_, status, recipients, detail, content in connection.execute(query)
        if address.is_in(recipients) or address.is_in(detail) or address.is_in_bytes(content)
    }
    versions = select(message_versions.c.message, message_versions.c.recipients, message_versions.c.content)
    for id_, recipients, content in connection.execute(versions):
        if id_ not in found and (address.is_in(recipients) or address.is_in_bytes(content)):
            found[id_] = Status.WITHDRAWN
    return found


def _with_files(connection: Connection, found: Found, files: RawMessages) -> Found:
    ids = {*found.whole, *found.mentions, *connection.scalars(select(erased.c.inbound))}
    paths = [files.path(name) for name in _digests(connection, ids)]
    unread = _waiting_for_a_person(connection, [*found.whole, *found.mentions])
    return replace(found, files=tuple(path for path in paths if path.exists()), unread=tuple(sorted(unread)))


def _digests(connection: Connection, ids: set[int]) -> list[str]:
    query = select(inbound.c.id, inbound.c.digest).order_by(inbound.c.id)
    return [name for id_, name in connection.execute(query) if name and id_ in ids]


def _begun(connection: Connection, by: str, what: What, day: str) -> int:
    row = {"at": now(), "by": by, "what": what.value, "day": day, "under_way": 0}
    return int(connection.execute(insert(erasures).values(row).returning(erasures.c.id)).scalar_one())


def _erase(connection: Connection, found: Found, erasure: int, address: Address | None) -> None:
    for id_ in found.whole:
        connection.execute(update(inbound).where(inbound.c.id == id_).values(BLANK))
        connection.execute(update(decisions).where(decisions.c.inbound == id_).values(note=""))
        connection.execute(update(evidence).where(evidence.c.inbound == id_).values(words=""))
        _mark(connection, id_, erasure, whole=True)
    if address is not None:
        _erase_address(connection, found, erasure, address)
    counts = {"mails": len(found.whole), "mentions": len(found.mentions)}
    counts |= {"letters": len(found.letters), "entries": len(found.entries)}
    connection.execute(update(erasures).where(erasures.c.id == erasure).values(**counts, under_way=None))


def _mark(connection: Connection, id_: int, erasure: int, *, whole: bool) -> None:
    there = connection.scalar(select(erased.c.inbound).where(erased.c.inbound == id_))
    values = {"erasure": erasure, "whole": whole}
    connection.execute(
        insert(erased).values(inbound=id_, **values)
        if there is None
        else update(erased).where(erased.c.inbound == id_).values(values)
    )


def _erase_address(connection: Connection, found: Found, erasure: int, address: Address) -> None:
    for id_ in found.mentions:
        _take_out(connection, inbound, id_, dict.fromkeys((*WORDS, "fault"), address.taken_out) | _in_lists(address))
        for note in connection.scalars(select(decisions.c.id).where(decisions.c.inbound == id_)).all():
            _take_out(connection, decisions, note, {"note": address.taken_out})
        _mark(connection, id_, erasure, whole=False)
    of_letters: dict[str, Callable[[Any], Any]] = {
        "recipients": address.taken_out_of_list,
        "content": address.taken_out_of_letter,
    }
    for id_ in found.letters:
        _take_out(connection, messages, id_, {**of_letters, "detail": address.taken_out})
        query = select(message_versions.c.id).where(message_versions.c.message == id_)
        for version in connection.scalars(query).all():
            _take_out(connection, message_versions, version, of_letters)
    for id_ in found.entries:
        _take_out(connection, ledger, id_, {"detail": address.taken_out})
    for id_ in found.suppressed:
        _take_out(connection, suppressions, id_, {"address": address.taken_out_of_list, "reason": address.taken_out})
    for id_ in _of(connection, evidence, ("address", "words"), address):
        _take_out(connection, evidence, id_, {"address": address.taken_out_of_list, "words": address.taken_out})
    _close(connection, found, address)


def _in_lists(address: Address) -> dict[str, Callable[[Any], Any]]:
    def without(text: str) -> str:
        listed = json.loads(text)
        return json.dumps(_each(listed, address), ensure_ascii=False)

    return dict.fromkeys(LISTS, without)


def _each(value: Any, address: Address) -> Any:
    if isinstance(value, list):
        return [_each(one, address) for one in value]
    return address.taken_out(value) if isinstance(value, str) else value


def _take_out(connection: Connection, table: Table, id_: int, columns: dict[str, Callable[[Any], Any]]) -> None:
    """Change the columns of a row by what each is given, those alone that change."""
    row = connection.execute(select(table).where(table.c.id == id_)).mappings().one()
    changed = {name: after for name, change in columns.items() if (after := change(row[name])) != row[name]}
    if changed:
        connection.execute(update(table).where(table.c.id == id_).values(changed))


def _close(connection: Connection, found: Found, address: Address) -> None:
    """Let no letter go to what stands for the address, not by `queue retry` either."""
    standing = (suppressions.c.address == address.pseudonym) & suppressions.c.lifted_at.is_(None)
    if found.letters and connection.scalar(select(suppressions.c.id).where(standing)) is None:
        row = {"address": address.pseudonym, "reason": GONE, "at": now(), "lifted_at": None}
        connection.execute(insert(suppressions), row)


def _remove_files(outbox: Outbox) -> None:
    """Remove the raw files of every message that was ever erased, also those that a killed run left."""
    files = raw_messages_beside(outbox.engine.url)
    with reading(outbox.engine) as connection:
        ids = set(connection.scalars(select(erased.c.inbound)))
        names = _digests(connection, ids)
    files.remove(names)
