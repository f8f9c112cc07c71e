"""Lists what came back for the desk: what each message answers, and what people said of it. Writes nothing."""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, or_, select, true

from outreach.inbox.attachments.columns import attachments_of, invitation_of
from outreach.inbox.desk.answers import UNDECIDED, CurrentDecisions, current_decisions
from outreach.inbox.kinds import ADDRESS, NEWS, NO_MORE, PERSON, UNREADABLE, Kind, MatchedBy, Stance
from outreach.inbox.mail import Attachment, Invitation
from outreach.inbox.matching.addressbook import normalized
from outreach.inbox.matching.authentication import SenderCheck
from outreach.inbox.models import decisions, erased, inbound, ties
from outreach.registry.model import Mission

News = tuple[tuple[str, str], ...]  # ("address", a new one that a message names), ("back", a day, ISO 8601)
LISTED = [column for column in inbound.c if column.name not in ("text", "links", "headers")]


@dataclass(frozen=True, slots=True)
class ItemTie:
    """One ask about one case that a message answers. `message` is the letter; None where the mission got none."""

    ask: str
    case: str
    mission: str
    message: int | None
    matched_by: MatchedBy
    certainty: float
    stance: Stance | None


@dataclass(frozen=True, slots=True)
class AsOf:
    """What tells whether news is news still: whose addresses are known by now, and which day it is."""

    missions: Mapping[str, Mission]
    today: date
    suppressed: Container[str] = frozenset()  # addresses, in lower case, that get no more letters


@dataclass(frozen=True, slots=True)
class Item:
    """A message as the desk lists it: `kind` and `rule` as people corrected them."""

    id: int
    kind: Kind
    rule: str
    fault: str
    source: str
    origin: str
    arrived_at: datetime
    sender: str
    sender_name: str
    subject: str
    code: str
    severity: str
    recipient: str
    new_address: bool  # when it came in; see `new_contact` for now
    digest: str | None
    ties: tuple[ItemTie, ...]
    attachments: tuple[Attachment, ...] = ()
    invitation: Invitation | None = None
    erased: bool = False  # only the skeleton is left
    file_erased: bool = False  # its raw file is gone for good
    sender_check: SenderCheck = SenderCheck.UNKNOWN  # what our own mail server says of the sender
    news: News = ()
    open_news: News = ()  # of these, what nobody has taken over or set aside; none where nobody asked `AsOf` when

    @property
    def sender_failed(self) -> bool:
        """Say whether our own mail server found that it is not from whom it says, or could not verify that."""
        return self.sender_check is SenderCheck.FAIL

    @property
    def unmatched(self) -> bool:
        """Say whether somebody must say which letter it is about."""
        return self.kind in NEWS and not self.ties and not self.erased

    @property
    def unread(self) -> bool:
        """Say whether it may be an answer, and nobody has read it: `answers` has the rule."""
        if self.rule == PERSON or self.erased:
            return False
        return self._lacks_a_stance or (self.kind is Kind.UNCLEAR and bool(self.ties))

    @property
    def without_stance(self) -> bool:
        """Say whether it is a reply by a person's word, and nobody has said yet what it means."""
        return self.rule == PERSON and not self.erased and self._lacks_a_stance

    @property
    def _lacks_a_stance(self) -> bool:
        return self.kind is Kind.REPLY and any(tied.stance is None for tied in self.ties)

    @property
    def is_open(self) -> bool:
        """Say whether it needs a person."""
        return self._says_too_little or bool(self.open_news)

    @property
    def is_open_for_news(self) -> bool:
        """Say whether it needs a person only since it names a new address, or the day on which somebody is back."""
        return bool(self.open_news) and not self._says_too_little

    @property
    def _says_too_little(self) -> bool:
        unreadable = self.rule == UNREADABLE and not self.erased
        return self.unmatched or self.unread or self.without_stance or unreadable


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which messages to list; None means any. `only_open`: those that need a person."""

    only_open: bool = True
    unmatched: bool = False
    unreadable: bool = False
    mission: str | None = None
    case: str | None = None
    stance: Stance | None = None
    kind: Kind | None = None

    def takes(self, item: Item) -> bool:
        if (self.only_open and not item.is_open) or (self.unmatched and not item.unmatched):
            return False
        if self.unreadable and item.rule != UNREADABLE:
            return False
        return self.kind in (None, item.kind) and self._takes_a_tie(item)

    def _takes_a_tie(self, item: Item) -> bool:
        if self.mission is self.case is self.stance is None:
            return True
        return any(
            self.mission in (None, tied.mission)
            and self.case in (None, tied.case)
            and self.stance in (None, tied.stance)
            for tied in item.ties
        )


def items(connection: Connection, wanted: ItemFilter, as_of: AsOf | None = None) -> list[Item]:
    """List the messages that a filter takes: those that need a person first, and what has waited longest before all."""
    maybe = _maybe_open() if wanted.only_open else true()
    query = _listed().where(maybe).order_by(inbound.c.arrived_at, inbound.c.id)
    rows = connection.execute(query).mappings().all()
    tied, decided = _ties(connection, select(inbound.c.id).where(maybe)), current_decisions(connection)
    found = (_item(row, tied[row["id"]], decided.get(row["id"], UNDECIDED), as_of) for row in rows)
    return sorted(filter(wanted.takes, found), key=lambda item: not item.is_open)


def some_items(connection: Connection, ids: Iterable[int], as_of: AsOf | None = None) -> dict[int, Item]:
    """Read messages by their ids; those that do not exist are left out."""
    ids = list(ids)
    rows = connection.execute(_listed().where(inbound.c.id.in_(ids))).mappings().all()
    tied, decided = _ties(connection, ids), current_decisions(connection, ids)
    return {row["id"]: _item(row, tied[row["id"]], decided.get(row["id"], UNDECIDED), as_of) for row in rows}


def _listed() -> Select[Any]:
    return select(*LISTED, erased.c.whole).join(erased, erased.c.inbound == inbound.c.id, isouter=True)


def new_contact(item: Item, missions: Mapping[str, Mission]) -> str:
    """Name the mission whose reply this is, when we do not have the sender's address among its own; else blank.

    An address that a person tied to a mission is as good as one that the program recognised as new; one that our own
    mail server could not verify is nobody's.
    """
    theirs = {tied.mission for tied in item.ties}
    by_person = any(tied.matched_by is MatchedBy.PERSON for tied in item.ties)
    if item.sender_failed:
        return ""
    if item.kind is not Kind.REPLY or not item.sender or len(theirs) != 1 or not (item.new_address or by_person):
        return ""
    [state] = theirs
    known = missions[state].known_emails if state in missions else ()
    return "" if item.sender.casefold() in {address.casefold() for address in known} else state


def _open_news(news: News, missions: set[str], decided: CurrentDecisions, as_of: AsOf) -> Iterator[tuple[str, str]]:
    """Give the news that still waits for somebody.

    A word about the message's kind, or a note alone, sets all of it aside. An address waits until one of the message's
    missions has it; a day until it is over, or a person has read the message. A wish for no more letters waits until
    nothing goes to the mission any more, also where a person has said that it is a reply.
    """
    if decided.noted or decided.kind not in (None, Kind.REPLY):
        return
    if decided.kind:
        news = tuple((what, said) for what, said in news if what == NO_MORE)
    known = {email for state in missions if state in as_of.missions for email in as_of.missions[state].known_emails}
    taken = {normalized(email) for email in known}
    open_ = [email for email in known if email.lower() not in as_of.suppressed]
    for what, said in news:
        if what == NO_MORE:  # whatever its stance: only a person's yes, by which all are closed, or no, ends it
            over = bool(known) and not open_
        elif what == ADDRESS:
            over = normalized(said) in taken
        else:
            over = said < as_of.today.isoformat() or bool(decided.stances)
        if not over:
            yield what, said


def _item(row: RowMapping, tied: Iterable[RowMapping], decided: CurrentDecisions, as_of: AsOf | None) -> Item:
    tied, news = list(tied), tuple((what, said) for what, said in json.loads(row["news"]))
    look = as_of if news and not row["whole"] else None
    kind = decided.kind or Kind(row["kind"])
    stances = decided if kind is Kind.REPLY else UNDECIDED  # only a reply has one
    same = ("id", "fault", "source", "origin", "arrived_at", "sender", "sender_name", "subject", "code", "severity")
    return Item(
        **{name: row[name] for name in (*same, "recipient", "new_address", "digest")},
        kind=kind,
        rule=PERSON if decided.kind else row["rule"],
        ties=tuple(_tied(tie, stances) for tie in tied),
        attachments=attachments_of(row["attachments"]),
        invitation=invitation_of(row["invitation"]),
        erased=bool(row["whole"]),
        file_erased=row["whole"] is not None,
        sender_check=SenderCheck(row["sender_check"]),
        news=news,
        open_news=tuple(_open_news(news, {tie["mission"] for tie in tied}, decided, look)) if look else (),
    )


def _maybe_open() -> ColumnElement[bool]:
    """Select all that can be open. Copies of our own letters are as many as the letters: they stay in the database."""
    corrected = select(decisions.c.inbound).where(decisions.c.kind != "")
    news = inbound.c.kind.in_([kind.value for kind in NEWS])
    return or_(news, inbound.c.rule == UNREADABLE, inbound.c.id.in_(corrected))


def _ties(connection: Connection, ids: Select[tuple[int]] | list[int]) -> dict[int, list[RowMapping]]:
    query = select(ties).where(ties.c.removed_at.is_(None), ties.c.inbound.in_(ids)).order_by(ties.c.id)
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["inbound"]].append(row)
    return found


def _tied(row: RowMapping, decided: CurrentDecisions) -> ItemTie:
    return ItemTie(
        ask=row["ask"],
        case=row["case"],
        mission=row["mission"],
        message=row["message"],
        matched_by=MatchedBy(row["matched_by"]),
        certainty=row["certainty"],
        stance=decided.stance(row["case"]),
    )
