"""Stores what came back, once, with what it is and which letter it answers, and lets that have its effect.

Knows neither mail servers nor the formats of mailboxes: messages come to it as bytes.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from outreach.campaign import Campaign
from outreach.db.engine import insert_or_ignore, reading, writing
from outreach.inbox.classify.classify import classify
from outreach.inbox.desk.items import some_items
from outreach.inbox.evidence.apply import apply, apply_pending, apply_pending_evidence
from outreach.inbox.evidence.effects import EffectNote
from outreach.inbox.kinds import NEWS, UNSUBSCRIBE, Kind
from outreach.inbox.mail import Classified, Mail, Verdict
from outreach.inbox.matching.addressbook import AddressBook
from outreach.inbox.matching.letters import LetterIndex
from outreach.inbox.matching.match import Match, Tie, match
from outreach.inbox.models import inbound, places, ties
from outreach.inbox.raw_messages import RawMessages, digest, raw_messages_beside
from outreach.inbox.whole import LONGEST_FIELD, Whole, read_whole
from outreach.outbox.store import Outbox, now

ACTOR = "inbox"
# So much is stored at a time: large enough to be quick, small enough for memory and for another one that waits.
BATCH = 100  # messages
BATCH_BYTES = 8 << 20
_known = select(inbound.c.id).where(inbound.c.digest == bindparam("name"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies on an IMAP server; `account` is user@host (RFC 9051, section 2.3.1.1)."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it was found. `source` is imap or file, `origin` the folder or the file's name.

    `arrived_at` is when the mailbox got it, where that is known.
    """

    raw: bytes
    source: str
    origin: str
    arrived_at: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message. `id` is its row, None in a dry run that would make one; `new`: not on file before.

    `notes` say what it did to letters and addresses. `still_unmatched`: it was on file before, and
    the desk waits for somebody to say which letter it is about.
    """

    incoming: Incoming
    classified: Classified
    match: Match
    id: int | None
    new: bool
    notes: tuple[EffectNote, ...] = ()
    still_unmatched: bool = False

    @property
    def unmatched(self) -> bool:
        """Whether somebody must say which letter it is about; of what is on file, people may have said so."""
        return self.still_unmatched or (self.new and self.classified.verdict.kind in NEWS and not self.match.ties)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where what comes back is kept. Without an outbox nothing is: then there is only looking.

    `seen` are the digests that dry runs have looked at, so that they too find a message new once only.
    """

    campaign: Campaign
    outbox: Outbox | None
    files: RawMessages | None
    book: AddressBook
    seen: set[str] = field(default_factory=set)


def open_inbox(campaign: Campaign, outbox: Outbox | None) -> Inbox:
    book = AddressBook(campaign.registry, campaign.settings)
    return Inbox(campaign, outbox, raw_messages_beside(outbox.engine.url) if outbox else None, book)


def receive(inbox: Inbox, batch: Sequence[Incoming], *, dry_run: bool = False) -> list[Received]:
    """Store a batch in one durable transaction, raw files first; a message that is on file is not stored again.

    In a dry run, nothing is stored: what it would be, and what it would be tied to. Raises StorageFailed when it cannot
    be stored; then nothing of the batch is in the database, and receiving it again does no harm.
    """
    if dry_run:
        return _look(inbox, batch)
    if inbox.outbox is None or inbox.files is None:
        raise ValueError("without an outbox there is only looking")
    with ThreadPoolExecutor(1) as pool:  # the disk is mostly waited for: what a message is can be found out meanwhile
        kept = pool.submit(inbox.files.keep, [incoming.raw for incoming in batch])
        read = [read_whole(incoming.raw) for incoming in batch]
    messages = list(zip(batch, read, kept.result(), strict=True))
    with writing(inbox.outbox.engine) as connection:
        letters = _letters(inbox, connection)
        found = [_store(connection, letters, *message) for message in messages]
        _remember_places(connection, found)
        found = _with_waiting(connection, found)
        settled = apply_pending(connection, now())
    if found and settled:
        found[-1] = replace(found[-1], notes=found[-1].notes + settled)
    return found


def apply_earlier_evidence(inbox: Inbox) -> tuple[EffectNote, ...]:
    """Let what is on file settle the letters that came in doubt since then; give what to tell people."""
    return apply_pending_evidence(inbox.outbox) if inbox.outbox else ()


def _look(inbox: Inbox, batch: Sequence[Incoming]) -> list[Received]:
    if inbox.outbox is None:
        return [_looked_at(inbox, incoming, classify(incoming.raw), Match(())) for incoming in batch]
    with reading(inbox.outbox.engine) as connection:
        letters = _letters(inbox, connection)
        found = list[Received]()
        for incoming in batch:
            classified = classify(incoming.raw)
            stored = _on_file(connection, digest(incoming.raw))
            found.append(_looked_at(inbox, incoming, classified, match(classified, letters), stored))
        return _with_waiting(connection, found)


def _looked_at(
    inbox: Inbox, incoming: Incoming, classified: Classified, found: Match, stored: int | None = None
) -> Received:
    name = digest(incoming.raw)
    new = stored is None and name not in inbox.seen
    inbox.seen.add(name)
    return Received(incoming, _as_ours(classified, found), found, stored, new)


def _letters(inbox: Inbox, connection: Connection) -> LetterIndex:
    return LetterIndex(connection, inbox.campaign.registry, inbox.campaign.settings, inbox.book)


def _store(connection: Connection, letters: LetterIndex, incoming: Incoming, read: Whole, name: str) -> Received:
    at = now()
    found = match(read.classified, letters)
    classified = _as_ours(read.classified, found)
    row = {"digest": name, "source": incoming.source, "origin": incoming.origin[:LONGEST_FIELD], "stored_at": at}
    row |= {"arrived_at": _arrived(incoming, classified.mail, at), "new_address": found.new_address}
    row |= read.columns | {"kind": classified.verdict.kind.value, "rule": classified.verdict.rule}
    stored: int | None = connection.scalar(insert_or_ignore(connection, inbound).returning(inbound.c.id), row)
    if stored is None:
        return Received(incoming, classified, found, _on_file(connection, name), new=False)
    _tie(connection, stored, found.ties, at)
    notes = apply(connection, stored, classified.verdict, found.ties, at)
    return Received(incoming, classified, found, stored, new=True, notes=notes)


def _on_file(connection: Connection, name: str) -> int | None:
    id_: int | None = connection.scalar(_known, {"name": name})
    return id_


def _with_waiting(connection: Connection, found: list[Received]) -> list[Received]:
    """Mark what was on file before and still waits at the desk: a run that was killed has told nobody of it."""
    known = {each.id for each in found if each.id is not None and not each.new}
    if not known:
        return found
    waiting = {id_ for id_, item in some_items(connection, known).items() if item.unmatched}
    return [replace(each, still_unmatched=not each.new and each.id in waiting) for each in found]


def _as_ours(classified: Classified, found: Match) -> Classified:
    """What only our own letters can tell: a copy of one, mail that we wrote, a wish to get no more of unknown ones."""
    rule = "own-copy" if found.own_copy else "own-mail" if found.own else ""
    if rule:
        return replace(classified, verdict=Verdict(Kind.OTHER, rule))
    if classified.verdict.rule == UNSUBSCRIBE and not found.ties:  # nobody may overlook it: a person sees whose it is
        return replace(classified, verdict=Verdict(Kind.REPLY, UNSUBSCRIBE))
    return classified


def _arrived(incoming: Incoming, mail: Mail, at: datetime) -> datetime:
    """By the mailbox's own clock, else by the newest server's, else by the sender's; never in the future."""
    known = (incoming.arrived_at, mail.received_at, mail.date)
    return next((moment for moment in known if moment is not None and moment <= at), at)


def _remember_places(connection: Connection, found: Sequence[Received]) -> None:
    rows = [{**asdict(place), "inbound": each.id, "filed": False} for each in found if (place := each.incoming.place)]
    if rows:
        connection.execute(insert_or_ignore(connection, places), rows)


def _tie(connection: Connection, id_: int, found: Sequence[Tie], at: datetime) -> None:
    rows = [
        {
            "inbound": id_,
            "message": tie.message,
            "ask": tie.ask,
            "case": tie.case,
            "mission": tie.mission,
            "matched_by": tie.matched_by.value,
            "certainty": tie.certainty,
            "at": at,
            "by": ACTOR,
            "removed_at": None,
        }
        for tie in found
    ]
    if rows:
        connection.execute(insert(ties), rows)
