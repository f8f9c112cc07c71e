"""Takes in what came back: reads each message, ties it to the letter it answers, stores it once, applies its evidence.

Knows neither mail servers nor the formats of mailboxes: messages come to it as bytes.
"""

import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, insert, select

from outreach.campaign import Campaign
from outreach.cases.naming import NameFinder
from outreach.db.engine import insert_or_ignore, reading, writing
from outreach.inbox.attachments.attached import Attached, read_attached
from outreach.inbox.attachments.columns import attachments_json, invitation_json
from outreach.inbox.attachments.listing import Listing
from outreach.inbox.classify.classify import classify
from outreach.inbox.desk.items import some_items
from outreach.inbox.erasing import erased_digests
from outreach.inbox.evidence.apply import apply, apply_pending, apply_pending_evidence
from outreach.inbox.evidence.effects import EffectNote
from outreach.inbox.kinds import ADDRESS, LIST_MAIL, NEEDS_PROOF, NEWS, UNREADABLE, UNSUBSCRIBE, Kind
from outreach.inbox.lists import judge_list_mail
from outreach.inbox.mail import Classified, Mail, Verdict
from outreach.inbox.matching.addressbook import AddressBook
from outreach.inbox.matching.letters import LetterIndex
from outreach.inbox.matching.match import Match, Tie, match
from outreach.inbox.models import inbound, places, ties
from outreach.inbox.news import news_in
from outreach.inbox.newtext.authors import Ours
from outreach.inbox.newtext.newtext import NewText, links_in, new_text
from outreach.inbox.raw_messages import RawMessages, digest, raw_messages_beside
from outreach.outbox.store import Outbox, now

log = logging.getLogger(__package__)
ACTOR = "inbox"
# So much is stored at a time: large enough to be quick, small enough for memory and for others who want to write.
BATCH = 100  # messages
BATCH_BYTES = 8 << 20
# What the table keeps of a message; the raw file has all of it.
MOST_HEADERS = 200
LONGEST_HEADER = 2_000  # characters
LONGEST_FIELD = 1_000  # characters of what is shown in one line
_WITH_QUOTES = frozenset({Kind.REPLY, Kind.AUTO_REPLY})
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

    `notes` say what it did to letters and addresses. `still_unmatched`: it was on file before, and the desk waits for
    somebody to say which letter it is about.
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
        """Say whether somebody must say which letter it is about; people may have said so of what is on file."""
        return self.still_unmatched or (self.new and self.classified.verdict.kind in NEWS and not self.match.ties)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where what comes back is kept. Without an outbox nothing can be stored: there are only dry runs.

    `seen` are the digests that dry runs have looked at, so that they too call a message new only once.
    """

    campaign: Campaign
    outbox: Outbox | None
    files: RawMessages | None
    book: AddressBook
    names: NameFinder
    seen: set[str] = field(default_factory=set)


def open_inbox(campaign: Campaign, outbox: Outbox | None) -> Inbox:
    """Open the inbox beside this outbox; with None, one for dry runs on a machine that has no database yet."""
    book = AddressBook(campaign.registry, campaign.settings)
    files = raw_messages_beside(outbox.engine.url) if outbox else None
    return Inbox(campaign, outbox, files, book, NameFinder(campaign.cases))


def receive(inbox: Inbox, batch: Sequence[Incoming], *, dry_run: bool = False) -> list[Received]:
    """Store a batch in one durable transaction, raw files first; a message that is on file is not stored again.

    A dry run stores nothing, and says what each message would be, and what it would be tied to. Raises StorageFailed
    when the batch cannot be stored: then nothing of it is in the database, and receiving it again does no harm.
    """
    if dry_run:
        return _try(inbox, batch)
    if inbox.outbox is None or inbox.files is None:
        raise ValueError("without an outbox there is only looking")
    with ThreadPoolExecutor(1) as pool:  # writing mostly waits for the disk: messages are read meanwhile
        kept = pool.submit(inbox.files.keep, [incoming.raw for incoming in batch], partial(_erased, inbox.outbox))
        ours = inbox.book.ours()
        read = [_read(incoming.raw, ours) for incoming in batch]
    messages = list(zip(batch, read, kept.result(), strict=True))
    with writing(inbox.outbox.engine) as connection:
        letters = _letter_index(inbox, connection)
        received = [_store(connection, letters, inbox.names, *message) for message in messages]
        _remember_places(connection, received)
        received = _with_unmatched(connection, received)
        notes = apply_pending(connection, now())
    for each in received:
        if each.new:
            kind = {"item": each.id, "kind": each.classified.verdict.kind.value, "letters": len(each.match.ties)}
            log.info("item %(item)d of the inbox: %(kind)s, about %(letters)d letters", kind)
    if received and notes:
        received[-1] = replace(received[-1], notes=received[-1].notes + notes)
    return received


def _erased(outbox: Outbox, digests: Sequence[str]) -> set[str]:
    """Say which messages were erased, and must not come back by way of a mailbox that still has them."""
    with reading(outbox.engine) as connection:
        return erased_digests(connection, digests)


def apply_earlier_evidence(inbox: Inbox) -> tuple[EffectNote, ...]:
    """Apply evidence on file to letters that came in doubt after it was stored; gives what to tell people."""
    return apply_pending_evidence(inbox.outbox) if inbox.outbox else ()


@dataclass(frozen=True, slots=True)
class _ReadMail:
    """What a message is, and those columns of its row in `inbound` that follow from its bytes alone."""

    classified: Classified
    columns: dict[str, object]
    news: tuple[tuple[str, str], ...] = ()


def _read(raw: bytes, ours: Ours) -> _ReadMail:
    """Classify a message and make its columns; whatever it holds, it stops nothing."""
    classified = classify(raw)
    try:
        return _read_mail(classified, read_attached(raw, classified.mail, ours.is_own), ours)
    except Exception as error:  # noqa: BLE001 - no message, whatever is in it, may stop the others
        mail = Mail(size=len(raw), fault=f"could not be read: {type(error).__name__}")
        classified = Classified(mail, Verdict(Kind.OTHER, UNREADABLE))
        return _read_mail(classified, Attached(Listing()), ours)


def _read_mail(classified: Classified, attached: Attached, ours: Ours) -> _ReadMail:
    mail, verdict = classified.mail, classified.verdict
    report = verdict.report
    # Only people and their automatic replies quote; of anything else, all is kept as it is.
    quotes = verdict.kind in _WITH_QUOTES or verdict.rule == LIST_MAIL
    new = new_text(mail, ours) if quotes else NewText(mail.text, links=links_in(mail.text))
    # Who sends an answer of others along says it in their words; a machine sends our own letter along.
    said = (new.text, "" if verdict.kind in NEEDS_PROOF else attached.text)
    headers = [[name[:LONGEST_FIELD], value[:LONGEST_HEADER]] for name, value in mail.headers[:MOST_HEADERS]]
    columns: dict[str, object] = {
        "kind": verdict.kind.value,
        "rule": verdict.rule,
        "fault": mail.fault,
        "severity": report.severity.value if report.severity else "",
        "code": report.code,
        "recipient": report.recipient[:LONGEST_FIELD],
        "diagnostic": report.diagnostic[:LONGEST_FIELD],
        "sender": mail.sender[:LONGEST_FIELD],
        "sender_name": mail.sender_name[:LONGEST_FIELD],
        "subject": mail.subject[:LONGEST_FIELD],
        "message_id": mail.message_id[:LONGEST_FIELD],
        "text": "\n\n".join(text for text in said if text),
        "links": json.dumps(new.links, ensure_ascii=False),
        "headers": json.dumps(headers, ensure_ascii=False),
        "size": mail.size,
        "attachments": attachments_json(attached.listing.attachments),
        "invitation": invitation_json(attached.invitation),
    }
    return _ReadMail(classified, columns, news_in(mail, verdict, new.text, ours.is_own))


def _letter_index(inbox: Inbox, connection: Connection) -> LetterIndex:
    return LetterIndex(connection, inbox.campaign.registry, inbox.campaign.settings, inbox.book)


def _store(
    connection: Connection, letters: LetterIndex, names: NameFinder, incoming: Incoming, read: _ReadMail, name: str
) -> Received:
    """Match one message, store it and its ties, and apply what it proves. `name` is its digest."""
    at = now()
    known = judge_list_mail(read.classified, letters, names)
    found = match(known, letters)
    classified = _with_our_letters(known, found)
    row = {"digest": name, "source": incoming.source, "origin": incoming.origin[:LONGEST_FIELD], "stored_at": at}
    row |= {"arrived_at": _arrived(incoming, classified.mail, at), "new_address": found.new_address}
    row |= {"sender_check": found.sender_check.value, "news": json.dumps(_fresh(read.news, found.ties, letters))}
    row |= read.columns | {"kind": classified.verdict.kind.value, "rule": classified.verdict.rule}
    stored: int | None = connection.scalar(insert_or_ignore(connection, inbound).returning(inbound.c.id), row)
    if stored is None:
        return Received(incoming, classified, found, _on_file(connection, name), new=False)
    _store_ties(connection, stored, found.ties, at)
    notes = apply(connection, stored, classified.verdict, found.ties, at)
    return Received(incoming, classified, found, stored, new=True, notes=notes)


def _fresh(news: Sequence[tuple[str, str]], found: Sequence[Tie], letters: LetterIndex) -> list[tuple[str, str]]:
    """Leave out addresses that the mission has in contacts/ already, or that its letters went to."""
    theirs = {tie.mission for tie in found}
    return [(what, said) for what, said in news if what != ADDRESS or not letters.missions_at(said) & theirs]


def _with_our_letters(classified: Classified, found: Match) -> Classified:
    """Correct the verdict by what only our own letters can tell.

    A copy of one of them, or mail that we wrote, is nobody's answer. A wish for no more letters that names no letter
    becomes a reply: a person has to see whose it is.
    """
    rule = "own-copy" if found.own_copy else "own-mail" if found.own else ""
    if rule:
        return replace(classified, verdict=Verdict(Kind.OTHER, rule))
    if classified.verdict.rule == UNSUBSCRIBE and not found.ties:
        return replace(classified, verdict=Verdict(Kind.REPLY, UNSUBSCRIBE))
    return classified


def _arrived(incoming: Incoming, mail: Mail, at: datetime) -> datetime:
    """Say when it arrived: by the mailbox's clock, else the newest server's, else the sender's; never in the future."""
    known = (incoming.arrived_at, mail.received_at, mail.date)
    return next((moment for moment in known if moment is not None and moment <= at), at)


def _store_ties(connection: Connection, id_: int, found: Sequence[Tie], at: datetime) -> None:
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


def _remember_places(connection: Connection, received: Sequence[Received]) -> None:
    rows = [
        {**asdict(place), "inbound": each.id, "filed": False} for each in received if (place := each.incoming.place)
    ]
    if rows:
        connection.execute(insert_or_ignore(connection, places), rows)


def _on_file(connection: Connection, name: str) -> int | None:
    id_: int | None = connection.scalar(_known, {"name": name})
    return id_


def _with_unmatched(connection: Connection, received: list[Received]) -> list[Received]:
    """Mark what was on file before and still waits at the desk: a run that was killed has told nobody of it."""
    known = {each.id for each in received if each.id is not None and not each.new}
    if not known:
        return received
    unmatched = {id_ for id_, item in some_items(connection, known).items() if item.unmatched}
    return [replace(each, still_unmatched=not each.new and each.id in unmatched) for each in received]


def _try(inbox: Inbox, batch: Sequence[Incoming]) -> list[Received]:
    """Say what would become of a batch; stores nothing."""
    if inbox.outbox is None:
        return [_tried(inbox, incoming, classify(incoming.raw), Match()) for incoming in batch]
    with reading(inbox.outbox.engine) as connection:
        letters = _letter_index(inbox, connection)
        received = list[Received]()
        for incoming in batch:
            classified = judge_list_mail(classify(incoming.raw), letters, inbox.names)
            stored = _on_file(connection, digest(incoming.raw))
            received.append(_tried(inbox, incoming, classified, match(classified, letters), stored))
        return _with_unmatched(connection, received)


def _tried(
    inbox: Inbox, incoming: Incoming, classified: Classified, found: Match, stored: int | None = None
) -> Received:
    name = digest(incoming.raw)
    new = stored is None and name not in inbox.seen
    inbox.seen.add(name)
    return Received(incoming, _with_our_letters(classified, found), found, stored, new)
