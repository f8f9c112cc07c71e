"""What evidence means for a letter and its addresses: pure decisions, without a database.

    evidence                      waiting, refused or          sent          delivered
                                  unconfirmed before
    copy, delay, complaint        sent                         -             -
    delivered, read, auto-reply,  sent, then delivered         delivered     -
    or reply
    bounce of all recipients      sent, then bounced           bounced       bounced, unless somebody has read it
    bounce of one of several      sent                         -             -

A letter that a worker holds is left to it, and its evidence waits. One that bounced or was withdrawn stays as it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.inbox.kinds import UNSUBSCRIBE, Kind, MatchedBy, Severity
from outreach.inbox.mail import Report
from outreach.outbox.status import Status

UNSETTLED = frozenset({Status.QUEUED, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED})
ARRIVED = frozenset({Kind.DELIVERED, Kind.READ, Kind.AUTO_REPLY, Kind.REPLY})
READ_BY_SOMEBODY = frozenset({Kind.READ, Kind.REPLY})
ENOUGH = 2  # permanent bounces of different letters close an address

_POLICY = re.compile(r"[45]\.7\.\d+")
_OUR_ADDRESS = re.compile(r"[45]\.1\.[789]")  # RFC 3463, section 3.2: these speak of the sender's address
_BAD_ADDRESS = re.compile(r"5\.1\.(?![789]$)\d+")


def speaks_of_us(code: str) -> bool:
    """Whether a status code is about our own set-up or address, and not about the recipient's."""
    return bool(_POLICY.fullmatch(code) or _OUR_ADDRESS.fullmatch(code))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of the table: what a message, by a token or Message-ID of ours, says about one letter.

    `address` is one of the letter's recipients, as compared; blank when the message names none of them.
    """

    id: int
    inbound: int
    message: int
    matched_by: MatchedBy
    kind: Kind
    rule: str
    address: str
    severity: Severity | None
    code: str
    words: str
    arrived_at: datetime
    stored_at: datetime

    @property
    def permanent(self) -> bool:
        """Whether it counts against the address itself, and not against our own set-up."""
        return self.kind is Kind.BOUNCE and self.severity is Severity.PERMANENT and not speaks_of_us(self.code)

    @property
    def shows_arrival(self) -> bool:
        """Whether it says that the letter arrived, and not only at an address beside its own, such as our archive's.

        Whoever's mail program says so has the letter, whatever that mailbox is called.
        """
        of_another = self.kind is Kind.DELIVERED and not self.address and not self.rule.startswith("mdn-")
        return self.kind in ARRIVED and not of_another

    @property
    def told(self) -> str:
        """The code, the server's words, and where they stand."""
        said = self.words if self.code in self.words else f"{self.code} {self.words}"
        return f"{said.strip() or 'no reason given'} (mail {self.inbound})"


@dataclass(frozen=True, slots=True)
class Past:
    """What the ledger says of a letter: when a person queued it again after it came back, and when it last began to
    leave since then."""

    again_at: datetime | None = None
    sending_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A letter, as evidence finds it; `recipients` as they are compared."""

    id: int
    mission: str
    status: Status
    recipients: frozenset[str]
    past: Past = Past()

    @property
    def name(self) -> str:
        return f"letter {self.id} to {self.mission}"


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a letter. `taken_at` only when it becomes sent."""

    to: Status
    detail: str
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a piece of evidence does: steps in their order, addresses to close and why, lines for people."""

    changes: tuple[Change, ...] = ()
    closed: tuple[str, ...] = ()
    why: str = ""
    lines: tuple[str, ...] = ()


def effect(letter: Subject, new: Evidence, before: Sequence[Evidence], others: int) -> Effect:
    """What `new` does to a letter about which `before` is on file.

    `others` is how many other letters came back from its address for good, since that was last opened by a person.
    """
    if _asks_to_stop(new):
        return _stopped(letter, new)
    if speaks_of_earlier(new, letter.past):
        return Effect(lines=(f"{_start(letter)} was queued again since mail {new.inbound}: that changes nothing",))
    if letter.status is Status.WITHDRAWN:
        return Effect(lines=(f"{_start(letter)} was withdrawn, and yet {proof(new)}",))
    left = _left(letter, new)
    status = Status.SENT if left else letter.status
    known = [known for known in before if not speaks_of_earlier(known, letter.past)]
    then = _news(status, letter, new, known)
    closed = _closed(new, others)
    return Effect(
        changes=(*left, *then),
        closed=closed,
        why=f"bounced: {new.told}" if closed else "",
        lines=(*_said_of_settling(letter, new), *_said(letter, new, closed, came_back=bool(then))),
    )


def speaks_of_earlier(known: Evidence, past: Past) -> bool:
    """Whether it is about an earlier sending of a letter that came back and that a person queued again.

    Both carry the same token, so time must tell. A reply is somebody's who has the letter, whichever it was.
    """
    if past.again_at is None:
        return False
    if known.stored_at <= past.again_at:
        return True
    if past.sending_at is None:
        return known.kind is not Kind.REPLY
    return known.arrived_at < past.again_at.replace(microsecond=0)  # a mailbox's clock has no parts of a second


def whose(report: Report, recipients: Iterable[str]) -> str:
    """The recipient of a letter that a report is about; blank when that cannot be told.

    A server may name the mailbox behind an address instead: then its name must be the same and only one have it, or
    there must be no other recipient and no name at all.
    """
    known = sorted(recipients)
    named = [address for address in (report.original_recipient, report.recipient) if address]
    for address in named:
        if address.lower() in known:
            return address.lower()
    names = {address.lower().partition("@")[0] for address in named}
    alike = [address for address in known if address.partition("@")[0] in names or not names]
    return alike[0] if len(alike) == 1 else ""


def proof(known: Evidence) -> str:
    """How this proves that the letter left, for the ledger: a reply (mail 12) carries its Message-ID."""
    article = "an" if known.kind is Kind.AUTO_REPLY else "a"
    what = {"own-copy": "a copy of it", UNSUBSCRIBE: "a wish for no more letters"}.get(known.rule)
    what = what or {Kind.DELIVERED: "a note of delivery", Kind.READ: "a note of reading"}.get(known.kind)
    what = what or ("a mail" if known.kind is Kind.OTHER else f"{article} {known.kind}")
    how = {MatchedBy.ENVELOPE: "came to its return address", MatchedBy.TOKEN: "carries its token"}
    return f"{what} (mail {known.inbound}) {how.get(known.matched_by, 'carries its Message-ID')}"


def _left(letter: Subject, new: Evidence) -> tuple[Change, ...]:
    if letter.status not in UNSETTLED:
        return ()
    return (Change(Status.SENT, proof(new), letter.past.sending_at or new.arrived_at),)


def _news(status: Status, letter: Subject, new: Evidence, before: Sequence[Evidence]) -> tuple[Change, ...]:
    """What comes after sent."""
    if new.kind is Kind.BOUNCE and status in (Status.SENT, Status.DELIVERED):
        back = {known.address for known in (*before, new) if known.kind is Kind.BOUNCE}
        read = any(known.kind in READ_BY_SOMEBODY for known in before)
        return (Change(Status.BOUNCED, new.told),) if letter.recipients <= back and not read else ()
    if new.shows_arrival and status is Status.SENT:
        return (Change(Status.DELIVERED, proof(new)),)
    return ()


def _closed(new: Evidence, others: int) -> tuple[str, ...]:
    """The address that gets no more letters: one that does not exist, or that refused several for good."""
    enough = _BAD_ADDRESS.fullmatch(new.code) or others + 1 >= ENOUGH
    return (new.address,) if new.address and new.permanent and enough else ()


def _asks_to_stop(new: Evidence) -> bool:
    return new.kind is Kind.COMPLAINT or new.rule == UNSUBSCRIBE


def _stopped(letter: Subject, new: Evidence) -> Effect:
    """Somebody who has the letter wants no more, or called it spam: that counts for every sending of it."""
    wish = "reported as spam" if new.kind is Kind.COMPLAINT else "asked not to be written to"
    line = f"{_start(letter)}: {wish} (mail {new.inbound}); its addresses get no more letters"
    stale = letter.status is Status.WITHDRAWN or speaks_of_earlier(new, letter.past)
    return Effect(
        changes=() if stale else _left(letter, new),
        closed=tuple(sorted(letter.recipients)),
        why=f"{wish} (mail {new.inbound})",
        lines=(line,),
    )


def _said_of_settling(letter: Subject, new: Evidence) -> tuple[str, ...]:
    if letter.status not in UNSETTLED:
        return ()
    return (f"{_start(letter)} was {letter.status}, but it left: {proof(new)}",)


def _said(letter: Subject, new: Evidence, closed: tuple[str, ...], *, came_back: bool) -> tuple[str, ...]:
    """Bad news, and what to do; good news shows in `outreach status`."""
    if new.kind is Kind.DELAY:
        return (f"{_start(letter)} is late, and a server goes on trying: {new.told}",)
    if letter.status is Status.BOUNCED and new.kind in READ_BY_SOMEBODY:
        return (f"{_start(letter)} came back, and yet {proof(new)}",)
    if new.kind is not Kind.BOUNCE:
        return ()
    return (
        f"{_start(letter)} {_extent(letter, new, came_back=came_back)}: {new.told}. {_advice(letter, new, closed)}",
    )


def _extent(letter: Subject, new: Evidence, *, came_back: bool) -> str:
    if came_back:
        return "came back"
    if len(letter.recipients) > 1:
        return f"came back from one of its {len(letter.recipients)} addresses"
    if not new.address:
        return "came back from an address that it was not sent to"
    return "came back, though somebody has read it" if letter.status is Status.DELIVERED else "came back once more"


def _advice(letter: Subject, new: Evidence, closed: tuple[str, ...]) -> str:
    if closed:
        return f"That address gets no more letters; correct it: outreach missions show {letter.mission}"
    if speaks_of_us(new.code):
        return "That is about our own set-up, not the address: outreach doctor"
    if new.severity is Severity.TRANSIENT:
        return f"It may pass; to try once more: outreach queue retry {letter.id}"
    return f"See the address: outreach missions show {letter.mission}"


def _start(letter: Subject) -> str:
    return letter.name[0].upper() + letter.name[1:]
